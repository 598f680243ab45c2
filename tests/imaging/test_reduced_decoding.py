"""A reduced image is the whole one at a part of its size, or it is not reduced."""

from __future__ import annotations

from typing import TYPE_CHECKING

import imagecodecs
import numpy as np
import pytest
from pydicom import dcmread
from pydicom.uid import (
    HTJ2K,
    JPEG2000,
    ExplicitVRLittleEndian,
    HTJ2KLossless,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGLosslessSV1,
    RLELossless,
)

from tests.conftest import stored_pattern
from tests.imaging.test_decoders import END_OF_IMAGE, compressed, find, frame_of, with_frame
from triage_app.errors import TruncatedError
from triage_app.imaging.codestream import Wavelet, read_wavelet
from triage_app.imaging.encoding import FrameFormat, encode_frame
from triage_app.imaging.header import read_instance
from triage_app.imaging.pixels import read_stored_values
from triage_app.imaging.preprocessing import PreprocessingSpec, to_model_input
from triage_app.imaging.reduced_decoding import reduced_extent, reduced_shape
from triage_app.imaging.source import FileSource

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from tests.conftest import InstanceFactory


def smooth_pattern(rows: int, columns: int, bits: int) -> NDArray[np.uint16]:
    """Give values whose halves and quarters are nearly their means."""
    y, x = np.mgrid[0:rows, 0:columns]
    top = (1 << bits) - 1
    return np.rint(top * (0.5 + 0.4 * np.sin(x / 23) * np.cos(y / 31))).astype(np.uint16)


def encode(pixels: NDArray[np.uint16], bits: int, uid: str) -> bytes:
    if uid in (HTJ2KLossless, HTJ2K):
        return bytes(imagecodecs.htj2k_encode(pixels))
    return encode_frame(pixels, FrameFormat(bits, "MONOCHROME2"), uid)  # type: ignore[arg-type]


def read_halved(path: Path, halvings: int) -> NDArray[np.int32]:
    return read_stored_values(read_instance(FileSource(path)), halvings=halvings)


def difference_from(whole: NDArray[np.int32], halved: NDArray[np.int32], uid: str) -> float:
    """Compare both at the size of a model, the reduced image where its extent says it lies."""
    spec = PreprocessingSpec(rows=24, columns=24)
    halvings = round(np.log2(whole.shape[0] / halved.shape[0]))
    top = float(np.ptp(whole)) or 1.0
    low = float(whole.min())
    pictures = [((each - low) / top * 200 + 20).astype(np.float32) for each in (whole, halved)]
    extent = reduced_extent(*whole.shape, halvings, uid)
    differences = to_model_input(pictures[0], spec) - to_model_input(pictures[1], spec, extent)
    return float(np.abs(differences).mean())


@pytest.mark.parametrize(
    ("shape", "halvings"),
    [((256, 320), 2), ((257, 321), 1), ((257, 321), 2), ((255, 319), 3), ((261, 333), 3)],
)
@pytest.mark.parametrize(
    ("uid", "bits"),
    [
        (JPEGBaseline8Bit, 8),
        (JPEG2000Lossless, 8),
        (JPEG2000Lossless, 12),
        (JPEG2000Lossless, 16),
        (JPEG2000, 12),
        (HTJ2KLossless, 8),
        (HTJ2KLossless, 16),
    ],
)
def test_an_image_of_any_size_is_halved(
    make_instance: InstanceFactory, uid: str, bits: int, halvings: int, shape: tuple[int, int]
) -> None:
    pixels = smooth_pattern(*shape, bits)
    stored = pixels.astype(np.uint8 if bits == 8 else np.uint16)
    path = compressed(make_instance, uid, encode(stored, bits, uid), stored, bits_stored=bits)
    halved = read_halved(path, halvings)
    is_reversible = uid in (JPEG2000Lossless, HTJ2KLossless)
    assert halved.shape == reduced_shape(*shape, halvings - is_reversible)
    assert difference_from(pixels.astype(np.int32), halved, uid) < 1.5


def test_signed_values_keep_their_sign(make_instance: InstanceFactory) -> None:
    pixels = (smooth_pattern(256, 256, 12).astype(np.int32) - 2048).astype(np.int16)
    frame = encode_frame(pixels, FrameFormat(12, "MONOCHROME2"), JPEG2000Lossless)
    path = compressed(
        make_instance, JPEG2000Lossless, frame, pixels, bits_stored=12, is_signed=True
    )
    halved = read_halved(path, 2)
    assert halved.shape == (128, 128)
    assert difference_from(pixels.astype(np.int32), halved, JPEG2000Lossless) < 1.5
    assert halved.min() < -1000


