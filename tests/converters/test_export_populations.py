"""A network with a head for children and one for adults becomes one graph with a card of both."""

import csv
import json
import shutil
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from converters.cli import main
from tests.converters.conftest import KERAS_WARNING
from training.data.case import Part
from training.data.manifest import read_manifest
from training.evaluation.calibration import Calibration
from training.run_folder import RunFolder
from triage_app.imaging.eligibility import AgeRange
from triage_app.inference.card import Population
from triage_app.inference.session import load_model

pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings(KERAS_WARNING)]

POPULATIONS = (
    Population(
        name="children",
        lowest_years=0,
        highest_years=16,
        training_ages=AgeRange(lowest_years=1, highest_years=5),
    ),
    Population(
        name="adults",
        lowest_years=16,
        highest_years=150,
        training_ages=AgeRange(lowest_years=20, highest_years=90),
    ),
)
CALIBRATIONS = {"children": Calibration(0.9, 0.1), "adults": Calibration(0.5, -0.2)}


@pytest.fixture(scope="module")
def run_of_two(run: RunFolder, tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """Give a finished run of two heads; of its patients every second is 40 years old."""
    made = RunFolder(tmp_path_factory.mktemp("two") / "run")
    shutil.copytree(run.path, made.path)
    settings = run.read_settings()
    made.write_settings(
        settings.model_copy(
            update={
                "populations": POPULATIONS,
                "population_without_age": "children",
                "recipe": settings.recipe.model_copy(update={"calibrates": True}),
            }
        )
    )
    made.write_calibrations(CALIBRATIONS)
    (point, *_) = run.read_operating_points()
    made.write_operating_points(
        [
            replace(point, population="children", threshold=0.5),
            replace(point, population="adults", threshold=0.45),
        ]
    )
    _write_ages(made.split)
    _add_a_head(made.network)
    return made


def _write_ages(split: Path) -> None:
    with split.open(newline="") as file:
        rows = list(csv.DictReader(file))
    patients = sorted({row["patient"] for row in rows})
    for row in rows:
        row["age"] = "40" if patients.index(row["patient"]) % 2 else "3"
    with split.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _add_a_head(path: Path) -> None:
    """Give the dense layer a second unit, which answers with half of the first's logit."""
    import keras  # noqa: PLC0415 - slow

    from training.fitting.network import HEAD_NAME, POOLING_NAME  # noqa: PLC0415

    network = keras.models.load_model(path, compile=False)
    old = network.get_layer(HEAD_NAME)
    kernel, bias = old.get_layer("logit").get_weights()
    layers = [keras.Input(old.input.shape[1:])]
    layers += [layer for layer in old.layers if layer.name != "logit"]
    layers.append(keras.layers.Dense(2, name="logit"))
    head = keras.Sequential(layers, name=HEAD_NAME)
    head.get_layer("logit").set_weights([kernel * [[1.0, 0.5]], bias.repeat(2) * [1.0, 0.5]])
    pooled = network.get_layer(POOLING_NAME).output
    keras.Model(network.input, head(pooled), name="two").save(path)


def test_card_and_graph_are_of_both_populations(run_of_two: RunFolder, tmp_path: Path) -> None:
    output = tmp_path / "two.onnx"
    assert main([str(run_of_two.path), "--output", str(output)]) == 0
    model = load_model(output)
    card = model.card
    assert [population.name for population in card.populations] == ["children", "adults"]
    assert card.population_without_age == "children"
    assert card.tensor("probability").shape == (None, 2)
    assert card.tensor("heatmap").shape == (None, 2, 7, 7)
    for population in card.populations:
        stated = asdict(CALIBRATIONS[population.name])
        assert {name: population.calibration[name].value for name in stated} == stated
        assert "ece" in population.calibration
    assert card.calibration == {}
    assert [(point.title, point.threshold) for point in card.operating_points] == [
        ("children: balanced", 0.5),
        ("adults: balanced", 0.45),
    ]
    holdout = read_manifest(run_of_two.split, part=Part.HOLDOUT)
    adults = [case for case in holdout if case.age_years == 40]
    assert card.points_of("adults")[0].n == len(adults)
    evaluated = {each.population: each.n for each in card.evaluations if each.subgroup == "all"}
    assert evaluated["adults"] == len(adults)
    assert evaluated["children"] == len(holdout) - len(adults)

    prediction = model.predict(np.full((1, 224, 224, 1), 90, np.float32))
    children, adults_probability = prediction.probability[0].astype(float)
    logit = (np.log(children / (1 - children)) - 0.1) / 0.9
    expected = 1 / (1 + np.exp(-(0.5 * logit / 2 - 0.2)))
    assert adults_probability == pytest.approx(expected, abs=1e-4)
    peaks = prediction.heatmap[0].max(axis=(1, 2))
    warm = peaks > 0
    assert peaks[warm] == pytest.approx(prediction.probability[0][warm], abs=1e-5)


def test_a_population_of_which_nothing_is_known_is_not_exported(
    run_of_two: RunFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = RunFolder(tmp_path / "run")
    shutil.copytree(run_of_two.path, made.path)
    text = made.split.read_text()
    header, *lines = text.splitlines()
    column = header.split(",").index("age")
    kept = [line for line in lines if line.split(",")[column] == "3"]
    made.split.write_text("\n".join([header, *kept]) + "\n")
    assert main([str(made.path), "--output", str(tmp_path / "m.onnx")]) == 1
    assert "for the population 'adults'" in capsys.readouterr().err
    assert not (tmp_path / "m.onnx").exists()


def test_a_run_keeps_one_calibration_for_each_population(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    assert run.read_calibrations([]) == (Calibration(),)
    assert run.read_calibrations(["children", "adults"]) == (Calibration(), Calibration())
    run.write_calibrations(CALIBRATIONS)
    assert run.read_calibrations(["adults", "children"]) == (
        CALIBRATIONS["adults"],
        CALIBRATIONS["children"],
    )
    assert json.loads(run.calibration.read_text())["adults"]["slope"] == 0.5
