"""Frames after the first: the same pixels whatever the transfer syntax, and no frame too many."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from pydicom import dcmread

from triage_app.errors import InstanceError, TruncatedError
from triage_app.imaging.display import load_display
from triage_app.imaging.header import read_instance
from triage_app.imaging.pixels import read_stored_values
from triage_app.imaging.source import FileSource

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import InstanceFactory


@pytest.mark.parametrize(
    "name",
    [
        "emri_small.dcm",
        "emri_small_big_endian.dcm",
        "emri_small_RLE.dcm",
        "emri_small_jpeg_2k_lossless.dcm",
        "emri_small_jpeg_ls_lossless.dcm",
    ],
)
def test_every_frame_of_a_real_file_is_decoded(shared_folder: Path, name: str) -> None:
    folder = shared_folder / "data" / "dicom_public" / "pydicom_data"
    expected = dcmread(folder / "emri_small.dcm").pixel_array
    instance = read_instance(FileSource(folder / name))
    assert instance.facts.image.number_of_frames == len(expected) == 10
    for frame in (0, 1, 9):
        np.testing.assert_array_equal(read_stored_values(instance, frame), expected[frame])
    assert load_display(instance, 9).values.shape == expected[9].shape


@pytest.mark.parametrize("frame", [-1, 1])
def test_a_frame_that_the_image_has_not_is_the_caller_s_mistake(
    make_instance: InstanceFactory, frame: int
) -> None:
    instance = read_instance(FileSource(make_instance()))
    with pytest.raises(ValueError, match="expected a frame from 0 to 0"):
        read_stored_values(instance, frame)


def test_frames_that_are_stated_but_not_there_are_told(make_instance: InstanceFactory) -> None:
    instance = read_instance(FileSource(make_instance(changes={"NumberOfFrames": "3"})))
    with pytest.raises(TruncatedError, match="3 frames"):
        read_stored_values(instance, 2)


def test_compressed_frames_that_are_not_there_are_told(shared_folder: Path, tmp_path: Path) -> None:
    folder = shared_folder / "data" / "dicom_public" / "pydicom_data"
    dataset = dcmread(folder / "emri_small_jpeg_ls_lossless.dcm")
    dataset.NumberOfFrames = 12
    dataset.save_as(tmp_path / "twelve.dcm")
    instance = read_instance(FileSource(tmp_path / "twelve.dcm"))
    with pytest.raises(InstanceError, match=r"twelve\.dcm"):
        read_stored_values(instance, 11)
