import numpy as np
import pytest

from training.gate.drawn import DRAWN


@pytest.mark.parametrize("kind", sorted(DRAWN))
def test_each_kind_is_display_grey_and_new_with_each_chance(kind: str) -> None:
    first, again, other = (DRAWN[kind](np.random.default_rng(seed)) for seed in (3, 3, 4))
    for picture in (first, other):
        assert picture.ndim == 2
        assert picture.dtype == np.float32
        assert 0 <= picture.min() <= picture.max() <= 255
    assert np.array_equal(first, again)
    assert first.shape != other.shape or not np.array_equal(first, other)
