"""Labelled images as a CSV table: reading one, and writing one."""

from __future__ import annotations

import csv
import math
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from training.data.case import Box, Case, Label, Part
from training.data.others import is_other
from training.data.patients import patient_from_file_name
from training.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["TABLE_COLUMNS", "case_row", "read_table"]

TABLE_COLUMNS: Final = (
    "path", "label", "patient", "age", "sex", "view", "x", "y", "width", "height", "part",
)  # fmt: skip
"""Columns in the order in which they are written; `path` and `label` must be there."""

_ALIASES: Final = {
    "file": "path",
    "image": "path",
    "patient_id": "patient",
    "boxes_xywh_512px": "boxes",
}
"""Other names of columns that are understood, as public tables of this field have them."""

_LABELS: Final = {
    "normal": Label.NORMAL,
    "0": Label.NORMAL,
    "pneumonia": Label.PNEUMONIA,
    "1": Label.PNEUMONIA,
}

_OLDEST_YEARS: Final = 150.0


def read_table(table: Path) -> tuple[Case, ...]:
    """Read a CSV table of labelled images.

    Parameters
    ----------
    table : with a header line and the columns ``path`` and ``label`` (NORMAL or PNEUMONIA, or 0 and
        1), and optionally ``patient``, ``age`` (years), ``sex``, ``view``, ``x``, ``y``, ``width``,
        ``height`` (one box, pixels of the image; several lines of one path are several boxes) and
        ``part`` (train, validation, holdout). Also understood: ``file`` and ``image`` for path,
        ``patient_id`` for patient, ``boxes_xywh_512px`` with one or more
        ``finding:x,y,width,height`` parted by ``;`` or ``|``. Other columns are left alone, and so
        are lines with the label OTHER: they show no frontal chest.

    Returns
    -------
    one case per path, in the order of the table. A relative path starts at the table's folder, at
    a folder ``images`` beside the table, or at the current folder, whichever has the file first.

    Raises
    ------
    ManifestError
        names the line, what is wrong with it and what to do
    """
    cases: dict[str, Case] = {}
    for line, row in _rows(table):
        if is_other(row["label"]):
            continue  # for the gate alone, see training.data.others
        case = _case(table, line, row)
        known = cases.get(case.name)
        if known is None:
            cases[case.name] = case
            continue
        if (known.label, known.patient, known.part) != (case.label, case.patient, case.part):
            raise ManifestError(
                f"{table}, line {line}: {case.name} stands in line {known.line} with another "
                "label, patient or part; several lines of one path may only differ in their box."
            )
        cases[case.name] = replace(known, boxes=known.boxes + case.boxes)
    return tuple(cases.values())


def case_row(case: Case, box: Box | None = None) -> dict[str, str]:
    """Put a case in the columns of `TABLE_COLUMNS`, with one of its boxes."""
    return {
        "path": case.name,
        "label": str(case.label),
        "patient": case.patient,
        "age": "" if case.age_years is None else f"{case.age_years:g}",
        "sex": case.sex,
        "view": case.view,
        "x": "" if box is None else f"{box.x:g}",
        "y": "" if box is None else f"{box.y:g}",
        "width": "" if box is None else f"{box.width:g}",
        "height": "" if box is None else f"{box.height:g}",
        "part": "" if case.part is None else str(case.part),
    }


def _rows(table: Path) -> Iterable[tuple[int, dict[str, str]]]:
    try:
        # utf-8-sig: spreadsheet programs put a byte order mark before the first column's name
        with table.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            columns = [_ALIASES.get(name, name) for name in map(_clean, reader.fieldnames or [])]
            for needed in ("path", "label"):
                if needed not in columns:
                    raise ManifestError(
                        f"{table}: has no column {needed!r} (it has: "
                        f"{', '.join(columns) or 'nothing'}); the first line must name the "
                        "columns, parted by commas: path,label"
                        "[,patient,age,sex,view,x,y,width,height]."
                    )
            reader.fieldnames = columns
            for row in reader:
                values = {key: (value or "").strip() for key, value in row.items() if key}
                if any(values.values()):
                    yield reader.line_num, values
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ManifestError(
            f"{table}: cannot be read as a CSV table ({error}); save it as CSV in UTF-8."
        ) from error


def _clean(name: str) -> str:
    return name.strip().casefold()


def _case(table: Path, line: int, row: Mapping[str, str]) -> Case:
    name = row["path"]
    if not name:
        raise ManifestError(
            f"{table}, line {line}: the column 'path' is empty; name an image file."
        )
    label = _LABELS.get(row["label"].casefold())
    if label is None:
        raise ManifestError(
            f"{table}, line {line}: unknown label {row['label']!r}; expected NORMAL or PNEUMONIA."
        )
    part_text = row.get("part", "").casefold()
    if part_text and part_text not in set(Part):
        raise ManifestError(
            f"{table}, line {line}: unknown part {row['part']!r}; "
            f"expected one of {', '.join(Part)}."
        )
    path = _find(table, line, name)
    patient = row.get("patient") or patient_from_file_name(path.stem)
    return Case(
        path=path,
        name=name,
        label=label,
        patient=patient or name,
        patient_is_assumed=patient is None,
        age_years=_age(table, line, row.get("age", "")),
        sex=row.get("sex", ""),
        view=row.get("view", ""),
        boxes=_boxes(table, line, row),
        part=Part(part_text) if part_text else None,
        line=line,
    )


def _find(table: Path, line: int, name: str) -> Path:
    for folder in (table.parent, table.parent / "images", Path()):
        if (path := folder / name).is_file():
            return path
    raise ManifestError(
        f"{table}, line {line}: there is no file {name}; paths start at the folder of the table "
        f"({table.parent.resolve()}). Correct the path or remove the line."
    )


def _number(table: Path, line: int, column: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ManifestError(
            f"{table}, line {line}: {column} is {text!r}; expected a number, or nothing."
        )
    return value


def _age(table: Path, line: int, text: str) -> float | None:
    if not text:
        return None
    years = _number(table, line, "age", text)
    if not 0 <= years <= _OLDEST_YEARS:
        raise ManifestError(
            f"{table}, line {line}: age is {text}; expected years from 0 to {_OLDEST_YEARS:g}, "
            "or nothing where it is unknown."
        )
    return years


def _boxes(table: Path, line: int, row: Mapping[str, str]) -> tuple[Box, ...]:
    sides = ("x", "y", "width", "height")
    texts = [row.get(side, "") for side in sides]
    entries = [dict(zip(sides, texts, strict=True))] if any(texts) else []
    for entry in row.get("boxes", "").replace("|", ";").split(";"):
        numbers = entry.rpartition(":")[2].split(",")
        if entry.strip():
            entries.append(dict(zip(sides, [*numbers, "", "", ""][:4], strict=True)))
    boxes = tuple(
        Box(**{side: _number(table, line, side, text) for side, text in entry.items()})
        for entry in entries
    )
    for box in boxes:
        if box.width <= 0 or box.height <= 0:
            raise ManifestError(
                f"{table}, line {line}: a box of {box.width:g} x {box.height:g} pixels has no "
                "area; width and height must be above 0."
            )
    return boxes
