"""Drawn chests with and without opacities, and a table of where the opacities lie."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from triage_app.demonstration.phantom import Phantom, chest_phantom, opacity_in_zone
from triage_app.demonstration.thorax import LungZone

__all__ = ["BOX_TABLE", "write_box_set"]

BOX_TABLE = "boxes.csv"

_COLUMNS = ("path", "label", "patient", "age", "view", "x", "y", "width", "height")
_RADII = (0.16, 0.22, 0.28)
"""Shares of the rows; of the sizes that a lobe has."""
_STRENGTH = 0.95
_ADULT_YEARS, _CHILD_YEARS = 40, 3


def write_box_set(folder: Path, pairs: int, *, seed: int, rows: int) -> Iterator[Path]:
    """Write pictures of drawn chests, each once with an opacity and once without, and the table.

    Zones, sizes, children and adults take turns, so that a whole set has all of them alike.

    Parameters
    ----------
    folder : made where it is missing; holds ``NORMAL/``, ``PNEUMONIA/`` and `BOX_TABLE` afterwards,
        whose columns are those that an evaluation reads: ``path``, ``label`` and, for an opacity,
        ``x``, ``y``, ``width`` and ``height`` in pixels
    pairs : of pictures
    seed : persons, positions and noise follow from it
    rows : of a picture, at least 64

    Yields
    ------
    Path of each picture, once it is written

    Raises
    ------
    OSError
        where the folder cannot be written
    """
    lines: list[dict[str, object]] = []
    for number in range(pairs):
        is_adult = number % 2 == 1
        for label in ("NORMAL", "PNEUMONIA"):
            # another person in each picture: a pair would make the two labels depend
            person = abs(seed) * 1_000_000 + 2 * number + (label == "PNEUMONIA")
            phantom = _draw(number, person, rows, is_adult=is_adult, has_opacity=label != "NORMAL")
            name = f"{label}/phantom{number:04d}.png"
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(np.rint(phantom.image * 255.0).astype(np.uint8)).save(path)
            about: dict[str, object] = {
                "path": name,
                "label": label,
                "patient": f"{label.lower()}{number:04d}",
                "age": _ADULT_YEARS if is_adult else _CHILD_YEARS,
                "view": "PA" if is_adult else "AP",
            }
            boxes: list[dict[str, object]] = [
                {"x": box.column, "y": box.row, "width": box.columns, "height": box.rows}
                for box in phantom.opacity_boxes
            ]
            lines += [about | box for box in boxes] or [about]
            yield path
    with (folder / BOX_TABLE).open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, _COLUMNS, restval="", lineterminator="\n")
        table.writeheader()
        table.writerows(lines)


def _draw(number: int, person: int, rows: int, *, is_adult: bool, has_opacity: bool) -> Phantom:
    columns = rows if is_adult else round(rows * 0.9)
    if not has_opacity:
        return chest_phantom(rows, columns, person, is_adult=is_adult)
    zones = tuple(LungZone)
    opacity = opacity_in_zone(
        rows,
        columns,
        person,
        zones[number // 2 % len(zones)],
        radius=_RADII[number // (2 * len(zones)) % len(_RADII)],
        strength=_STRENGTH,
        is_adult=is_adult,
    )
    return chest_phantom(rows, columns, person, opacities=(opacity,), is_adult=is_adult)
