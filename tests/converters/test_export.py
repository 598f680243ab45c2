"""From a finished run to a pair of files that the application takes, or to nothing."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from converters.cli import main
from tests.converters.conftest import KERAS_WARNING
from training.data.case import Part
from training.data.manifest import read_manifest
from training.run_folder import RunFolder
from triage_app.inference.session import load_model

pytestmark = [pytest.mark.tensorflow, pytest.mark.filterwarnings(KERAS_WARNING)]


@pytest.fixture
def graph_is_at_hand(exported: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare a test the conversion, where it is about what follows it."""
    import onnx  # noqa: PLC0415 - slow

    from converters import export  # noqa: PLC0415 - slow

    monkeypatch.setattr(export, "to_onnx", lambda *_: onnx.load(exported))


@pytest.fixture(scope="module")
def exported(run: RunFolder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("models") / "m.onnx"
    assert main([str(run.path), "--output", str(output)]) == 0
    return output


def test_the_application_takes_model_and_card(exported: Path, run: RunFolder) -> None:
    model = load_model(exported)
    settings = run.read_settings()
    card = model.card
    assert card.device_uid == settings.device_uid
    assert card.run_id == settings.run_id
    assert (card.name, card.version) == ("Chest X-ray pneumonia", "v2")
    thresholds = {point.name: point.threshold for point in run.read_operating_points()}
    assert {point.name: point.threshold for point in card.operating_points} == thresholds
    assert all(point.n > 1 for point in card.operating_points)
    assert {data_set.used_for for data_set in card.data_sets} >= {"training", "testing only"}
    assert set(card.evaluations[0].metrics) >= {"auc", "sensitivity"}
    assert set(card.tool_versions) >= {"tensorflow", "tf2onnx", "onnxruntime"}


def test_nothing_but_the_pair_is_left(exported: Path) -> None:
    assert {path.name for path in exported.parent.iterdir()} == {"m.onnx", "m.json"}


def test_onnx_gives_what_keras_chose_its_thresholds_by(exported: Path, run: RunFolder) -> None:
    from training.evaluation.scoring import score_cases  # noqa: PLC0415

    cases = read_manifest(run.split, part=Part.VALIDATION)
    scored, _ = score_cases(load_model(exported), cases)
    lines = run.validation.read_text().splitlines()[1:]
    kept = [float(line.rsplit(",", 1)[1]) for line in lines]
    assert np.allclose([item.probability for item in scored], kept, atol=1e-4)


@pytest.mark.usefixtures("graph_is_at_hand")
def test_exporting_again_keeps_the_device_uid_and_replaces_the_pair(
    exported: Path, run: RunFolder, tmp_path: Path
) -> None:
    for suffix in (".onnx", ".json"):
        shutil.copy(exported.with_suffix(suffix), tmp_path / f"m{suffix}")
    words = [str(run.path), "--output", str(tmp_path / "m.onnx")]
    assert main([*words, "--name", "Other", "--model-version", "2.1"]) == 0
    card = load_model(tmp_path / "m.onnx").card
    assert card.title == "Other 2.1"
    assert card.device_uid == load_model(exported).card.device_uid


@pytest.mark.usefixtures("graph_is_at_hand")
def test_a_graph_that_differs_is_not_written(
    exported: Path,
    run: RunFolder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from converters import parity  # noqa: PLC0415 - slow

    keras_says = parity.predict_probability
    monkeypatch.setattr(
        parity, "predict_probability", lambda *arguments: keras_says(*arguments) + 2e-4
    )
    shutil.copy(exported, tmp_path / "old.onnx")
    shutil.copy(exported.with_suffix(".json"), tmp_path / "old.json")
    for name in ("new.onnx", "old.onnx"):
        assert main([str(run.path), "--output", str(tmp_path / name)]) == 1
        assert "differs from the network by 0.0002" in capsys.readouterr().err
    assert {path.name for path in tmp_path.iterdir()} == {"old.onnx", "old.json"}
    load_model(tmp_path / "old.onnx")


@pytest.mark.usefixtures("graph_is_at_hand")
def test_a_changed_flag_is_not_written(
    run: RunFolder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from converters import parity  # noqa: PLC0415 - slow

    points = json.loads(run.operating_points.read_text())
    keras_says = parity.predict_probability

    def just_below(*arguments: object) -> np.ndarray:
        found = keras_says(*arguments)
        return np.where(found >= points[0]["threshold"], points[0]["threshold"] - 1e-9, found)

    monkeypatch.setattr(parity, "LARGEST_DIFFERENCE", 1.0)
    monkeypatch.setattr(parity, "predict_probability", just_below)
    assert main([str(run.path), "--output", str(tmp_path / "m.onnx")]) == 1
    assert "flagged by the network or the exported graph alone" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("graph_is_at_hand")
def test_when_the_card_cannot_be_placed_the_old_pair_stays(
    exported: Path, run: RunFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "m.json" / "in the way").mkdir(parents=True)
    shutil.copy(exported, tmp_path / "m.onnx")
    (tmp_path / "m.onnx").write_bytes(b"older model")
    assert main([str(run.path), "--output", str(tmp_path / "m.onnx")]) == 1
    assert (tmp_path / "m.onnx").read_bytes() == b"older model"
    assert "m.json" in capsys.readouterr().err


def test_an_unfinished_run_is_refused(
    run: RunFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "run").mkdir()
    shutil.copy(run.settings, tmp_path / "run")
    assert main([str(tmp_path / "run"), "--output", str(tmp_path / "m.onnx")]) == 1
    assert "--resume" in capsys.readouterr().err
    assert not (tmp_path / "m.onnx").exists()
