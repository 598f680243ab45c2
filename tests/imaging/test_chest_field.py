"""Where the chest lies, estimated from the image alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from triage_app.demonstration.phantom import chest_phantom
from triage_app.imaging.chest_field import ChestField, find_chest_field
from triage_app.imaging.pictures import read_picture

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


def phantom_image(seed: int, rows: int = 320, columns: int = 288) -> NDArray[np.float32]:
    phantom = chest_phantom(rows, columns, seed=seed)
    return (phantom.image * 255).astype(np.float32)


@pytest.mark.parametrize("seed", range(6))
def test_the_lungs_of_a_drawn_chest_lie_in_the_field(seed: int) -> None:
    phantom = chest_phantom(320, 288, seed=seed)
    field = find_chest_field((phantom.image * 255).astype(np.float32))
    assert field is not None
    mask = field.mask(320, 288)
    assert (mask & phantom.lung_mask).sum() > 0.85 * phantom.lung_mask.sum()
    assert mask.mean() < 0.85


def test_exposure_and_size_do_not_move_it() -> None:
    image = phantom_image(3)
    field = find_chest_field(image)
    assert field is not None
    darker = find_chest_field(255.0 * (image / 255.0) ** 1.8)
    larger = find_chest_field(np.repeat(np.repeat(image, 3, axis=0), 2, axis=1))
    for other in (darker, larger):
        assert other is not None
        overlap = field.mask(64, 64) & other.mask(64, 64)
        assert overlap.sum() > 0.85 * (field.mask(64, 64) | other.mask(64, 64)).sum()


def test_it_follows_the_chest() -> None:
    image = phantom_image(1)
    small = np.full((480, 480), 20.0, np.float32)
    small[60:380, 20:308] = image
    field = find_chest_field(small)
    assert field is not None
    assert field.center_column < 0.45


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((64, 64), np.float32),
        np.full((40, 90), 255.0, np.float32),
        np.random.default_rng(0).uniform(0, 255, (512, 512)).astype(np.float32),
        np.full((8, 8), np.nan, np.float32),
        np.ones((1, 1), np.float32),
    ],
    ids=["black", "white", "noise", "no number", "one pixel"],
)
def test_where_there_is_no_such_pattern_nothing_is_said(image: NDArray[np.float32]) -> None:
    assert find_chest_field(image) is None


def test_the_same_image_gives_the_same_field_to_the_last_bit() -> None:
    image = phantom_image(5)
    assert find_chest_field(image) == find_chest_field(image.copy())


def test_a_mask_marks_the_pixels_whose_centre_lies_in_the_dome() -> None:
    mask = ChestField(0.5, 0.5, 0.25, 0.25, 1.0).mask(8, 8)
    assert not mask[:2].any()
    assert not mask[6:].any()
    assert mask[5].tolist() == [False, False, True, True, True, True, False, False]
    assert mask[2].sum() < mask[5].sum()  # narrow at the apices


@pytest.mark.parametrize(
    "folder", ["kermany_train_224/NORMAL", "kermany_full_size/PNEUMONIA", "nih_adult_dev/images"]
)
def test_real_chests_of_children_and_adults_have_a_field(shared_folder: Path, folder: str) -> None:
    """The middle of the image belongs to it, and it is never nearly all; 48 were looked at."""
    paths = sorted(path for path in (shared_folder / "data" / folder).rglob("*.*g"))[::23][:10]
    assert paths
    fields = [find_chest_field(read_picture(path)) for path in paths]
    found = [field for field in fields if field is not None]
    assert len(found) >= len(paths) - 1
    for field in found:
        mask = field.mask(100, 100)
        assert mask[50, 50]
        assert 0.2 < mask.mean() < 0.9


@pytest.mark.parametrize("shape", [(3, 4, 5), (0, 4), (7,)])
def test_an_image_is_a_plane(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="expected an image"):
        find_chest_field(np.zeros(shape, np.float32))
