"""Demonstration studies: drawn patients in the variety that archives hold, and a few bad files."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from pathlib import Path

from pydicom.dataset import Dataset
from pydicom.uid import (
    UID,
    ComputedRadiographyImageStorage,
    DigitalXRayImageStorageForPresentation,
    MRImageStorage,
)

from triage_app.demonstration.canvas import FloatImage
from triage_app.demonstration.catalogue import CATALOGUE, ImagePlan, Picture, StudyPlan
from triage_app.demonstration.phantom import BoundingBox, chest_phantom, opacity_in_zone
from triage_app.demonstration.storing import store_grey
from triage_app.demonstration.views import hand_phantom, lateral_phantom
from triage_app.imaging.authoring import new_radiograph, new_uid, write_radiograph
from triage_app.imaging.description import (
    PatientDescription,
    RadiographDescription,
    SeriesDescription,
    StudyDescription,
)

__all__ = [
    "DEFAULT_ROWS",
    "DEFAULT_SEED",
    "DemonstrationImage",
    "DemonstrationStudy",
    "count_images",
    "demonstration_paths",
    "write_demonstration_studies",
]

DEFAULT_SEED = 2024
DEFAULT_ROWS = 960

_FEWEST_ROWS = 192

_FOREIGN_FILE = "export.txt"
_FOREIGN_TEXT = (
    "This file is no DICOM file. Exports often hold one, so the demonstration does too.\n"
)
_KEPT_SHARE = 0.6
"""How much of the truncated file's pixel data is there."""


@dataclass(frozen=True, slots=True)
class DemonstrationImage:
    """One written file and what is known of it.

    Attributes
    ----------
    path : of the file
    expected_status, expected_reason : the outcome that the file is made for, in the words of a
        scan's rows; the reason is empty for "scored"
    opacity_boxes : the drawn opacities in pixels of the image; empty where there is none
    """

    path: Path
    expected_status: str
    expected_reason: str = ""
    opacity_boxes: tuple[BoundingBox, ...] = ()


@dataclass(frozen=True, slots=True)
class DemonstrationStudy:
    """One written study.

    Attributes
    ----------
    study_instance_uid : (0020,000D); empty for what is no DICOM
    description : what it shows, for people
    images : its files
    """

    study_instance_uid: str
    description: str
    images: tuple[DemonstrationImage, ...] = field(default=())


def count_images() -> int:
    """Count the files that are written, for a progress bar."""
    return sum(len(plan.images) for plan in CATALOGUE) + 1


def demonstration_paths(folder: Path) -> tuple[Path, ...]:
    """Name every file that `write_demonstration_studies` writes into `folder`."""
    paths = [
        folder / _relative_path(plan, image, number)
        for plan in CATALOGUE
        for number, image in enumerate(plan.images, start=1)
    ]
    return (*paths, folder / _FOREIGN_FILE)


def write_demonstration_studies(
    folder: Path, *, seed: int = DEFAULT_SEED, rows: int = DEFAULT_ROWS
) -> Iterator[DemonstrationStudy]:
    """Write the studies, one with each step.

    Parameters
    ----------
    folder : made where it is missing; files of an earlier run are overwritten
    seed : persons, places and noise follow from it
    rows : of a chest image, at least 192; the others keep their proportions

    Yields
    ------
    DemonstrationStudy, once its files are on the disk; equal seeds give equal files

    Raises
    ------
    ValueError
        where there are too few rows
    OSError
        where the folder cannot be written
    """
    if rows < _FEWEST_ROWS:
        raise ValueError(f"expected at least {_FEWEST_ROWS} rows, received {rows}")
    for plan in CATALOGUE:
        study_uid = new_uid("triage-app demonstration", str(seed), plan.patient_id, plan.study_id)
        # Follow-up studies show the same person, so the person hangs on the patient.
        person_seed = abs(seed) * 1000 + _number(plan.patient_id)
        images = []
        for number, image in enumerate(plan.images, start=1):
            path = folder / _relative_path(plan, image, number)
            path.parent.mkdir(parents=True, exist_ok=True)
            grey, boxes = _draw(image, person_seed, rows / DEFAULT_ROWS)
            _write_image(path, grey, image, _describe(plan, image, number, study_uid))
            images.append(
                DemonstrationImage(path, image.expected_status, image.expected_reason, boxes)
            )
        yield DemonstrationStudy(study_uid, plan.description, tuple(images))
    path = folder / _FOREIGN_FILE
    path.write_text(_FOREIGN_TEXT, encoding="utf-8")
    yield DemonstrationStudy("", "no DICOM", (DemonstrationImage(path, "excluded", "not_dicom"),))


def _number(patient_id: str) -> int:
    return int(patient_id.rpartition("-")[2])


