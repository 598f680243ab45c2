import numpy as np
import pytest

from training.recipes import Augmentation

pytestmark = pytest.mark.tensorflow

NOTHING = Augmentation(unaltered=0, rotation_degrees=0, horizontal_flip=False, zoom=0, contrast=0)


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    y, x = np.mgrid[0:40, 0:60].astype(np.float32)
    smooth = 120 + 60 * np.sin(x / 9) * np.cos(y / 7) + 0.5 * x
    return np.stack([smooth, smooth[::-1]])[..., np.newaxis].astype(np.float32)


def altered(images: np.ndarray, seed: int = 0, **settings: object) -> np.ndarray:
    from training.fitting.augmentation import apply_alterations, draw_alterations  # noqa: PLC0415

    drawn = draw_alterations(
        np.random.default_rng(seed),
        len(images),
        NOTHING.model_copy(update=settings),
        *images.shape[1:3],
    )
    return np.asarray(apply_alterations(images, *drawn))


def test_nothing_drawn_changes_nothing(images: np.ndarray) -> None:
    assert np.allclose(altered(images), images, atol=1e-3)


def test_a_flip_is_an_exact_mirror_of_half_of_the_images(images: np.ndarray) -> None:
    many = np.repeat(images[:1], 200, axis=0)
    found = altered(many, horizontal_flip=True)
    mirrored = [np.allclose(image, images[0, :, ::-1], atol=1e-2) for image in found]
    untouched = [np.allclose(image, images[0], atol=1e-2) for image in found]
    assert np.all(np.logical_xor(mirrored, untouched))
    assert 70 < sum(mirrored) < 130


def test_contrast_keeps_mean_and_changes_spread(images: np.ndarray) -> None:
    found = altered(images, contrast=0.3)
    assert found.mean(axis=(1, 2)) == pytest.approx(images.mean(axis=(1, 2)), abs=0.1)
    ratio = found.std(axis=(1, 2)) / images.std(axis=(1, 2))
    assert np.all((ratio > 0.69) & (ratio < 1.31))
    assert not np.allclose(ratio, 1, atol=0.01)


@pytest.mark.parametrize("settings", [{"rotation_degrees": 15}, {"zoom": 0.2}])
def test_rotation_and_zoom_leave_the_centre_where_it_is(settings: dict[str, float]) -> None:
    y, x = np.mgrid[-20:21, -30:31].astype(np.float32)
    spot = 200 * np.exp(-(x**2 + y**2) / 12)
    found = altered(np.repeat(spot[np.newaxis, ..., np.newaxis], 20, axis=0), **settings)
    for image in found[..., 0]:
        assert np.unravel_index(image.argmax(), image.shape) == (20, 30)


def test_a_rotation_turns_by_at_most_its_angle() -> None:
    y, x = np.mgrid[-30:31, -30:31].astype(np.float32)
    bar = (200 * np.exp(-(y**2) / 6))[np.newaxis, ..., np.newaxis]
    found = altered(np.repeat(bar, 50, axis=0), rotation_degrees=10)[..., 0]
    weights = found * (np.hypot(x, y) < 25)
    angle = np.degrees(np.arctan2((weights * x * y).sum((1, 2)), (weights * x * x).sum((1, 2))))
    assert np.abs(angle).max() <= 10.5
    assert np.abs(angle).max() > 7


def test_grey_stays_in_range(images: np.ndarray) -> None:
    found = altered(images * 1.2, rotation_degrees=20, zoom=0.3, contrast=0.9, horizontal_flip=True)
    assert found.min() >= 0
    assert found.max() <= 255


def test_a_share_of_the_images_is_shown_as_it_is(images: np.ndarray) -> None:
    many = np.repeat(images[:1], 200, axis=0)
    found = altered(
        many, unaltered=0.25, rotation_degrees=20, zoom=0.3, contrast=0.9, horizontal_flip=True
    )
    untouched = sum(np.allclose(image, images[0], atol=1e-2) for image in found)
    assert 30 < untouched < 75


def test_equal_seeds_alter_equally(images: np.ndarray) -> None:
    settings = {"rotation_degrees": 10, "zoom": 0.1, "contrast": 0.2, "horizontal_flip": True}
    assert np.array_equal(altered(images, 1, **settings), altered(images, 1, **settings))
    assert not np.array_equal(altered(images, 1, **settings), altered(images, 2, **settings))
