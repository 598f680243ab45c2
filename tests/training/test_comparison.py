import json
from pathlib import Path

import pytest

from training.cli import main

ROWS = [
    ("a", "PNEUMONIA", 0.9),
    ("b", "PNEUMONIA", 0.3),
    ("c", "NORMAL", 0.4),
    ("d", "NORMAL", 0.1),
]


def write(path: Path, rows: list[tuple[str, str, float]]) -> Path:
    lines = [f"{name},{label},{score},,p{name}" for name, label, score in rows]
    path.write_text("\n".join(["path,label,probability,flagged,patient", *lines]) + "\n")
    return path


def test_two_tables_of_one_data_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = write(tmp_path / "1.csv", ROWS)
    better = [(name, label, 0.8 if name == "b" else score) for name, label, score in ROWS]
    second = write(tmp_path / "2.csv", better[::-1])
    output = tmp_path / "c.json"
    assert main(["compare", str(first), str(second), "--output", str(output)]) == 0
    assert "AUC 0.7500 and 1.0000, difference +0.2500" in capsys.readouterr().out
    found = json.loads(output.read_text())
    assert (found["images"], found["patients"]) == (4, 4)
    assert found["areas"]["difference"] == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda rows: rows[1:], "not of the same images"),
        (lambda rows: [("a", "NORMAL", 0.9), *rows[1:]], "another label"),
        (lambda rows: [("a", "PNEUMONIA", "high"), *rows[1:]], "no number"),
    ],
    ids=["other images", "other label", "no number"],
)
def test_tables_that_cannot_be_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: object, message: str
) -> None:
    first = write(tmp_path / "1.csv", ROWS)
    second = write(tmp_path / "2.csv", change(ROWS))  # type: ignore[operator]
    assert main(["compare", str(first), str(second)]) == 1
    assert message in capsys.readouterr().err


def test_a_table_of_another_kind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "1.csv").write_text("a,b\n1,2\n")
    assert main(["compare", str(tmp_path / "1.csv"), str(tmp_path / "1.csv")]) == 1
    assert "has no column 'path'" in capsys.readouterr().err
