"""What the model is given in strips is, to the last bit, what an eye is given as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.conftest import InstanceFactory
from triage_app.errors import PixelDataError
from triage_app.imaging import strips
from triage_app.imaging.header import read_instance
from triage_app.imaging.model_input import read_model_input
from triage_app.imaging.preprocessing import (
    PreprocessingSpec,
    ResizeFilter,
    strips_to_model_input,
    to_model_input,
)
from triage_app.imaging.rendering import find_voi, load_modality_image, render_instance
from triage_app.imaging.source import FileSource
from triage_app.imaging.strips import prepare_strips
from triage_app.imaging.transforms import (
    LookupTable,
    PixelPadding,
    Rescale,
    VoiFunction,
    Window,
)

SHAPE = (97, 83)
"""Rows that no strip divides."""

RISING = LookupTable(np.linspace(0, 65535, 3000).astype(np.uint16), 100, 16)

STATED: dict[str, dict[str, Any]] = {
    "a window": {"voi": (Window(2000, 3600),)},
    "a window of one unit": {"voi": (Window(2000, 1),)},
    "an exact window": {"voi": (Window(2000, 1234.5, VoiFunction.LINEAR_EXACT),)},
    "a sigmoid": {"voi": (Window(1900, 700, VoiFunction.SIGMOID),)},
    "a VOI LUT": {"voi": (RISING,)},
    "a modality LUT": {"modality": RISING, "voi": (Window(20000, 40000),)},
    "a rescale": {"modality": Rescale(1.7, -1024.0), "voi": (Window(900, 2100),)},
    "white on black": {"photometric": "MONOCHROME1", "voi": (Window(2000, 3600),)},
    "padding": {"padding": PixelPadding(0, 40), "voi": (Window(2000, 3600),)},
    "signed": {"is_signed": True, "voi": (Window(0, 3000),)},
    "8 bits": {"bits_stored": 8},
    "16 bits": {"bits_stored": 16, "voi": (Window(30000, 50000),)},
}

COUNTED: dict[str, dict[str, Any]] = {
    "12 bits": {},
    "16 bits": {"bits_stored": 16},
    "signed": {"is_signed": True},
    "falling": {"modality": Rescale(-0.37, 12.0)},
    "8 bits, rescaled": {"bits_stored": 8, "modality": Rescale(2.0, 1.0)},
    "a modality LUT": {"modality": RISING},
    "padding": {"padding": PixelPadding(0, 40)},
    "padding that is everywhere": {"padding": PixelPadding(0, 4095)},
    "white on black": {"photometric": "MONOCHROME1"},
}


@pytest.fixture(autouse=True)
def _small_strips(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strips, "_PIXELS_OF_A_STRIP", 10 * SHAPE[1])


def noise(bits_stored: int, is_signed: bool) -> NDArray[np.integer[Any]]:
    """Draw stored values over the whole range, with a border of the lowest."""
    lowest = -(1 << bits_stored - 1) if is_signed else 0
    drawn = np.random.default_rng(7).integers(lowest, lowest + (1 << bits_stored), SHAPE)
    drawn[:5] = lowest
    width = 8 if bits_stored <= 8 else 16
    return drawn.astype(f"{'i' if is_signed else 'u'}{width // 8}")


def write(make_instance: InstanceFactory, options: dict[str, Any]) -> Path:
    pixels = noise(options.get("bits_stored", 12), options.get("is_signed", False))
    return make_instance(pixels=pixels, **options)


@pytest.mark.parametrize("options", STATED.values(), ids=STATED)
def test_strips_are_the_rows_of_the_whole_image(
    make_instance: InstanceFactory, options: dict[str, Any]
) -> None:
    instance = read_instance(FileSource(write(make_instance, options)))
    found = list(prepare_strips(instance).strips())
    assert len(found) == 10
    whole = render_instance(instance)
    assert whole.std() > 10, "an image of one grey would prove nothing"
    np.testing.assert_array_equal(np.concatenate(found), whole)


@pytest.mark.parametrize("options", COUNTED.values(), ids=COUNTED)
def test_a_window_over_counted_values_is_that_over_sorted_pixels(
    make_instance: InstanceFactory, options: dict[str, Any]
) -> None:
    instance = read_instance(FileSource(write(make_instance, options)))
    prepared = prepare_strips(instance)
    expected = find_voi(load_modality_image(instance))
    assert isinstance(prepared.voi, Window)
    assert isinstance(expected, Window)
    assert prepared.voi.function is expected.function
    assert prepared.voi.center == pytest.approx(expected.center, rel=1e-6, abs=1e-3)
    assert prepared.voi.width == pytest.approx(expected.width, rel=1e-6, abs=1e-3)
    np.testing.assert_allclose(
        np.concatenate(list(prepared.strips())), render_instance(instance), atol=1e-3
    )


def test_padding_in_one_strip_only_is_black(make_instance: InstanceFactory) -> None:
    pixels = np.full(SHAPE, 3000, dtype=np.uint16)
    pixels[55, 3] = 7
    pixels[20] = 1000
    path = make_instance(
        pixels=pixels, padding=PixelPadding(7, 7), photometric="MONOCHROME1", voi=(Window(1, 5),)
    )
    instance = read_instance(FileSource(path))
    whole = np.concatenate(list(prepare_strips(instance).strips()))
    np.testing.assert_array_equal(whole, render_instance(instance))


@pytest.mark.parametrize("shape", [(224, 224), (97, 83), (640, 501), (30, 900), (224, 300)])
@pytest.mark.parametrize("resize_filter", list(ResizeFilter))
def test_resizing_strips_is_resizing_the_whole(
    shape: tuple[int, int], resize_filter: ResizeFilter
) -> None:
    image = np.random.default_rng(3).uniform(0, 255, shape).astype(np.float32)
    spec = PreprocessingSpec(resize_filter=resize_filter)

    def cut() -> Iterator[NDArray[np.float32]]:
        for first in range(0, len(image), 13):
            yield image[first : first + 13]

    np.testing.assert_array_equal(strips_to_model_input(cut(), spec), to_model_input(image, spec))


def test_the_models_input_is_the_whole_image_resized(make_instance: InstanceFactory) -> None:
    spec = PreprocessingSpec(rows=31, columns=29)
    for options in STATED.values():
        instance = read_instance(FileSource(write(make_instance, options)))
        np.testing.assert_array_equal(
            read_model_input(instance, spec), to_model_input(render_instance(instance), spec)
        )


def test_values_beyond_any_radiograph_are_refused_in_strips_too(
    make_instance: InstanceFactory,
) -> None:
    pixels = noise(16, is_signed=False)
    path = make_instance(
        pixels=pixels,
        bits_stored=16,
        changes={
            "Rows": SHAPE[0],
            "Columns": 41,
            "BitsAllocated": 32,
            "BitsStored": 32,
            "HighBit": 31,
            "PixelData": np.full((SHAPE[0], 41), 1 << 31, dtype="<u4").tobytes(),
            "WindowCenter": 1000,
            "WindowWidth": 500,
        },
    )
    instance = read_instance(FileSource(path))
    with pytest.raises(PixelDataError, match="more than any radiograph"):
        read_model_input(instance, PreprocessingSpec())
