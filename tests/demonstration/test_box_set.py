"""A set with boxes that an evaluation reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from training.data.case import Label
from training.data.manifest import read_manifest
from triage_app.cli.main import main
from triage_app.demonstration.box_set import BOX_TABLE

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_an_evaluation_reads_what_the_command_writes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "set"
    assert main(["demo", str(folder), "--box-set", "4", "--rows", "192"]) == 0
    assert BOX_TABLE in capsys.readouterr().out
    cases = read_manifest(folder / BOX_TABLE)
    assert [case.label for case in cases] == [Label.NORMAL, Label.PNEUMONIA] * 4
    assert {case.age_years for case in cases} == {3, 40}
    for case in cases:
        assert len(case.boxes) == (case.label is Label.PNEUMONIA)
        image = np.asarray(Image.open(case.path))
        for box in case.boxes:
            assert 0 <= box.x < box.x + box.width <= image.shape[1]
            assert 0 <= box.y < box.y + box.height <= image.shape[0]


def test_no_two_pictures_are_alike_and_equal_seeds_give_equal_ones(tmp_path: Path) -> None:
    for name, seed in (("one", "1"), ("again", "1"), ("other", "2")):
        words = ["demo", str(tmp_path / name), "--box-set", "2", "--rows", "192", "--seed", seed]
        assert main(words) == 0
    pictures = {path: path.read_bytes() for path in sorted(tmp_path.rglob("*.png"))}
    of_one = [data for path, data in pictures.items() if "one" in path.parts]
    of_again = [data for path, data in pictures.items() if "again" in path.parts]
    of_other = [data for path, data in pictures.items() if "other" in path.parts]
    assert of_one == of_again
    assert len(set(of_one) | set(of_other)) == 8


def test_a_set_never_lies_among_other_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "holiday.jpg").write_text("not ours")
    assert main(["demo", str(tmp_path), "--box-set", "1"]) == 1
    assert "holds other files" in capsys.readouterr().err
