"""What ``triage-train evaluate`` left in a folder, read back for a report."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from training.errors import TrainingError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from training.data.case import Part

__all__ = ["Evaluated", "holds_evaluation_of", "read_evaluated"]

METRICS_FILE = "metrics.json"
PREDICTIONS_FILE = "predictions.csv"


@dataclass(frozen=True, slots=True)
class Evaluated:
    """One model on one set of images.

    Attributes
    ----------
    folder : that ``evaluate`` wrote
    metrics : of ``metrics.json``, as it stands there
    names : of the images, as ``predictions.csv`` has them; never shown
    probability : (n,) float64
    is_pneumonia, is_flagged : (n,) bool
    """

    folder: Path
    metrics: dict[str, Any]
    names: tuple[str, ...] = field(repr=False)
    probability: NDArray[np.float64] = field(repr=False)
    is_pneumonia: NDArray[np.bool_] = field(repr=False)
    is_flagged: NDArray[np.bool_] = field(repr=False)

    @property
    def model(self) -> str:
        """Name and version of the model."""
        return str(self.metrics["model"])

    @property
    def predictions(self) -> Path:
        """The table of scores."""
        return self.folder / PREDICTIONS_FILE


def read_evaluated(folder: Path) -> Evaluated:
    """Read an evaluation's folder.

    Raises
    ------
    TrainingError
        where it holds none
    """
    try:
        metrics = json.loads((folder / METRICS_FILE).read_text(encoding="utf-8"))
        with (folder / PREDICTIONS_FILE).open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        return Evaluated(
            folder,
            metrics | {"model": str(metrics["model"])},
            tuple(row["path"] for row in rows),
            np.array([float(row["probability"]) for row in rows]),
            np.array([row["label"] == "PNEUMONIA" for row in rows]),
            np.array([row["flagged"] == "true" for row in rows]),
        )
    except (OSError, ValueError, KeyError, TypeError, csv.Error) as error:
        raise TrainingError(
            f"{folder}: holds no evaluation ({error}); give a folder that 'triage-train evaluate' "
            "wrote."
        ) from error


def holds_evaluation_of(folder: Path, onnx_sha256: str, part: Part, *, altered: bool) -> bool:
    """Tell whether a folder holds a whole evaluation of just that model file on a part."""
    try:
        metrics = json.loads((folder / METRICS_FILE).read_text(encoding="utf-8"))
        has_scores = (folder / PREDICTIONS_FILE).is_file()
        return (
            has_scores
            and metrics["onnx_sha256"] == onnx_sha256
            and metrics["part"] == part
            and ("altered" in metrics or not altered)
        )
    except (OSError, ValueError, KeyError, TypeError):
        return False
