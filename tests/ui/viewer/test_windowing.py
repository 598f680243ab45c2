from __future__ import annotations

import numpy as np
import pytest

from triage_app.imaging.display import make_display
from triage_app.imaging.rendering import ModalityImage
from triage_app.imaging.transforms import GreyTransforms, LookupTable, VoiFunction, Window
from triage_app.ui.viewer.frame import Frame, make_frame
from triage_app.ui.viewer.windowing import (
    LARGEST_PRESETS,
    dragged_window,
    presets_for,
    starting_window,
    voi_text,
)


def frame_with(*voi: Window | LookupTable) -> Frame:
    values = np.linspace(0, 4000, 64, dtype=np.float32).reshape(8, 8)
    return make_frame(make_display(ModalityImage(values, None, GreyTransforms(voi=voi), 12)))


def test_the_first_keys_are_the_default_and_the_full_range() -> None:
    bone, lung = Window(3000, 500, explanation="BONE"), Window(1000, 800, explanation="LUNG")
    labels = [option.label for option in presets_for(frame_with(bone, lung).display)]
    assert labels == ["BONE", "full range", "LUNG"]


def test_there_are_no_more_presets_than_number_keys() -> None:
    many = tuple(Window(100 * number + 1, 50) for number in range(30))
    assert len(presets_for(frame_with(*many).display)) == LARGEST_PRESETS


def test_without_any_voi_of_the_file_there_are_two_presets() -> None:
    assert len(presets_for(frame_with().display)) == 2


def test_dragging_right_widens_and_down_raises_the_centre() -> None:
    frame = frame_with()
    start = Window(2000, 1000)
    assert dragged_window(start, frame, 256, 0).width == pytest.approx(2000)
    assert dragged_window(start, frame, 0, 256).center == pytest.approx(3000)
    assert dragged_window(start, frame, 0, 0) == start


@pytest.mark.parametrize("function", list(VoiFunction))
def test_the_width_never_leaves_what_the_standard_allows(function: VoiFunction) -> None:
    dragged = dragged_window(Window(2000, 1000, function), frame_with(), -10_000, 0)
    assert dragged.width > 0
    assert dragged.function is function


def test_the_mouse_leads_out_of_the_narrowest_window() -> None:
    frame = frame_with()
    narrow = dragged_window(Window(2000, 1000), frame, -10_000, 0)
    assert dragged_window(narrow, frame, 256, 0).width > narrow.width + 50


def test_moving_from_a_lut_starts_with_a_window_over_its_inputs() -> None:
    table = LookupTable(np.arange(1000, dtype=np.uint16), first_mapped=500, bits=10)
    window = starting_window(table, frame_with(table))
    assert (window.center, window.width) == pytest.approx((999.5, 999))


def test_a_lut_beside_the_image_s_values_gives_way_to_the_full_range() -> None:
    table = LookupTable(np.arange(10, dtype=np.uint16), first_mapped=9000, bits=10)
    assert starting_window(table, frame_with(table)).width == pytest.approx(4000)


def test_a_window_is_named_by_its_numbers_and_a_lut_by_its_explanation() -> None:
    assert voi_text(Window(2048, 4096)) == "C 2048  W 4096"
    assert voi_text(Window(0.5, 1.25, VoiFunction.SIGMOID)) == "C 0.500  W 1.250  sigmoid"
    table = LookupTable(np.arange(4, dtype=np.uint16), 0, 8, "CHEST")
    assert voi_text(table) == "VOI LUT CHEST"
