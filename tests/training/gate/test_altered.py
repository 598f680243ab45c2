import numpy as np
import pytest

from training.gate.altered import SPOILED, alter_acceptably


def _ramp() -> np.ndarray:
    """Brighter downwards and to the right, each pixel with a grey of its own."""
    y, x = np.mgrid[0:60, 0:40].astype(np.float32)
    return 2.5 * y + 1.2 * x + 10


@pytest.mark.parametrize("kind", sorted(SPOILED))
def test_each_way_gives_display_grey_and_the_same_for_the_same_chance(kind: str) -> None:
    first, again = (SPOILED[kind](_ramp(), np.random.default_rng(4)) for _ in range(2))
    assert first.ndim == 2
    assert min(first.shape) >= 5
    assert 0 <= first.min() <= first.max() <= 255
    assert np.array_equal(first, again)


def test_upside_down_has_its_dark_edge_below() -> None:
    spoiled = SPOILED["upside_down"](_ramp(), np.random.default_rng(0))
    assert spoiled[0].mean() > spoiled[-1].mean()


def test_a_quarter_turn_swaps_rows_and_columns() -> None:
    assert SPOILED["quarter_turn"](_ramp(), np.random.default_rng(0)).shape == (40, 60)


def test_inverted_turns_bright_into_dark() -> None:
    assert np.allclose(SPOILED["inverted"](_ramp(), np.random.default_rng(0)) + _ramp(), 255)


@pytest.mark.parametrize("seed", range(20))
def test_cropped_keeps_less_than_half_of_each_side(seed: int) -> None:
    rows, columns = SPOILED["cropped"](_ramp(), np.random.default_rng(seed)).shape
    assert rows <= 0.5 * 60 + 1
    assert columns <= 0.5 * 40 + 1


@pytest.mark.parametrize("seed", range(20))
def test_shuffled_never_leaves_the_image_as_it_is(seed: int) -> None:
    spoiled = SPOILED["shuffled"](_ramp(), np.random.default_rng(seed))
    rows, columns = spoiled.shape
    assert not np.array_equal(spoiled, _ramp()[:rows, :columns])


@pytest.mark.parametrize("seed", range(20))
def test_what_is_acceptable_stays_upright(seed: int) -> None:
    altered = alter_acceptably(_ramp(), np.random.default_rng(seed))
    middle = altered[8:-8]
    assert middle[: len(middle) // 2].mean() < middle[len(middle) // 2 :].mean()
    assert 0 <= altered.min() <= altered.max() <= 255


def test_some_of_what_is_acceptable_is_mirrored() -> None:
    sides = [
        np.sign(altered[:, -12:-8].mean() - altered[:, 8:12].mean())
        for seed in range(40)
        for altered in [alter_acceptably(_ramp(), np.random.default_rng(seed))]
    ]
    assert -1 in sides
    assert 1 in sides
