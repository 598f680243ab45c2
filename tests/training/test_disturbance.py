import numpy as np
import pytest

from training.recipes import RECIPES, Disturbance

pytestmark = [
    pytest.mark.tensorflow,
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning"),
]

FINAL = RECIPES["final"].disturbance
assert FINAL is not None
NOTHING = dict.fromkeys(Disturbance.model_fields, 0) | {
    "horizontal_flip": False,
    "rows": (1, 1),
    "columns": (1, 1),
}


def disturb(
    images: np.ndarray,
    settings: Disturbance,
    side: int = 48,
    seed: int = 0,
    *,
    is_pneumonia: bool = False,
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    from training.fitting import disturbance  # noqa: PLC0415 - slow

    drawn = disturbance.draw_disturbances(
        np.random.default_rng(seed),
        len(images),
        settings,
        images.shape[1:3],
        (side, side),
        np.full(len(images), is_pneumonia),
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


def test_rows_and_columns_are_drawn_apart_and_the_field_stays_inside(images: np.ndarray) -> None:
    settings = Disturbance(**NOTHING | {"rows": (0.5, 0.9), "columns": (0.6, 0.8)})
    _, drawn = disturb(images, settings)
    x, y = drawn["transforms"][:, 0], drawn["transforms"][:, 4]
    assert 0.6 <= x.min() < x.max() <= 0.8
    assert 0.5 <= y.min() < y.max() <= 0.9
    assert abs(np.corrcoef(x, y)[0, 1]) < 0.9
    for scale, start in ((x, drawn["transforms"][:, 2]), (y, drawn["transforms"][:, 5])):
        assert start.min() >= -0.5
        assert (start + scale * 47).max() <= 47.5


def test_fields_of_both_labels_are_drawn_apart_by_what_squeezed_them(images: np.ndarray) -> None:
    settings = Disturbance(**NOTHING | {"evens_aspect": 0.2})
    ratios = {}
    for is_pneumonia in (False, True):
        _, drawn = disturb(images, settings, is_pneumonia=is_pneumonia)
        ratios[is_pneumonia] = drawn["transforms"][:, 0] / drawn["transforms"][:, 4]
    # NORMAL is squeezed more, PNEUMONIA less
    assert np.log(ratios[False] / ratios[True]) == pytest.approx(0.2, abs=1e-5)


def test_a_rim_has_one_grey_or_repeats_the_edge(images: np.ndarray) -> None:
    settings = Disturbance(**NOTHING | {"rows": (1.5, 1.5), "columns": (1.5, 1.5)})
    repeated, _ = disturb(images, settings)
    assert repeated[:, 0, 0, 0] == pytest.approx(images[:, 0, 0, 0], abs=1e-2)
    framed, drawn = disturb(images, settings.model_copy(update={"framed": 1.0}))
    assert framed[:, 0, 0, 0] == pytest.approx(drawn["covers"], abs=1e-2)
    assert framed[:, 24, 24] == pytest.approx(repeated[:, 24, 24], abs=1e-2)
