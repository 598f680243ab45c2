from __future__ import annotations

import numpy as np
import pytest

from triage_app.imaging.display import DisplayImage, make_display, render
from triage_app.imaging.rendering import ModalityImage
from triage_app.imaging.transforms import GreyTransforms, LookupTable, VoiFunction, Window
from triage_app.ui.viewer.frame import make_frame

WHOLE = slice(None)


def display_of(
    values: np.ndarray, *, padding: np.ndarray | None = None, is_inverted: bool = False
) -> DisplayImage:
    return make_display(
        ModalityImage(
            values.astype(np.float32), padding, GreyTransforms(is_inverted=is_inverted), 12
        )
    )


def gradient(rows: int, columns: int) -> np.ndarray:
    return np.add.outer(np.arange(rows), np.arange(columns)).astype(np.float32)


@pytest.mark.parametrize(
    "voi",
    [
        Window(300, 200),
        Window(300, 200, VoiFunction.LINEAR_EXACT),
        Window(300, 80, VoiFunction.SIGMOID),
        LookupTable(np.arange(500, dtype=np.uint16)[::-1], first_mapped=50, bits=9),
    ],
    ids=["linear", "exact", "sigmoid", "lut"],
)
@pytest.mark.parametrize("is_inverted", [False, True])
def test_a_live_frame_is_the_still_image(voi: Window | LookupTable, is_inverted: bool) -> None:
    padding = gradient(300, 200) < 20
    display = display_of(gradient(300, 200), padding=padding)
    frame = make_frame(display)
    live = frame.look_up(0, WHOLE, WHOLE, frame.make_lut(voi, is_inverted=is_inverted))
    np.testing.assert_array_equal(live, render(display, voi, is_inverted=is_inverted))


def test_each_size_is_half_of_the_one_before_and_averages_it() -> None:
    frame = make_frame(display_of(gradient(1601, 1000)))
    assert [size.shape for size in frame.sizes] == [(1601, 1000), (800, 500), (400, 250)]
    assert frame.sizes[1][10, 10] == pytest.approx(frame.sizes[0][20:22, 20:22].mean(), abs=0.6)


def test_padding_stays_black_at_every_size() -> None:
    padding = np.zeros((800, 800), dtype=np.bool_)
    padding[:, 400:] = True
    frame = make_frame(display_of(gradient(800, 800), padding=padding, is_inverted=True))
    lut = frame.make_lut(Window(500, 10), is_inverted=True)
    for size in range(len(frame.sizes)):
        grey = frame.look_up(size, WHOLE, WHOLE, lut)
        assert not grey[:, grey.shape[1] // 2 :].any()


@pytest.mark.parametrize(
    ("scale", "size"), [(8.0, 0), (1.0, 0), (0.8, 0), (0.5, 1), (0.25, 2), (0.001, 2)]
)
def test_the_size_nearest_to_the_screen_is_taken(scale: float, size: int) -> None:
    assert make_frame(display_of(gradient(1600, 1000))).pick_size(scale) == size


def test_the_range_leaves_padding_out_and_values_are_modality_units() -> None:
    values = gradient(4, 4) - 1024
    padding = values == -1024
    frame = make_frame(display_of(values, padding=padding))
    assert (frame.lowest, frame.highest) == (-1023, -1018)
    assert frame.value_at(3, 3) == -1018
    assert frame.value_at(0, 0) is None


def test_an_image_of_one_value_has_a_range_to_divide_by() -> None:
    assert make_frame(display_of(np.full((5, 5), 7.0))).value_range > 0
