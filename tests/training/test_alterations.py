import numpy as np
import pytest

from training.evaluation.alterations import ALTERATIONS, MILD


@pytest.fixture
def grey() -> np.ndarray:
    generator = np.random.default_rng(0)
    y, x = np.mgrid[0:120, 0:160]
    smooth = 128 + 80 * np.sin(x / 17) * np.cos(y / 23)
    return np.clip(smooth + generator.normal(0, 6, (120, 160)), 0, 255).astype(np.float32)


@pytest.mark.parametrize("name", sorted(ALTERATIONS))
def test_an_alteration_changes_an_image_and_leaves_it_one(name: str, grey: np.ndarray) -> None:
    before = grey.copy()
    altered = ALTERATIONS[name](grey)
    assert altered.dtype == np.float32
    assert altered.ndim == 2
    assert 0 <= altered.min() <= altered.max() <= 255
    assert altered.shape != grey.shape or np.abs(altered - grey).mean() > 0.5
    assert np.array_equal(grey, before)
    assert np.array_equal(ALTERATIONS[name](grey), altered)


def test_alterations_do_what_they_are_called(grey: np.ndarray) -> None:
    def sharpness(image: np.ndarray) -> float:
        return float(np.abs(np.diff(image, axis=1)).mean())

    assert ALTERATIONS["darker"](grey).mean() < grey.mean() < ALTERATIONS["brighter"](grey).mean()
    assert ALTERATIONS["flat"](grey).std() < grey.std() < ALTERATIONS["steep"](grey).std()
    assert sharpness(ALTERATIONS["blurred"](grey)) < sharpness(grey)
    assert sharpness(ALTERATIONS["sharpened"](grey)) > sharpness(grey)
    narrow, low = ALTERATIONS["narrow"](grey), ALTERATIONS["low"](grey)
    assert narrow.shape == (120, 128)
    assert low.shape == (96, 160)
    assert ALTERATIONS["collimated"](grey)[0].max() == 0


def test_the_mild_ones_are_among_them() -> None:
    assert set(MILD) < set(ALTERATIONS)
