import numpy as np
import pytest

from training.recipes import RECIPES, Disturbance

pytestmark = [
    pytest.mark.tensorflow,
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning"),
]

FINAL = RECIPES["final"].disturbance
assert FINAL is not None
NOTHING = dict.fromkeys(Disturbance.model_fields, 0) | {"horizontal_flip": False}


def disturb(
    images: np.ndarray, settings: Disturbance, side: int = 48, seed: int = 0
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    from training.fitting import disturbance  # noqa: PLC0415 - slow

    drawn = disturbance.draw_disturbances(
        np.random.default_rng(seed), len(images), settings, images.shape[1:3], (side, side)
    )
    return np.asarray(disturbance.apply_disturbances(images, drawn)), drawn


@pytest.fixture
def images() -> np.ndarray:
    generator = np.random.default_rng(2)
    y, x = np.mgrid[0:48, 0:48]
    smooth = 128 + 60 * np.sin(x / 7) * np.cos(y / 9)
    return (smooth + generator.normal(0, 5, (16, 48, 48)))[..., np.newaxis].astype(np.float32)


def test_without_settings_an_image_stays_as_it_is(images: np.ndarray) -> None:
    found, _ = disturb(images, Disturbance(**NOTHING))
    assert found == pytest.approx(images, abs=1e-3)


def test_images_are_disturbed_within_the_range_of_grey_and_alike_for_a_seed(
    images: np.ndarray,
) -> None:
    found, _ = disturb(images, FINAL)
    assert 0 <= found.min() <= found.max() <= 255
    assert np.array_equal(found, disturb(images, FINAL)[0])
    assert not np.allclose(found, disturb(images, FINAL, seed=1)[0])


def test_the_result_may_be_smaller(images: np.ndarray) -> None:
    found, _ = disturb(images, Disturbance(**NOTHING), side=32)
    assert found.shape == (16, 32, 32, 1)
    assert found.mean(axis=(1, 2)) == pytest.approx(images.mean(axis=(1, 2)), abs=4)


def test_the_share_that_is_left_alone(images: np.ndarray) -> None:
    still = FINAL.model_copy(update={"unaltered": 1.0, "horizontal_flip": False, "mixed": 0.0})
    found, _ = disturb(images, still)
    assert found == pytest.approx(images, abs=1e-3)


def test_mixed_images_tell_their_own_share(images: np.ndarray) -> None:
    found, drawn = disturb(images, Disturbance(**NOTHING | {"mixed": 1.0}))
    own = drawn["mixes"].reshape(-1, 1, 1, 1)
    assert drawn["mixes"].min() >= 0.5
    assert found == pytest.approx(images * own + images[::-1] * (1 - own), abs=1e-2)


def test_covered_places_have_one_grey(images: np.ndarray) -> None:
    settings = Disturbance(**NOTHING | {"covered_edges": 1.0, "covered_inside": 1.0})
    found, drawn = disturb(images, settings)
    for image, seen, cover in zip(found, drawn["seen"], drawn["covers"], strict=True):
        assert image[seen == 0] == pytest.approx(cover)
    assert 0.05 < 1 - drawn["seen"].mean() < 0.5
