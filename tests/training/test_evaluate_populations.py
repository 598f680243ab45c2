"""A model of several populations is measured as it reads: each image as its age says."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.conftest import InstanceFactory
from training.cli import main

GREYS = {
    # brighter with pneumonia in children, darker in adults: the tiny model is right with both
    ("NORMAL", 3): (40, 60, 80, 150),
    ("PNEUMONIA", 3): (110, 170, 190, 210),
    ("NORMAL", 40): (170, 190, 210, 115),
    ("PNEUMONIA", 40): (40, 60, 80, 120),
}


def evaluate(model: Path, data: Path, output: Path, *more: str) -> dict[str, object]:
    words = ["evaluate", str(model), str(data), "--output", str(output), "--resamples", "20"]
    assert main([*words, *more]) == 0
    return json.loads((output / "metrics.json").read_text())


def predictions(output: Path) -> list[dict[str, str]]:
    with (output / "predictions.csv").open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Children, adults, and two images of unknown age."""
    folder = tmp_path_factory.mktemp("ages")
    lines = ["path,label,age"]
    for (label, age), greys in GREYS.items():
        for grey in greys:
            name = f"{label}_{age}_{grey}.png"
            Image.new("L", (24, 20), grey).save(folder / name)
            lines.append(f"{name},{label},{age}")
    for label, grey in (("NORMAL", 50), ("PNEUMONIA", 200)):
        Image.new("L", (24, 20), grey).save(folder / f"{label}_unknown.png")
        lines.append(f"{label}_unknown.png,{label},")
    path = folder / "table.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_each_image_is_read_as_its_age_says(
    tiny_model_of_populations: Path, table: Path, tmp_path: Path
) -> None:
    found = evaluate(tiny_model_of_populations, table, tmp_path / "out")
    rows = predictions(tmp_path / "out")
    read = {row["path"]: row for row in rows}
    assert {row["population"] for row in rows if row["age"] == "40"} == {"adults"}
    assert {row["population"] for row in rows if row["age"] in ("3", "")} == {"children"}
    # sigmoid((grey - 128) / 32) for children, 1 less it for adults
    for row in rows:
        if row["age"]:
            grey = int(Path(row["path"]).stem.split("_")[2])
            child = 1 / (1 + np.exp(-(grey - 128) / 32))
            expected = child if row["age"] == "3" else 1 - child
            assert float(row["probability"]) == pytest.approx(expected, abs=1e-5)
    # 115 has 0.600 for adults, 120 has 0.562: below the adults' threshold of 0.6
    assert read["PNEUMONIA_40_120.png"]["flagged"] == "false"
    assert found["n"] == 18
    assert found["operating_point"] == "children: balanced; adults: balanced"
    assert found["threshold"] is None


def test_figures_stand_for_each_population(
    tiny_model_of_populations: Path, table: Path, tmp_path: Path
) -> None:
    found = evaluate(tiny_model_of_populations, table, tmp_path / "out")
    children, adults = found["populations"]["children"], found["populations"]["adults"]
    assert (children["n"], adults["n"]) == (10, 8)
    assert (children["operating_point"], children["threshold"]) == ("children: balanced", 0.5)
    assert (adults["operating_point"], adults["threshold"]) == ("adults: balanced", 0.6)
    assert adults["auc"]["value"] == pytest.approx(15 / 16)
    # of five with pneumonia 110 is missed, of five without 150 is flagged
    assert children["sensitivity"]["value"] == pytest.approx(0.8)
    assert children["specificity"]["value"] == pytest.approx(0.8)
    names = {path.name for path in (tmp_path / "out").glob("*.png")}
    assert names >= {"roc.png", "roc_children.png", "roc_adults.png", "scores_adults.png"}


def test_a_folder_is_read_with_the_population_that_is_named(
    tiny_model_of_populations: Path, tmp_path: Path
) -> None:
    for label, grey in (("NORMAL", 200), ("PNEUMONIA", 60)):
        (tmp_path / "data" / label).mkdir(parents=True)
        Image.new("L", (24, 20), grey).save(tmp_path / "data" / label / "a.png")
    as_adults = evaluate(
        tiny_model_of_populations, tmp_path / "data", tmp_path / "adults", "--population", "adults"
    )
    assert as_adults["auc"]["value"] == 1.0
    assert as_adults["read_as"] == "adults"
    assert as_adults["threshold"] == 0.6
    unnamed = evaluate(tiny_model_of_populations, tmp_path / "data", tmp_path / "children")
    assert unnamed["auc"]["value"] == 0.0
    assert unnamed["read_as"] is None
    assert unnamed["operating_point"] == "children: balanced"
    assert not list((tmp_path / "children").glob("roc_*.png"))


def test_the_age_of_a_dicom_file_is_its_headers(
    tiny_model_of_populations: Path, make_instance: InstanceFactory, tmp_path: Path
) -> None:
    for age in ("003Y", "040Y"):
        for label, grey in (("NORMAL", 60), ("PNEUMONIA", 200)):
            make_instance(
                f"data/{label}/{age}.dcm",
                pixels=np.full((64, 64), grey, np.uint8),
                bits_stored=8,
                age=age,
            )
    evaluate(tiny_model_of_populations, tmp_path / "data", tmp_path / "out")
    found = {(row["age"], row["population"]) for row in predictions(tmp_path / "out")}
    assert found == {("3", "children"), ("40", "adults")}


def test_what_the_card_has_not_is_named(
    tiny_model_of_populations: Path,
    tiny_model: Path,
    table: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def refused(model: Path, *more: str) -> str:
        words = ["evaluate", str(model), str(table), "--output", str(tmp_path / "o"), *more]
        assert main(words) == 1
        return capsys.readouterr().err

    said = refused(tiny_model_of_populations, "--population", "horses")
    assert "has no population 'horses'; it has: children, adults" in said
    assert "it has: none" in refused(tiny_model, "--population", "adults")
    said = refused(tiny_model_of_populations, "--operating-point", "sensitive")
    assert "no operating point 'sensitive' for children; it has: children: balanced" in said
    assert not (tmp_path / "o").exists()
