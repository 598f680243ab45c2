from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydicom import Dataset

from triage_app.imaging.header import read_instance
from triage_app.imaging.image_plane import ImagePlane, Spacing, SpacingBasis, read_image_plane
from triage_app.imaging.source import FileSource

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import InstanceFactory


def header(**elements: Any) -> Dataset:
    dataset = Dataset()
    for keyword, value in elements.items():
        setattr(dataset, keyword, value)
    return dataset


@pytest.mark.parametrize(
    ("elements", "basis"),
    [
        ({"Modality": "DX", "ImagerPixelSpacing": [0.2, 0.2]}, SpacingBasis.DETECTOR),
        (
            {"Modality": "DX", "ImagerPixelSpacing": [0.2, 0.2], "PixelSpacing": [0.2, 0.2]},
            SpacingBasis.DETECTOR,
        ),
        (
            {"Modality": "DX", "ImagerPixelSpacing": [0.25, 0.25], "PixelSpacing": [0.2, 0.2]},
            SpacingBasis.CALIBRATED,
        ),
        (
            {
                "Modality": "CR",
                "PixelSpacing": [0.2, 0.2],
                "PixelSpacingCalibrationType": "FIDUCIAL",
            },
            SpacingBasis.CALIBRATED,
        ),
        ({"Modality": "CR", "PixelSpacing": [0.2, 0.2]}, SpacingBasis.UNSTATED),
        ({"Modality": "CT", "PixelSpacing": [0.2, 0.2]}, SpacingBasis.PATIENT),
        ({"Modality": "OT", "NominalScannedPixelSpacing": [0.2, 0.2]}, SpacingBasis.FILM),
    ],
    ids=["imager", "equal", "differs", "fiducial", "alone", "ct", "scanned film"],
)
def test_a_spacing_is_told_with_the_plane_that_it_is_true_on(
    elements: dict[str, Any], basis: SpacingBasis
) -> None:
    assert read_image_plane(header(**elements)).spacing == Spacing(0.2, 0.2, basis)


def test_a_spacing_shared_by_all_frames_is_found() -> None:
    measures = header(PixelSpacing=[0.5, 0.4])
    groups = header(PixelMeasuresSequence=[measures])
    plane = read_image_plane(header(Modality="MR", SharedFunctionalGroupsSequence=[groups]))
    assert plane.spacing == Spacing(0.5, 0.4, SpacingBasis.PATIENT)
    assert plane.pixel_aspect == pytest.approx(1.25)


@pytest.mark.parametrize(
    "elements",
    [
        {},
        {"ImagerPixelSpacing": [0.0, 0.2]},
        {"ImagerPixelSpacing": [-1.0, 0.2]},
        {"ImagerPixelSpacing": [0.2]},
        {"SharedFunctionalGroupsSequence": []},
    ],
    ids=["absent", "zero", "negative", "one value", "empty groups"],
)
def test_what_is_malformed_counts_as_absent(elements: dict[str, Any]) -> None:
    assert read_image_plane(header(**elements)) == ImagePlane()


def test_the_aspect_ratio_is_height_over_width() -> None:
    assert read_image_plane(header(PixelAspectRatio=["2", "1"])).pixel_aspect == 2.0
    assert read_image_plane(header(PixelAspectRatio=["1", "9999"])).pixel_aspect == 1.0


def test_the_edges_are_told_from_the_directions_of_rows_and_columns() -> None:
    plane = read_image_plane(header(PatientOrientation=["L", "F"]))
    assert plane.edges == ("R", "H", "L", "F")
    assert read_image_plane(header(PatientOrientation=["PL", "FA"])).edges == (
        "AR",
        "HP",
        "PL",
        "FA",
    )


@pytest.mark.parametrize("value", [["L"], ["L", ""], ["L", "?"], ["LEFT", "F"]])
def test_directions_that_are_not_known_give_no_letters(value: list[str]) -> None:
    assert read_image_plane(header(PatientOrientation=value)).edges is None


def test_a_real_radiograph_is_measured_at_its_detector(
    make_instance: InstanceFactory, shared_folder: Path
) -> None:
    made = read_image_plane(read_instance(FileSource(make_instance())).header)
    assert made.spacing == Spacing(0.2, 0.2, SpacingBasis.DETECTOR)
    folder = shared_folder / "data" / "dicom_public" / "nema_wg04"
    found = sorted(path for path in folder.rglob("RG1*") if path.is_file())
    assert found
    plane = read_image_plane(read_instance(FileSource(found[0])).header)
    assert plane.spacing is None or plane.spacing.basis is not SpacingBasis.PATIENT