@pytest.mark.parametrize("uid", [ExplicitVRLittleEndian, RLELossless, JPEGLosslessSV1])
def test_other_transfer_syntaxes_come_whole(make_instance: InstanceFactory, uid: str) -> None:
    pixels = smooth_pattern(64, 64, 12)
    if uid == ExplicitVRLittleEndian:
        path = make_instance(pixels=pixels, bits_stored=12)
    else:
        path = compressed(make_instance, uid, encode(pixels, 12, uid), pixels)
    assert np.array_equal(read_halved(path, 2), pixels)


def test_a_codestream_of_another_sign_comes_whole(make_instance: InstanceFactory) -> None:
    pixels = smooth_pattern(64, 64, 12)
    path = compressed(
        make_instance,
        JPEG2000Lossless,
        encode(pixels >> 1, 12, JPEG2000Lossless),
        (pixels >> 1).astype(np.int16),
        is_signed=True,
    )
    assert read_halved(path, 2).shape == (64, 64)


def test_values_that_lie_beside_others_in_their_word_come_whole(
    make_instance: InstanceFactory,
) -> None:
    pixels = smooth_pattern(64, 64, 12)
    shown = pixels.copy()
    pixels[::2] |= 0x8000  # an overlay above the stored bits, whose mean with grey is neither
    frame = encode_frame(pixels, FrameFormat(16, "MONOCHROME2"), JPEG2000Lossless)
    path = compressed(make_instance, JPEG2000Lossless, frame, shown, bits_stored=12)
    assert np.array_equal(read_halved(path, 2), shown)


def test_an_image_without_wavelet_levels_comes_whole(make_instance: InstanceFactory) -> None:
    pixels = stored_pattern(64, 64, 12)
    frame = bytes(imagecodecs.jpeg2k_encode(pixels, level=0, resolutions=1, codecformat="j2k"))
    assert read_wavelet(frame) == Wavelet(levels=0, is_reversible=True)
    path = compressed(make_instance, JPEG2000Lossless, frame, pixels, bits_stored=16)
    assert read_halved(path, 2).shape == (64, 64)


@pytest.mark.parametrize("name", ["RG1_J2KI", "RG2_J2KI", "RG2_J2KR"])
@pytest.mark.parametrize("halvings", [1, 2])
def test_real_radiographs_are_halved(shared_folder: Path, name: str, halvings: int) -> None:
    path = find(shared_folder, name)
    instance = read_instance(FileSource(path))
    whole, halved = read_stored_values(instance), read_halved(path, halvings)
    is_reversible = name.endswith("R")
    assert halved.shape == reduced_shape(*whole.shape, halvings - is_reversible)
    assert difference_from(whole, halved, JPEG2000) < 1.5


@pytest.mark.parametrize("name", ["RG2_J2KI", "693_J2KI.dcm", "JPEG2000.dcm"])
@pytest.mark.parametrize("part", [0.3, 0.99])
@pytest.mark.parametrize("is_closed", [True, False])
@pytest.mark.parametrize("halvings", [2])
def test_a_codestream_cut_off_is_truncated_at_every_size(
    shared_folder: Path, tmp_path: Path, name: str, part: float, is_closed: bool, halvings: int
) -> None:
    data_set = dcmread(find(shared_folder, name))
    frame = frame_of(data_set).rstrip(b"\0")
    shortened = frame[: int(len(frame) * part)] + (END_OF_IMAGE if is_closed else b"")
    with pytest.raises(TruncatedError):
        read_halved(with_frame(data_set, shortened, tmp_path / name), halvings)


@pytest.mark.parametrize("part", [0.3, 0.9])
@pytest.mark.parametrize("halvings", [1, 2, 3])
def test_a_jpeg_cut_off_and_closed_again_is_truncated_at_every_size(
    make_instance: InstanceFactory, part: float, halvings: int
) -> None:
    random = np.random.default_rng(3)
    pixels = random.integers(0, 256, (240, 320)).astype(np.uint8)
    frame = encode(pixels, 8, JPEGBaseline8Bit).rstrip(b"\0")
    shortened = frame[: int(len(frame) * part)].rstrip(b"\xff") + END_OF_IMAGE
    path = compressed(make_instance, JPEGBaseline8Bit, shortened, pixels, bits_stored=8)
    with pytest.raises(TruncatedError):
        read_halved(path, halvings)


def test_more_halvings_than_there_are_decoders_for_are_refused(
    make_instance: InstanceFactory,
) -> None:
    with pytest.raises(ValueError, match="halvings from 0 to 3, received 4"):
        read_halved(make_instance(), 4)
