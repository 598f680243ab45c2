import numpy as np
import pytest

from training.data.case import Box
from training.evaluation.localisation import box_mask, energy_in_boxes, points_into_boxes


def test_mask_holds_the_pixels_whose_centre_lies_in_a_box() -> None:
    mask = box_mask([Box(1, 0, 2, 1), Box(3.5, 2.5, 1, 1)], (4, 5))
    assert np.argwhere(mask).tolist() == [[0, 1], [0, 2], [2, 3]]


def test_a_box_beyond_the_image_counts_with_what_lies_inside() -> None:
    assert box_mask([Box(-5, -5, 100, 100)], (3, 4)).all()


def test_the_hottest_pixel_decides_the_pointing_game() -> None:
    heat = np.zeros((10, 10), np.float32)
    heat[2, 7] = 1
    assert points_into_boxes(heat, [Box(6, 1, 3, 3)])
    assert not points_into_boxes(heat, [Box(1, 6, 3, 3)])
    assert points_into_boxes(heat, [Box(1, 6, 3, 3), Box(7, 2, 1, 1)])


def test_energy_is_the_share_of_heat_in_any_box() -> None:
    heat = np.ones((10, 10), np.float32)
    assert energy_in_boxes(heat, [Box(0, 0, 5, 10)]) == pytest.approx(0.5)
    overlapping = [Box(0, 0, 5, 10), Box(2, 0, 3, 10)]
    assert energy_in_boxes(heat, overlapping) == pytest.approx(0.5)


def test_a_cold_map_points_nowhere() -> None:
    cold = np.zeros((4, 4), np.float32)
    assert not points_into_boxes(cold, [Box(0, 0, 4, 4)])
    assert energy_in_boxes(cold, [Box(0, 0, 4, 4)]) == 0
