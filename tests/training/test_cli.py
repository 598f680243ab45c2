import csv
import sys
from pathlib import Path

import pytest

from training.cli import main


def test_split_writes_table_and_proof_and_prints_counts(
    made_images: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["split", str(made_images), "--output", str(tmp_path / "new" / "s.csv")]) == 0
    assert "holdout: 4 patients, 4 NORMAL, 4 PNEUMONIA" in capsys.readouterr().out
    with (tmp_path / "new" / "s.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 48
    assert all(len(row["sha256"]) == 64 for row in rows)
    assert (tmp_path / "new" / "s.proof.json").is_file()


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["paint"],
        ["split", "data"],
        ["split", "data", "--output", "s.csv", "--holdout", "1.5"],
        ["split", "data", "--output", "s.csv", "--holdout", "0.6", "--validation", "0.5"],
        ["fit", "--output", "run"],
        ["fit", "data", "--output", "run"],
        ["fit", "data", "--recipe", "v9", "--output", "run"],
        ["fit", "data", "--recipe", "v1", "--output", "run", "--resume"],
        ["fit", "data", "--recipe", "v1", "--output", "run", "--head-epochs", "0"],
        ["evaluate", "m.onnx", "data"],
        ["evaluate", "m.onnx", "data", "--output", "o", "--part", "best"],
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_2(words: list[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(words)
    assert stop.value.code == 2


@pytest.mark.parametrize("command", ["split", "fit", "evaluate"])
def test_help_shows_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main([command, "--help"])
    assert stop.value.code == 0
    assert f"Example: triage-train {command}" in capsys.readouterr().out


def test_missing_data_are_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["split", str(tmp_path / "no"), "--output", str(tmp_path / "s.csv")]) == 1
    said = capsys.readouterr().err
    assert said.startswith("triage-train: ")
    assert said.count("\n") == 1


def test_without_tensorflow_the_extra_is_named(
    made_images: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    words = ["fit", str(made_images), "--recipe", "v1", "--output", str(tmp_path / "run")]
    assert main(words) == 1
    assert "pip install 'triage-app[training]'" in capsys.readouterr().err


def test_an_interrupted_command_ends_with_130(
    made_images: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("training.cli.hash_files", interrupt)
    assert main(["split", str(made_images), "--output", str(tmp_path / "s.csv")]) == 130
