"""Images that are no frontal chest X-ray, beside labelled ones: a test of the gate."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from training.errors import ManifestError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["OTHER", "OtherImage", "find_others", "is_other"]

OTHER: Final = "OTHER"
"""Folder, or label in a table, in any case."""


@dataclass(frozen=True, slots=True)
class OtherImage:
    """An image that a gate shall refuse.

    Attributes
    ----------
    path : where it is read from
    kind : the sub-folder of ``OTHER`` that holds it; empty where there is none
    """

    path: Path
    kind: str


def is_other(text: str) -> bool:
    """Tell whether a folder's name or a label means `OTHER`."""
    return text.strip().casefold() == OTHER.casefold()


def find_others(data: Path) -> tuple[OtherImage, ...]:
    """List the files below a folder ``OTHER``, or the lines of a table with that label.

    Raises
    ------
    ManifestError
        where a file that a table names is missing
    """
    if data.is_dir():
        return tuple(_below(data))
    if data.is_file():
        return tuple(_listed(data))
    return ()


def _below(folder: Path) -> Iterator[OtherImage]:
    for path in sorted(folder.rglob("*")):
        steps = path.relative_to(folder).parts
        place = next((index for index, step in enumerate(steps[:-1]) if is_other(step)), None)
        is_hidden = any(step.startswith(".") for step in steps)
        if place is not None and not is_hidden and path.is_file():
            yield OtherImage(path, "/".join(steps[place + 1 : -1]))


def _listed(table: Path) -> Iterator[OtherImage]:
    with table.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        names = {(name or "").strip().casefold(): name for name in reader.fieldnames or []}
        column = next((names[name] for name in ("path", "file", "image") if name in names), None)
        if column is None or "label" not in names:
            return
        for row in reader:
            if not is_other(row[names["label"]] or ""):
                continue
            name = (row[column] or "").strip()
            folders = (table.parent, table.parent / "images", Path())
            path = next((folder / name for folder in folders if (folder / name).is_file()), None)
            if path is None:
                raise ManifestError(
                    f"{table}, line {reader.line_num}: there is no file {name}; correct the path "
                    "or remove the line."
                )
            yield OtherImage(path, "")
