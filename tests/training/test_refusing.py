"""A gate measured: chest images lost, other pictures refused, by folder and by table."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.tiny_model import write_tiny_model
from tests.training.conftest import write_made_images
from training.cli import main
from training.data.manifest import read_manifest
from training.data.others import find_others


def _add_others(folder: Path) -> None:
    for kind, count in (("hand", 3), ("page", 2)):
        (folder / "OTHER" / kind).mkdir(parents=True)
        for number in range(count):
            Image.fromarray(np.full((50, 40), 30 * number, np.uint8)).save(
                folder / "OTHER" / kind / f"{number}.png"
            )
    (folder / "OTHER" / "page" / "broken.png").write_bytes(b"no picture")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    write_made_images(tmp_path / "data", 3)
    _add_others(tmp_path / "data")
    return tmp_path / "data"


def _evaluate(model: Path, data: Path, output: Path) -> dict:
    words = ["evaluate", str(model), str(data), "--output", str(output), "--resamples", "20"]
    assert main(words) == 0
    return json.loads((output / "metrics.json").read_text())


@pytest.mark.parametrize(("likeness", "refused"), [(0.1, 1.0), (0.9, 0.0)])
def test_others_and_chests_are_counted_against_the_gate(
    data: Path, tmp_path: Path, likeness: float, refused: float
) -> None:
    model = write_tiny_model(tmp_path, likeness=likeness)
    metrics = _evaluate(model, data, tmp_path / "out")
    assert (metrics["lost_chests"]["value"], metrics["lost_chests"]["n"]) == (refused, 12)
    other = metrics["refused_other"]
    assert (other["value"], other["n"], metrics["unreadable_other"]) == (refused, 5, 1)
    assert {kind: part["n"] for kind, part in other["kinds"].items()} == {"hand": 3, "page": 2}
    # refused chest images are told, and stay in the figures
    assert metrics["n"] == 12
    lines = (tmp_path / "out" / "predictions.csv").read_text().splitlines()
    assert {line.rpartition(",")[2] for line in lines[1:]} == {"true" if refused else "false"}


def test_a_model_without_a_gate_refuses_nothing(data: Path, tmp_path: Path) -> None:
    metrics = _evaluate(write_tiny_model(tmp_path), data, tmp_path / "out")
    assert "lost_chests" not in metrics
    assert metrics["refused_other"]["value"] == 0.0


def test_a_table_may_label_others(data: Path) -> None:
    cases = read_manifest(data)
    lines = ["path,label", *(f"{case.path},{case.label}" for case in cases)]
    lines += ["OTHER/hand/0.png,other", "OTHER/page/1.png,OTHER"]
    table = data / "table.csv"
    table.write_text("\n".join(lines))
    assert len(read_manifest(table)) == len(cases)
    assert [other.path.name for other in find_others(table)] == ["0.png", "1.png"]
