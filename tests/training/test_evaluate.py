import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from training.cli import main
from training.data.images import read_grey
from triage_app.imaging.preprocessing import to_model_input
from triage_app.inference.session import load_model


def read_table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def evaluate(model: Path, data: Path, output: Path, *more: str) -> dict[str, object]:
    words = ["evaluate", str(model), str(data), "--output", str(output), "--resamples", "50"]
    assert main([*words, *more]) == 0
    return json.loads((output / "metrics.json").read_text())


@pytest.fixture(scope="module")
def grey_steps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pictures of one grey each; the tiny model flags those above 0.53 of white."""
    folder = tmp_path_factory.mktemp("grey")
    for label, greys in (("NORMAL", (30, 60, 90, 160)), ("PNEUMONIA", (100, 150, 180, 200, 230))):
        (folder / label).mkdir()
        for grey in greys:
            Image.new("L", (40, 30), grey).save(folder / label / f"g{grey}.png")
    return folder


def test_metrics_have_the_promised_keys_and_the_right_values(
    tiny_model: Path, grey_steps: Path, tmp_path: Path
) -> None:
    found = evaluate(tiny_model, grey_steps, tmp_path / "out")
    assert found["n"] == 9
    for name in [
        "auc",
        "accuracy",
        "sensitivity",
        "specificity",
        "precision",
        "f1",
        "ece",
        "brier",
    ]:
        assert set(found[name]) == {"value", "low", "high"}
        assert found[name]["low"] <= found[name]["value"] <= found[name]["high"]
    assert found["confusion_matrix"] == {
        "true_positive": 4,
        "false_positive": 1,
        "true_negative": 3,
        "false_negative": 1,
    }
    assert found["sensitivity"]["value"] == pytest.approx(0.8)
    assert found["specificity"]["value"] == pytest.approx(0.75)
    # of 20 pairs, 160 against 100 and 150 are the wrong way round
    assert found["auc"]["value"] == pytest.approx(0.9)
    assert "pointing_game" not in found


def test_predictions_are_what_reading_gives(
    tiny_model: Path, grey_steps: Path, tmp_path: Path
) -> None:
    evaluate(tiny_model, grey_steps, tmp_path / "out")
    rows = read_table(tmp_path / "out" / "predictions.csv")
    assert list(rows[0])[:4] == ["path", "label", "probability", "flagged"]
    model = load_model(tiny_model)
    threshold = model.card.default_operating_point.threshold
    for row in rows:
        image = to_model_input(read_grey(Path(row["path"])), model.card.preprocessing)
        expected = float(model.predict(image[np.newaxis]).probability[0])
        assert float(row["probability"]) == pytest.approx(expected, abs=1e-7)
        assert row["flagged"] == str(expected >= threshold).lower()


def test_plots_are_pictures(tiny_model: Path, grey_steps: Path, tmp_path: Path) -> None:
    evaluate(tiny_model, grey_steps, tmp_path / "out")
    for name in ("roc", "reliability", "confusion", "scores"):
        with Image.open(tmp_path / "out" / f"{name}.png") as plot:
            assert min(plot.size) > 300
            assert len(plot.convert("L").getcolors() or [0] * 257) > 2


def test_boxes_are_measured_where_they_exist(
    tiny_model: Path, grey_steps: Path, tmp_path: Path
) -> None:
    half_bright = np.full((64, 96), 150, np.uint8)
    half_bright[:, 48:] = 250
    Image.fromarray(half_bright).save(tmp_path / "half.png")
    shutil.copy(grey_steps / "NORMAL" / "g30.png", tmp_path)
    (tmp_path / "t.csv").write_text(
        "path,label,x,y,width,height\nhalf.png,PNEUMONIA,48,0,48,64\ng30.png,NORMAL,,,,\n"
    )
    found = evaluate(tiny_model, tmp_path / "t.csv", tmp_path / "out")
    assert found["boxed_images"] == 1
    assert found["pointing_game"]["value"] == 1
    assert found["energy_in_box"]["value"] == pytest.approx(250 / 400, abs=0.02)
    ill, well = read_table(tmp_path / "out" / "predictions.csv")
    assert ill["pointing_game"] == "1"
    assert well["pointing_game"] == ""


def test_an_unreadable_image_is_listed_with_its_reason(
    tiny_model: Path, grey_steps: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(grey_steps, tmp_path / "data")
    (tmp_path / "data" / "NORMAL" / "broken.png").write_bytes(b"no picture")
    found = evaluate(tiny_model, tmp_path / "data", tmp_path / "out")
    assert (found["n"], found["unreadable"]) == (9, 1)
    (row,) = read_table(tmp_path / "out" / "unreadable.csv")
    assert row["path"].endswith("broken.png")
    assert "cannot be read as a picture" in row["reason"]
    assert "1 of 10 images could not be read" in capsys.readouterr().err
    (tmp_path / "data" / "NORMAL" / "broken.png").unlink()
    evaluate(tiny_model, tmp_path / "data", tmp_path / "out")
    assert not (tmp_path / "out" / "unreadable.csv").exists()


def test_an_operating_point_that_the_card_has_not(
    tiny_model: Path, grey_steps: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["evaluate", str(tiny_model), str(grey_steps), "--output", str(tmp_path / "out")]
    assert main([*words, "--operating-point", "brave"]) == 1
    assert "no operating point 'brave'; it has: balanced" in capsys.readouterr().err


def test_a_model_without_card_is_refused(
    tiny_model: Path, grey_steps: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(tiny_model, tmp_path)
    words = ["evaluate", str(tmp_path / tiny_model.name), str(grey_steps), "--output"]
    assert main([*words, str(tmp_path / "out")]) == 1
    assert "model card cannot be read" in capsys.readouterr().err


def test_evaluation_needs_no_tensorflow(tiny_model: Path, grey_steps: Path, tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['tensorflow'] = sys.modules['keras'] = None\n"
        "from training.cli import main\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    words = ["evaluate", str(tiny_model), str(grey_steps), "--output", str(tmp_path / "out")]
    subprocess.run([sys.executable, "-c", code, *words, "--resamples", "5"], check=True)  # noqa: S603
    assert (tmp_path / "out" / "metrics.json").is_file()
