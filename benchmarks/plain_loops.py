"""The loops that a scan is compared with, each in a process of its own.

``python -m benchmarks.plain_loops keras|onnxruntime|bare FOLDER`` prints seconds for all files of a
folder, without what it takes to import and to load. `keras` and `onnxruntime` are what one writes
first: pydicom's `pixel_array`, scaling, resizing, `predict`, one by one. `bare` is the limit: the
decoders of this program, resizing and network on bytes that were read before, and nothing else.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_SIDE = 224
Predict = Callable[[NDArray[np.float32]], object]


def _plain(files: list[Path], predict: Predict) -> float:
    from pydicom import dcmread  # noqa: PLC0415 - each loop imports what it needs
    from pydicom.pixels import apply_voi_lut  # noqa: PLC0415

    started = time.perf_counter()
    for path in files:
        data_set = dcmread(path)
        grey = apply_voi_lut(data_set.pixel_array, data_set).astype(np.float32)
        grey = (grey - grey.min()) / max(np.ptp(grey), 1.0) * 255.0
        small = Image.fromarray(grey).resize((_SIDE, _SIDE), Image.Resampling.BILINEAR)
        predict(np.asarray(small, dtype=np.float32)[np.newaxis, ..., np.newaxis])
    return time.perf_counter() - started


def run_keras(files: list[Path]) -> float:
    """Predict by a MobileNetV2 of Keras with weights of no meaning, which takes as long as ours."""
    import keras  # noqa: PLC0415 - an extra

    body = keras.applications.MobileNetV2(
        include_top=False, weights=None, input_shape=(_SIDE, _SIDE, 3), pooling="avg"
    )
    image = keras.Input((_SIDE, _SIDE, 1))
    three = keras.layers.Concatenate()([image / 127.5 - 1.0] * 3)
    model = keras.Model(image, keras.layers.Dense(1, activation="sigmoid")(body(three)))

    def predict(images: NDArray[np.float32]) -> object:
        return model.predict(images, verbose=0)

    predict(np.zeros((1, _SIDE, _SIDE, 1), dtype=np.float32))
    return _plain(files, predict)


def run_onnxruntime(files: list[Path]) -> float:
    """Predict by the shipped model through ONNX Runtime with its own settings."""
    import onnxruntime  # noqa: PLC0415 - what is measured

    from triage_app.inference.models import shipped_model_path  # noqa: PLC0415

    session = onnxruntime.InferenceSession(shipped_model_path())
    name = session.get_inputs()[0].name
    return _plain(files, lambda images: session.run(None, {name: images}))


def run_bare(files: list[Path]) -> float:
    """Decode as the model needs it, resize and predict, with all else done before."""
    from triage_app.imaging.decoders import (  # noqa: PLC0415
        NATIVE_SYNTAXES,
        Codestream,
        decode_codestream,
    )
    from triage_app.imaging.header import read_instance  # noqa: PLC0415
    from triage_app.imaging.model_input import choose_halvings  # noqa: PLC0415
    from triage_app.imaging.preprocessing import to_model_input  # noqa: PLC0415
    from triage_app.imaging.reduced_decoding import decode_reduced  # noqa: PLC0415
    from triage_app.imaging.source import FileSource  # noqa: PLC0415
    from triage_app.inference.models import shipped_model_path  # noqa: PLC0415
    from triage_app.inference.session import load_model  # noqa: PLC0415

    model = load_model(shipped_model_path())
    spec = model.card.preprocessing
    seconds = 0.0
    for path in files:
        facts = read_instance(FileSource(path)).facts
        data, image, uid = _frame_of(path), facts.image, facts.transfer_syntax_uid
        codestream = Codestream(data, image.rows, image.columns, image.bits_allocated)
        halvings = choose_halvings(image.rows, image.columns, spec)
        started = time.perf_counter()
        if uid in NATIVE_SYNTAXES:
            flat = np.frombuffer(data, dtype=f"<u{image.bits_allocated // 8}")
            values = flat[: image.rows * image.columns].reshape(image.rows, image.columns)
        else:
            smaller = decode_reduced(
                codestream, uid, halvings, bits_stored=image.bits_stored, is_signed=False
            )
            values = decode_codestream(codestream, uid, "") if smaller is None else smaller
        scale = np.float32(255.0 / ((1 << image.bits_stored) - 1))
        small = to_model_input(values.astype(np.float32) * scale, spec)
        model.predict(small[np.newaxis])
        seconds += time.perf_counter() - started
    return seconds


def _frame_of(path: Path) -> bytes:
    from pydicom import dcmread  # noqa: PLC0415
    from pydicom.encaps import get_frame  # noqa: PLC0415

    data_set = dcmread(path)
    if data_set.file_meta.TransferSyntaxUID.is_compressed:
        return get_frame(data_set.PixelData, 0, number_of_frames=1)
    return bytes(data_set.PixelData)


_LOOPS = {"keras": run_keras, "onnxruntime": run_onnxruntime, "bare": run_bare}

if __name__ == "__main__":
    found = sorted(Path(sys.argv[2]).glob("*/*.dcm"))
    print(_LOOPS[sys.argv[1]](found))
