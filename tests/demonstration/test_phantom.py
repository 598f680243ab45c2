"""A drawn chest has lungs, bones and opacities where it says."""

from __future__ import annotations

import numpy as np
import pytest

from triage_app.demonstration.phantom import Opacity, chest_phantom, opacity_in_zone
from triage_app.demonstration.thorax import LungZone, Side, Thorax
from triage_app.demonstration.views import hand_phantom, lateral_phantom

ROWS, COLUMNS = 160, 206
SEEDS = range(3)


class TestChest:
    @pytest.mark.parametrize("is_adult", [False, True], ids=["child", "adult"])
    def test_grey_is_what_a_reader_expects(self, is_adult: bool) -> None:
        for seed in SEEDS:
            phantom = chest_phantom(ROWS, COLUMNS, seed, is_adult=is_adult, marker="")
            image, lungs = phantom.image, phantom.lung_mask
            assert image.dtype == np.float32
            assert image.shape == (ROWS, COLUMNS)
            assert image.min() >= 0
            assert image.max() <= 1
            # Air outside is black, lungs are dark, the middle (spine, heart) and the belly bright.
            assert np.percentile(image, 1) < 0.05
            in_lungs = image[lungs].mean()
            middle = image[ROWS // 2 :, COLUMNS // 2 - 8 : COLUMNS // 2 + 8].mean()
            assert 0.2 < in_lungs < 0.5
            assert middle > in_lungs + 0.25

    def test_both_lungs_are_there_and_the_heart_lies_to_the_patients_left(self) -> None:
        for seed in SEEDS:
            lungs = chest_phantom(ROWS, COLUMNS, seed).lung_mask
            right, left = lungs[:, : COLUMNS // 2].sum(), lungs[:, COLUMNS // 2 :].sum()
            assert 0.12 < lungs.mean() < 0.45
            assert right > left > 0.5 * right

    def test_equal_seeds_give_equal_images_and_others_other_persons(self) -> None:
        first, again, other = (chest_phantom(ROWS, COLUMNS, seed).image for seed in (4, 4, 5))
        np.testing.assert_array_equal(first, again)
        assert np.abs(first - other).mean() > 0.02

    def test_size_changes_the_sampling_and_not_the_person(self) -> None:
        small = chest_phantom(120, 155, 3, marker="").lung_mask
        large = chest_phantom(240, 310, 3, marker="").lung_mask
        assert np.mean(small != large[::2, ::2]) < 0.02

    @pytest.mark.parametrize(("marker", "is_left_half"), [("R", True), ("L", False)])
    def test_the_marker_stands_on_its_side(self, marker: str, is_left_half: bool) -> None:
        without = chest_phantom(ROWS, COLUMNS, 2, marker="").image
        marked = chest_phantom(ROWS, COLUMNS, 2, marker=marker).image
        columns = np.flatnonzero((marked != without).any(axis=0))
        assert columns.size
        assert np.all((columns < COLUMNS / 2) == is_left_half)

    def test_a_collimator_darkens_the_border_only(self) -> None:
        open_image = chest_phantom(300, 380, 2).image
        shut = chest_phantom(300, 380, 2, has_collimation=True).image
        assert open_image[0].max() > 0.3
        assert shut[0].max() < 0.1
        np.testing.assert_allclose(shut[20:-20, 20:-20], open_image[20:-20, 20:-20], atol=1e-3)

    def test_it_refuses_what_it_cannot_draw(self) -> None:
        with pytest.raises(ValueError, match="at least 64"):
            chest_phantom(63, 100, 1)
        with pytest.raises(ValueError, match="marker"):
            chest_phantom(64, 100, 1, marker="X")


class TestOpacity:
    @pytest.mark.parametrize("zone", LungZone)
    @pytest.mark.parametrize("is_adult", [False, True], ids=["child", "adult"])
    def test_it_brightens_its_box_and_nothing_else(self, zone: LungZone, is_adult: bool) -> None:
        for seed in SEEDS:
            opacity = opacity_in_zone(ROWS, COLUMNS, seed, zone, is_adult=is_adult)
            clear = chest_phantom(ROWS, COLUMNS, seed, is_adult=is_adult)
            ill = chest_phantom(ROWS, COLUMNS, seed, is_adult=is_adult, opacities=(opacity,))
            box = ill.opacity_boxes[0]
            inside = np.zeros((ROWS, COLUMNS), dtype=bool)
            inside[box.row : box.row + box.rows, box.column : box.column + box.columns] = True
            difference = ill.image - clear.image
            assert difference[inside & clear.lung_mask].mean() > 0.08
            # The noise is drawn anew, so outside only the mean is quiet.
            outside = clear.lung_mask & ~inside
            assert abs(difference[outside].mean()) < 0.03
            assert difference[inside].mean() > 5 * abs(difference[outside].mean())

    @pytest.mark.parametrize("zone", LungZone)
    def test_its_box_lies_in_its_lung_zone(self, zone: LungZone) -> None:
        for seed in SEEDS:
            opacity = opacity_in_zone(ROWS, COLUMNS, seed, zone, radius=0.08)
            box = chest_phantom(ROWS, COLUMNS, seed, opacities=(opacity,)).opacity_boxes[0]
            column = box.column + box.columns / 2
            assert (column < COLUMNS / 2) == (zone.side is Side.RIGHT)
            assert box.row <= opacity.center_row * ROWS <= box.row + box.rows
            assert box.column <= opacity.center_column * COLUMNS <= box.column + box.columns

    @pytest.mark.parametrize("zone", LungZone)
    def test_it_never_crosses_the_mediastinum(self, zone: LungZone) -> None:
        opacity = opacity_in_zone(ROWS, COLUMNS, 1, zone, radius=0.5, strength=1.0)
        box = chest_phantom(ROWS, COLUMNS, 1, opacities=(opacity,)).opacity_boxes[0]
        middle = COLUMNS / 2
        reaches_over = (
            box.column + box.columns - middle if zone.side is Side.RIGHT else middle - box.column
        )
        assert reaches_over < 0.05 * COLUMNS

    def test_boxes_come_in_the_order_of_the_opacities(self) -> None:
        zones = (LungZone.LEFT_LOWER, LungZone.RIGHT_UPPER)
        opacities = tuple(opacity_in_zone(ROWS, COLUMNS, 1, zone, radius=0.08) for zone in zones)
        boxes = chest_phantom(ROWS, COLUMNS, 1, opacities=opacities).opacity_boxes
        assert boxes[0].column > COLUMNS / 2 > boxes[1].column
        assert boxes[0].row > boxes[1].row

    def test_more_strength_is_brighter(self) -> None:
        means = []
        for strength in (0.3, 0.6, 0.9):
            opacity = opacity_in_zone(ROWS, COLUMNS, 1, LungZone.RIGHT_LOWER, strength=strength)
            phantom = chest_phantom(ROWS, COLUMNS, 1, opacities=(opacity,))
            box = phantom.opacity_boxes[0]
            means.append(
                phantom.image[box.row : box.row + box.rows, box.column :][:, : box.columns].mean()
            )
        assert means == sorted(means)
        assert means[2] > means[0] + 0.05

    def test_one_beside_the_lungs_is_refused(self) -> None:
        with pytest.raises(ValueError, match="over a lung"):
            chest_phantom(ROWS, COLUMNS, 1, opacities=(Opacity(0.97, 0.02, 0.02, 0.02),))


class TestThorax:
    @pytest.mark.parametrize("is_adult", [False, True], ids=["child", "adult"])
    def test_proportions_are_those_of_the_age(self, is_adult: bool) -> None:
        for seed in range(20):
            thorax = Thorax.draw_from(np.random.default_rng(seed), is_adult=is_adult)
            ratio = (thorax.heart_left + thorax.heart_right) / (2 * thorax.half_width)
            assert 0.3 < ratio < (0.5 if is_adult else 0.56)
            assert thorax.apex < thorax.right_dome < thorax.left_dome + 0.02

    def test_ribs_run_from_the_spine_outwards_down_and_back(self) -> None:
        thorax = Thorax.draw_from(np.random.default_rng(1), is_adult=False)
        for side in Side:
            for index in range(1, 10):
                points, angle = thorax.rib(index, side)
                assert np.all(np.diff(angle) > 0)
                reach = side.sign * points[:, 0]
                assert reach[0] < 0.05
                assert reach.argmax() not in {0, len(reach) - 1}
                assert points[-1, 1] > points[0, 1]


@pytest.mark.parametrize("draw", [lateral_phantom, hand_phantom])
class TestOtherViews:
    def test_is_a_grey_image(self, draw: type) -> None:
        image = draw(200, 160, 3)
        assert image.shape == (200, 160)
        assert image.dtype == np.float32
        assert image.min() >= 0
        assert image.max() <= 1
        assert image.std() > 0.1

    def test_follows_from_its_seed(self, draw: type) -> None:
        np.testing.assert_array_equal(draw(100, 90, 3), draw(100, 90, 3))
        assert not np.array_equal(draw(100, 90, 3), draw(100, 90, 4))
