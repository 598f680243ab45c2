"""Two models' tables of predictions on the same images, compared."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from training.errors import TrainingError
from training.evaluation.delong import AreaComparison, compare_areas

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Comparison", "compare_predictions"]

_NEEDED: Final = ("path", "label", "probability", "patient")


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two models differ.

    Attributes
    ----------
    images, patients : that both scored
    areas : under the ROC curves
    """

    images: int
    patients: int
    areas: AreaComparison


def compare_predictions(first: Path, second: Path) -> Comparison:
    """Compare two ``predictions.csv`` of ``triage-train evaluate``.

    Raises
    ------
    TrainingError
        where a table cannot be read, or the tables are not of the same images
    """
    tables = [_read(path) for path in (first, second)]
    if tables[0].keys() != tables[1].keys():
        odd = sorted(tables[0].keys() ^ tables[1].keys())
        raise TrainingError(
            f"{first} and {second} are not of the same images: {len(odd)} stand in one of them "
            f"only, such as {odd[0]}. Evaluate both models on the same data."
        )
    names = sorted(tables[0])
    for name in names:
        if tables[0][name]["label"] != tables[1][name]["label"]:
            raise TrainingError(f"{name} has another label in {second} than in {first}.")
    is_pneumonia = np.array([tables[0][name]["label"] == "PNEUMONIA" for name in names])
    scores = [
        _scores(path, table, names) for path, table in zip((first, second), tables, strict=True)
    ]
    patients = [tables[0][name]["patient"] or name for name in names]
    try:
        areas = compare_areas(scores[0], scores[1], is_pneumonia, patients)
    except ValueError as error:
        raise TrainingError(f"{first}: cannot be compared: {error}.") from error
    return Comparison(len(names), len(set(patients)), areas)


def _scores(
    path: Path, table: dict[str, dict[str, str]], names: list[str]
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    try:
        return np.array([float(table[name]["probability"]) for name in names])
    except ValueError as error:
        raise TrainingError(
            f"{path}: the column 'probability' holds no number ({error})."
        ) from error


def _read(path: Path) -> dict[str, dict[str, str]]:
    try:
        with path.open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            if missing := [name for name in _NEEDED if name not in (reader.fieldnames or [])]:
                raise TrainingError(
                    f"{path}: has no column {missing[0]!r}; give the predictions.csv that "
                    "'triage-train evaluate' wrote."
                )
            return {row["path"]: row for row in reader}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise TrainingError(f"{path}: cannot be read as a table ({error}).") from error
