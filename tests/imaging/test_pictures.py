"""Pictures in the forms that public training sets come in, as display grey."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from triage_app.errors import InstanceMemoryError, UnreadableError
from triage_app.imaging.pictures import PICTURE_SUFFIXES, read_picture

if TYPE_CHECKING:
    from pathlib import Path

GREY = np.array([[0, 51, 102], [153, 204, 255]], dtype=np.uint8)


def saved(path: Path, picture: Image.Image) -> Path:
    picture.save(path)
    return path


@pytest.mark.parametrize("suffix", [".png", ".bmp", ".tif"])
def test_8_bit_grey_is_read_as_it_is(tmp_path: Path, suffix: str) -> None:
    found = read_picture(saved(tmp_path / f"a{suffix}", Image.fromarray(GREY)))
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, GREY)
    assert suffix in PICTURE_SUFFIXES


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_16_bit_grey_is_divided_by_257(tmp_path: Path, suffix: str) -> None:
    wide = GREY.astype(np.uint16) * 257
    found = read_picture(saved(tmp_path / f"a{suffix}", Image.fromarray(wide)))
    np.testing.assert_allclose(found, GREY, atol=1e-4)


def test_colour_becomes_luma(tmp_path: Path) -> None:
    # ITU-R BT.601: 0.299 R + 0.587 G + 0.114 B
    colour = np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255], [90, 90, 90]]], dtype=np.uint8)
    found = read_picture(saved(tmp_path / "a.png", Image.fromarray(colour)))
    np.testing.assert_allclose(found, [[76, 150, 29, 90]], atol=0.5)


def test_a_palette_is_looked_up(tmp_path: Path) -> None:
    picture = Image.fromarray(np.array([[0, 1]], dtype=np.uint8)).convert("P")
    picture.putpalette([10, 10, 10, 200, 200, 200])
    np.testing.assert_array_equal(read_picture(saved(tmp_path / "a.png", picture)), [[10, 200]])


def test_transparency_lies_on_black(tmp_path: Path) -> None:
    grey_and_alpha = np.array([[[200, 255], [200, 0], [200, 128]]], dtype=np.uint8)
    found = read_picture(saved(tmp_path / "a.png", Image.fromarray(grey_and_alpha, "LA")))
    np.testing.assert_allclose(found, [[200, 0, 100]], atol=1)


def test_two_colours_are_black_and_white(tmp_path: Path) -> None:
    picture = Image.fromarray(np.array([[0, 255]], dtype=np.uint8)).convert("1")
    np.testing.assert_array_equal(read_picture(saved(tmp_path / "a.png", picture)), [[0, 255]])


def test_an_orientation_in_exif_is_applied(tmp_path: Path) -> None:
    picture = Image.fromarray(GREY)
    exif = picture.getexif()
    exif[0x0112] = 3  # turned by half
    picture.save(tmp_path / "a.png", exif=exif)
    np.testing.assert_array_equal(read_picture(tmp_path / "a.png"), GREY[::-1, ::-1])


def test_a_missing_picture_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match=r"gone\.png: cannot be read as a picture"):
        read_picture(tmp_path / "gone.png")


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow remarks on damaged metadata
@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tif", ".bmp"])
def test_a_damaged_picture_is_unreadable_and_never_another_error(
    tmp_path: Path, suffix: str
) -> None:
    pattern = np.random.default_rng(1).integers(0, 256, (40, 50)).astype(np.uint8)
    path = saved(tmp_path / f"a{suffix}", Image.fromarray(pattern))
    whole = path.read_bytes()
    for part in (0.1, 0.5, 0.9):
        path.write_bytes(whole[: int(len(whole) * part)])
        with pytest.raises(UnreadableError, match="cannot be read as a picture"):
            read_picture(path)
    for at in range(0, min(len(whole), 200), 3):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0xA5]) + whole[at + 1 :])
        try:
            assert read_picture(path).ndim == 2
        except (UnreadableError, InstanceMemoryError):
            continue


def test_a_picture_that_claims_gigantic_sides_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 2)
    with pytest.raises(InstanceMemoryError, match="too large a picture"):
        read_picture(saved(tmp_path / "a.png", Image.fromarray(GREY)))
