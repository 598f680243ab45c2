"""A run that read children learns to read adults too, and its children's scores stay."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.training.conftest import write_made_images
from training.cli import main
from training.data.case import Part
from training.data.manifest import read_manifest
from training.run_folder import RunFolder

pytestmark = [
    pytest.mark.tensorflow,
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning"),
]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def of_children(
    made_images: Path, base_weights: str, cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> RunFolder:
    run = RunFolder(tmp_path_factory.mktemp("runs") / "children")
    words = ["fit", str(made_images), "--recipe", "v1", "--weights", base_weights]
    words += ["--output", str(run.path), "--cache", str(cache), "--head-epochs", "5"]
    assert main(words) == 0
    return run


@pytest.fixture(scope="module")
def adults(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty images with their ages; four are of children."""
    folder = tmp_path_factory.mktemp("adults")
    write_made_images(folder / "images", 10)
    table = folder / "adults.csv"
    with table.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["path", "label", "patient", "age", "view"])
        for index, path in enumerate(sorted(folder.glob("images/*/*.png"))):
            patient = path.stem.rsplit("-" if path.stem.startswith("IM") else "_", 1)[0]
            # Kermany's file names would say whose images these are
            named = path.rename(path.with_name(f"image{index}.png"))
            age, view = (4 if index % 10 == 0 else 30 + index), ("AP", "PA")[index % 2]
            writer.writerow([named, named.parent.name, patient, age, view])
    return table


@pytest.fixture(scope="module")
def of_both(
    of_children: RunFolder, adults: Path, cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> RunFolder:
    run = RunFolder(tmp_path_factory.mktemp("runs") / "both")
    assert add(of_children, adults, run, cache) == 0
    return run


def add(run: RunFolder, data: Path, output: RunFolder, cache: Path) -> int:
    words = ["population", str(run.path), str(data), "--output", str(output.path)]
    return main([*words, "--name", "adults", "--from-years", "8", "--cache", str(cache)])


def test_the_new_run_is_a_training_of_its_own(of_children: RunFolder, of_both: RunFolder) -> None:
    before, after = of_children.read_settings(), of_both.read_settings()
    assert after.device_uid != before.device_uid
    assert after.run_id != before.run_id
    assert [(each.name, each.lowest_years) for each in after.populations] == [
        ("children", 0),
        ("adults", 8),
    ]
    assert after.population_without_age == "children"


def test_the_old_heads_answer_stays_and_the_new_one_tells_the_label(
    of_children: RunFolder, of_both: RunFolder, adults: Path
) -> None:
    import keras  # noqa: PLC0415 - slow

    cases = read_manifest(of_both.split_of("adults"))
    images = np.stack(
        [np.asarray(Image.open(case.path).resize((224, 224)), np.float32) for case in cases]
    )[..., np.newaxis]
    old, new = (
        np.asarray(keras.models.load_model(run.network, compile=False)(images, training=False))
        for run in (of_children, of_both)
    )
    assert new.shape == (len(cases), 2)
    assert new[:, 0] == pytest.approx(old[:, 0], abs=1e-4)
    is_ill = np.array([case.is_pneumonia for case in cases])
    assert new[is_ill, 1].mean() > new[~is_ill, 1].mean()


def test_younger_patients_are_left_out_and_a_fifth_is_held_out(of_both: RunFolder) -> None:
    cases = read_manifest(of_both.split_of("adults"))
    assert len(cases) == 36
    assert all(case.age_years is not None and case.age_years >= 8 for case in cases)
    parts = {case.patient: case.part for case in cases}
    assert {case.part for case in cases} == {Part.TRAIN, Part.HOLDOUT}
    assert 0.1 < sum(part is Part.HOLDOUT for part in parts.values()) / len(parts) < 0.35


def test_points_and_calibration_stand_for_each_population(of_both: RunFolder) -> None:
    points = of_both.read_operating_points()
    of_adults = [point for point in points if point.population == "adults"]
    assert [point.name for point in points if point.population == "children"] == [
        "balanced", "high_sensitivity",
    ]  # fmt: skip
    assert of_adults[0].name == "sensitivity_95"
    assert all("patients left out" in point.rule for point in of_adults)
    children, adults = of_both.read_calibrations(["children", "adults"])
    assert (children.slope, children.intercept) == (1.0, 0.0)
    assert adults.slope > 0


def test_cross_validation_is_told_with_intervals_and_by_view(of_both: RunFolder) -> None:
    figures = json.loads(of_both.figures_of("adults").read_text(encoding="utf-8"))
    assert figures["images"] == 36
    assert {"auc, all", "auc, view=AP", "auc, view=PA"} <= figures.keys()
    found = figures["auc, all"]
    assert found["low"] <= found["value"] <= found["high"]


def test_the_export_states_both_populations_and_where_their_images_come_from(
    of_both: RunFolder, tmp_path: Path
) -> None:
    from converters.cli import main as export  # noqa: PLC0415 - slow
    from triage_app.inference.session import load_model  # noqa: PLC0415 - as the line above

    assert export([str(of_both.path), "--output", str(tmp_path / "both.onnx")]) == 0
    card = load_model(tmp_path / "both.onnx").card
    assert [each.name for each in card.populations] == ["children", "adults"]
    names = [each.name for each in card.data_sets]
    assert "Kermany chest X-rays, holdout" in names
    assert "adults, holdout" in names
    for point in card.operating_points:
        source = "adults" if point.population == "adults" else "Kermany chest X-rays"
        assert point.data_set == f"{source}, holdout"


@pytest.mark.parametrize("which", ["unfinished", "with populations", "existing output"])
def test_what_cannot_be_added_to_is_refused_in_a_sentence(
    which: str,
    of_children: RunFolder,
    of_both: RunFolder,
    adults: Path,
    cache: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run, output = {
        "unfinished": (RunFolder(tmp_path), RunFolder(tmp_path / "new")),
        "with populations": (of_both, RunFolder(tmp_path / "new")),
        "existing output": (of_children, of_both),
    }[which]
    assert add(run, adults, output, cache) == 1
    said = capsys.readouterr().err
    assert {
        "unfinished": "is no folder of a training",
        "with populations": "has populations already",
        "existing output": "holds a training already",
    }[which] in said
