"""Who made a result, and the UIDs that follow from what it says."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version

from highdicom import ContributingEquipment
from pydicom import Dataset
from pydicom.sr.codedict import codes
from pydicom.uid import UID, generate_uid

from triage_app.imaging.elements import text_value
from triage_app.inference.card import ModelCard

__all__ = [
    "DISCLAIMER",
    "MANUFACTURER",
    "PROGRAM",
    "SERIES_NUMBERS",
    "ResultKind",
    "instance_uid",
    "is_own_result",
    "model_equipment",
    "program_version",
    "series_uid",
]

MANUFACTURER = "triage-app contributors"
PROGRAM = "triage-app"
DISCLAIMER = "Research use only - not a medical device."


class ResultKind(StrEnum):
    """What is written of a result."""

    REPORT = "sr"
    SECONDARY_CAPTURE = "sc"
    PRESENTATION_STATE = "gsps"
    PARAMETRIC_MAP = "map"
    PDF = "pdf"
    AGREEMENT = "agreement"


TEMPLATE_VERSIONS = dict.fromkeys(ResultKind, 1)
"""Raised whenever an equal result would be written otherwise, so that it gets another UID."""

SERIES_NUMBERS = {kind: 9001 + at for at, kind in enumerate(ResultKind)}
"""(0020,0011), behind what modalities use."""


def program_version() -> str:
    """Give the version of the program, for (0018,1020) Software Versions."""
    try:
        return version(PROGRAM)
    except PackageNotFoundError:
        return "unknown"


def series_uid(kind: ResultKind, study_uid: str, source: str) -> UID:
    """Make the UID of the series that holds one kind of result of one model, or of one reader.

    Parameters
    ----------
    kind : of the results
    study_uid : of the study
    source : the model's device UID, or the reader
    """
    return generate_uid(entropy_srcs=[PROGRAM, "series", kind, study_uid, source])


def instance_uid(
    kind: ResultKind, subject_uid: str, source: str, statement: Sequence[object]
) -> UID:
    """Make the UID of one result, so that the same result again is the same instance.

    Parameters
    ----------
    kind : of the result
    subject_uid : of the study or the instance that it speaks of
    source : the model's device UID, or the reader
    statement : all that the result says and that the other arguments do not determine
    """
    said = hashlib.sha256(json.dumps(statement, default=str).encode()).hexdigest()
    return generate_uid(
        entropy_srcs=[PROGRAM, kind, str(TEMPLATE_VERSIONS[kind]), subject_uid, source, said]
    )


def is_own_result(header: Dataset) -> bool:
    """Tell whether an instance was written by this program, and so is no input to it."""
    return (
        text_value(header, "Manufacturer") == MANUFACTURER
        and text_value(header, "ManufacturerModelName") == PROGRAM
    )


def model_equipment(card: ModelCard) -> ContributingEquipment:
    """Describe the model as an item of (0018,A001) Contributing Equipment Sequence.

    Notes
    -----
    PS3.3 C.12.1.1.5. The model's device UID stands in (0018,1002) Device UID.
    """
    item = ContributingEquipment(
        manufacturer=MANUFACTURER,
        purpose_of_reference=codes.DCM.ProcessingEquipment,
        manufacturer_model_name=card.name[:64].replace("\\", "/"),
        software_versions=card.version[:64].replace("\\", "/"),
        device_serial_number=card.device_uid,
        contribution_description=f"Model that scored the images for {card.finding}",
    )
    item.DeviceUID = card.device_uid
    return item
