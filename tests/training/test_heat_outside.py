"""Where the heat of flagged images lies, measured by an evaluation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from training.cli import main
from triage_app.demonstration.phantom import chest_phantom

if TYPE_CHECKING:
    from pathlib import Path


def evaluate(model: Path, folder: Path, surround: float) -> dict[str, dict[str, float]]:
    """Measure chests that stand in a dark or bright surround: the tiny model's heat is the grey."""
    for label, level in (("NORMAL", 0.0), ("PNEUMONIA", surround)):
        (folder / "images" / label).mkdir(parents=True)
        for number in range(3):
            image = np.full((240, 240), level)
            image[40:220, 40:200] = chest_phantom(180, 160, number).image * 200
            picture = Image.fromarray(image.astype(np.uint8))
            picture.save(folder / "images" / label / f"person{number}.png")
    words = ["evaluate", str(model), str(folder / "images"), "--output", str(folder / "out")]
    assert main([*words, "--resamples", "50"]) == 0
    metrics: dict[str, dict[str, float]] = json.loads((folder / "out" / "metrics.json").read_text())
    return metrics


def test_heat_beside_the_chest_is_measured_of_flagged_images(
    tiny_model: Path, tmp_path: Path
) -> None:
    figure = evaluate(tiny_model, tmp_path, 255.0)["heat_outside_chest"]
    assert 0.2 < figure["low"] <= figure["value"] <= figure["high"] < 1.0


def test_where_nothing_is_flagged_there_is_no_such_figure(tiny_model: Path, tmp_path: Path) -> None:
    metrics = evaluate(tiny_model, tmp_path, 0.0)
    assert metrics["confusion_matrix"]["true_positive"] == pytest.approx(0)
    assert "heat_outside_chest" not in metrics
