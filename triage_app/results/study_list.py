"""The worklist as a CSV file for people and spreadsheets."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from triage_app.errors import TriageError
from triage_app.worklist.records import ModelIdentity, StudyRow

__all__ = ["COLUMNS", "write_study_list"]

COLUMNS = (
    "study",
    "accession_number",
    "patient_id",
    "patient_name",
    "age_years",
    "sex",
    "study_date",
    "study_time",
    "description",
    "modality",
    "images",
    "requested_priority",
    "result",
    "probability",
    "operating_point",
    "reasons",
    "reading_status",
    "reader",
    "status_since",
    "received",
    "model",
)
"""Header of the CSV, in this order."""

_FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is a formula to a spreadsheet."""


def write_study_list(path: Path, rows: Iterable[StudyRow], model: ModelIdentity | None) -> int:
    """Write rows in their order, as UTF-8 with a mark that spreadsheets know it by.

    Parameters
    ----------
    rows : of the worklist
    model : whose results they carry

    Returns
    -------
    int
        how many were written

    Raises
    ------
    TriageError
        where the file cannot be written
    """
    title = f"{model.title} ({model.device_uid})" if model else ""
    number = 0
    try:
        with path.open("w", encoding="utf-8-sig", errors="backslashreplace", newline="") as file:
            writer = csv.writer(file, lineterminator="\r\n")
            writer.writerow(COLUMNS)
            for number, row in enumerate(rows, 1):  # noqa: B007 - counted to the end
                writer.writerow([_cell(value) for value in (*_values(row), title)])
    except OSError as error:
        raise TriageError(
            f"{path}: the list cannot be written ({error.strerror or error}); "
            "choose a folder that you may write to, with room on its disk."
        ) from error
    return number


def _values(row: StudyRow) -> tuple[object, ...]:
    patient, study, result = row.patient, row.study, row.result
    return (
        row.study_key,
        study.accession_number,
        patient.patient_id,
        patient.name,
        None if patient.age_years is None else round(patient.age_years, 3),
        patient.sex,
        study.study_date,
        study.study_time,
        study.study_description,
        row.modality,
        row.images,
        study.requested_priority,
        str(result.state),
        result.probability,
        result.operating_point,
        "; ".join(result.reasons),
        str(row.reading_status),
        row.reader,
        row.status_since.isoformat() if row.status_since else None,
        row.received.isoformat(),
    )


def _cell(value: object) -> object:
    """Give a cell's text; one that a spreadsheet would compute stands behind an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith(_FORMULA_BEGINS):
        return f"'{value}"
    return value
