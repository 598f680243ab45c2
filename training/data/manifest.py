"""The list of labelled images, from a folder or a table."""

from __future__ import annotations

import logging
from collections import Counter
from typing import TYPE_CHECKING

from training.data.case import Case, Label, Part
from training.data.images import read_dicom_facts
from training.data.manifest_table import read_table
from training.data.others import is_other
from training.data.patients import patient_from_file_name
from training.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

__all__ = ["check_both_labels", "read_manifest"]

_log = logging.getLogger(__name__)

_FILES_OF_FILE_BROWSERS = frozenset({"thumbs.db", "desktop.ini"})

_LABEL_OF_FOLDER = {label.value.casefold(): label for label in Label}


def read_manifest(data: Path, *, part: Part | None = None) -> tuple[Case, ...]:
    """List the labelled images of a folder or a table.

    Parameters
    ----------
    data : a folder that holds ``NORMAL`` and ``PNEUMONIA`` (at any depth, in any case), or a CSV
        table, see `training.data.manifest_table.read_table`
    part : keep only this part of a table that a split wrote

    Returns
    -------
    cases in the order of the table, or sorted by path

    Raises
    ------
    ManifestError
        where the data do not exist, hold no images, only one label, or (a table) bad lines
    """
    if data.is_dir():
        cases = _read_folder(data)
        if part is not None:
            raise ManifestError(
                f"{data}: a folder has no parts; give the split.csv of a run to use one part."
            )
    elif data.is_file():
        cases = read_table(data)
    else:
        raise ManifestError(
            f"{data}: does not exist; give a folder with NORMAL and PNEUMONIA, or a CSV table."
        )
    if part is not None:
        if all(case.part is None for case in cases):
            raise ManifestError(
                f"{data}: has no column 'part'; give the split.csv that 'triage-train split' wrote."
            )
        cases = tuple(case for case in cases if case.part is part)
    check_both_labels(cases, str(data))
    unnamed = sum(case.patient_is_assumed for case in cases)
    if unnamed:
        _log.warning(
            "For %d of %d images neither table nor file name says whose they are; each counts as a "
            "patient of its own. Give a table with a column 'patient' if that is wrong.",
            unnamed,
            len(cases),
        )
    return cases


def check_both_labels(cases: Sequence[Case], data: str) -> None:
    """Refuse data that hold no images, or images of one label only.

    Raises
    ------
    ManifestError
        says which label is missing
    """
    if not cases:
        raise ManifestError(
            f"{data}: holds no labelled images; expected pictures or DICOM files in folders "
            "NORMAL and PNEUMONIA, or a CSV table with the columns path and label."
        )
    counts = Counter(case.label for case in cases)
    for label in Label:
        if not counts[label]:
            raise ManifestError(
                f"{data}: has {len(cases)} images, none of them {label}; both labels are needed."
            )


def _read_folder(folder: Path) -> tuple[Case, ...]:
    cases: list[Case] = []
    outside = 0
    for path in _files_below(folder):
        relative = path.relative_to(folder)
        labels = [_LABEL_OF_FOLDER.get(step.casefold()) for step in relative.parts[:-1]]
        label = next((label for label in reversed(labels) if label is not None), None)
        if label is None:
            outside += not any(is_other(step) for step in relative.parts[:-1])
            continue
        facts = read_dicom_facts(path)
        patient = patient_from_file_name(path.stem) or (facts and facts.patient.patient_id) or None
        cases.append(
            Case(
                path=path,
                name=str(path),
                label=label,
                # not the stem alone: NORMAL/1.png and PNEUMONIA/1.png are two patients
                patient=patient or str(relative.with_suffix("")),
                patient_is_assumed=patient is None,
                age_years=facts.patient.age_years if facts else None,
                sex=facts.patient.sex if facts else "",
                view=facts.image.view_position if facts else "",
            )
        )
    if outside:
        _log.warning(
            "%s: %d files lie in neither a folder NORMAL nor PNEUMONIA and are not used.",
            folder,
            outside,
        )
    return tuple(cases)


def _files_below(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        steps = path.relative_to(folder).parts
        if any(step.startswith((".", "__MACOSX")) for step in steps):
            continue
        if path.name.casefold() not in _FILES_OF_FILE_BROWSERS and path.is_file():
            yield path