def _relative_path(plan: StudyPlan, image: ImagePlan, number: int) -> Path:
    ending = "" if image.has_no_ending else ".dcm"
    return Path(plan.patient_id, plan.study_id, f"IM{number:04d}{ending}")


def _write_image(
    path: Path, grey: FloatImage, image: ImagePlan, description: RadiographDescription
) -> None:
    stored = store_grey(
        grey, image.style, bits_stored=image.bits_stored, is_inverted=image.is_inverted
    )
    dataset = new_radiograph(
        stored.pixels,
        replace(description, transforms=stored.transforms, bits_stored=image.bits_stored),
    )
    if image.picture is Picture.MAGNETIC_RESONANCE:
        _turn_into_magnetic_resonance(dataset)
    if image.is_truncated:
        whole = io.BytesIO()
        write_radiograph(dataset, whole, image.transfer_syntax_uid)
        path.write_bytes(whole.getvalue()[: -int(stored.pixels.nbytes * (1 - _KEPT_SHARE))])
    else:
        write_radiograph(dataset, path, image.transfer_syntax_uid)


def _draw(
    image: ImagePlan, person_seed: int, scale: float
) -> tuple[FloatImage, tuple[BoundingBox, ...]]:
    rows, columns = round(image.rows * scale), round(image.columns * scale)
    is_adult = image.picture is Picture.ADULT_CHEST
    if image.picture is Picture.LATERAL_CHEST:
        return lateral_phantom(rows, columns, person_seed), ()
    if image.picture is Picture.HAND:
        return hand_phantom(rows, columns, person_seed), ()
    opacities = tuple(
        opacity_in_zone(
            rows, columns, person_seed, zone, radius=radius, strength=strength, is_adult=is_adult
        )
        for zone, radius, strength in image.opacities
    )
    phantom = chest_phantom(
        rows,
        columns,
        person_seed,
        opacities=opacities,
        is_adult=is_adult,
        has_collimation=is_adult,
        marker="" if image.picture is Picture.MAGNETIC_RESONANCE else "R",
    )
    return phantom.image, phantom.opacity_boxes


def _describe(
    plan: StudyPlan, image: ImagePlan, number: int, study_uid: UID
) -> RadiographDescription:
    study_date = date(2024, 3, 4) + timedelta(days=plan.day)
    # Born before the first study's day of the year, so that the age is the years' difference.
    birth_date = date(study_date.year - plan.age_years, 1, 4 * _number(plan.patient_id) % 28 + 1)
    return RadiographDescription(
        patient=PatientDescription(
            plan.patient_name, plan.patient_id, birth_date, plan.sex, f"{plan.age_years:03d}Y"
        ),
        study=StudyDescription(
            study_uid,
            plan.study_id,
            f"{plan.patient_id}-{plan.study_id}",
            plan.description,
            study_date,
            time(8 + plan.day, (7 * number + 11 * plan.day) % 60),
        ),
        series=SeriesDescription(
            number=number,
            description=image.description,
            body_part=image.body_part,
            view_position=image.view_position,
            laterality=image.laterality,
            manufacturer="Drawn phantom",
            imager_pixel_spacing_mm=(0.2, 0.2),
        ),
        burned_in_annotation="NO",
        character_set=plan.character_set,
        # Drawn on a computer; ORIGINAL would say that a detector saw it.
        image_type=("DERIVED", "PRIMARY"),
        derivation="Drawn phantom, shows no person",
        uid_seed=f"{study_uid} {number}",
        sop_class_uid=(
            DigitalXRayImageStorageForPresentation
            if image.is_digital_x_ray
            else ComputedRadiographyImageStorage
        ),
    )


def _turn_into_magnetic_resonance(dataset: Dataset) -> None:
    """Make the header that of an MR image (PS3.3 A.4), which no radiograph model may score."""
    for keyword in ("ViewPosition", "ImagerPixelSpacing", "PatientOrientation"):
        del dataset[keyword]
    dataset.SOPClassUID = MRImageStorage
    dataset.Modality = "MR"
    dataset.ImageType = ["DERIVED", "PRIMARY", "OTHER"]
    dataset.PatientPosition = "HFS"
    dataset.FrameOfReferenceUID = new_uid(dataset.StudyInstanceUID, "frame of reference")
    dataset.PositionReferenceIndicator = ""
    dataset.ImagePositionPatient = [0, 0, 0]
    dataset.ImageOrientationPatient = [1, 0, 0, 0, 0, -1]
    dataset.PixelSpacing = [1, 1]
    dataset.SliceThickness = 5
    dataset.ScanningSequence = "SE"
    dataset.SequenceVariant = "NONE"
    dataset.ScanOptions = ""
    dataset.MRAcquisitionType = "2D"
    dataset.RepetitionTime, dataset.EchoTime, dataset.EchoTrainLength = 500, 12, 1
