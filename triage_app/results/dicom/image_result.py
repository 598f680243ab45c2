"""What the result of one image is called, of whichever kind: its series, itself, and its maker."""

from __future__ import annotations

from typing import TypedDict

from pydicom.uid import UID, ExplicitVRLittleEndian

from triage_app.inference.card import ModelCard
from triage_app.results.dicom.context import character_set_for, plain
from triage_app.results.dicom.provenance import (
    MANUFACTURER,
    PROGRAM,
    SERIES_NUMBERS,
    ResultKind,
    program_version,
    series_uid,
)
from triage_app.results.dicom.statement import image_result_uid
from triage_app.results.dicom.study import AssessedInstance

__all__ = ["ImageResult", "image_result"]


class ImageResult(TypedDict):
    """Arguments that every class of highdicom takes."""

    series_instance_uid: UID
    series_number: int
    sop_instance_uid: UID
    instance_number: int
    manufacturer: str
    manufacturer_model_name: str
    software_versions: str
    device_serial_number: str
    series_description: str
    transfer_syntax_uid: UID


def image_result(
    kind: ResultKind, item: AssessedInstance, card: ModelCard, description: str
) -> ImageResult:
    """Name the result of one scored image.

    Parameters
    ----------
    kind : of the result; each has a series of its own for a study and a model
    description : of the series, before the finding

    Raises
    ------
    ValueError
        where the instance was not scored
    """
    facts = item.instance.facts
    return {
        "series_instance_uid": series_uid(kind, facts.study.study_instance_uid, card.device_uid),
        "series_number": SERIES_NUMBERS[kind],
        "sop_instance_uid": image_result_uid(kind, item, card),
        "instance_number": max(1, facts.image.instance_number or 1),
        "manufacturer": MANUFACTURER,
        "manufacturer_model_name": PROGRAM,
        "software_versions": program_version(),
        "device_serial_number": card.device_uid,
        "series_description": plain(
            f"{description}: {card.finding}", character_set_for(item.instance.header)
        ),
        "transfer_syntax_uid": ExplicitVRLittleEndian,
    }
