"""What the command of workitems takes; what it does is tested with peers."""

from __future__ import annotations

import pytest

from triage_app.cli import export_sr, work
from triage_app.cli.exits import Exit
from triage_app.cli.main import main
from triage_app.results.dicom.provenance import ResultKind


def test_the_kinds_of_the_command_are_those_of_the_code() -> None:
    assert set(work._KINDS) == {str(kind) for kind in ResultKind} - {str(ResultKind.AGREEMENT)}
    assert work._KINDS == export_sr._KINDS


@pytest.mark.parametrize(
    "arguments",
    [
        ["--code", "110004"],
        ["--code", "110004^"],
        ["--kinds", "sc"],
        ["--kinds", "sr,other"],
        ["--every", "0"],
        ["--attempts", "0"],
    ],
    ids=" ".join,
)
def test_what_cannot_be_meant_is_refused(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(["work", "MANAGER", "--to", "PACS", *arguments])
    assert left.value.code == Exit.USAGE
    assert arguments[0] in capsys.readouterr().err


@pytest.mark.parametrize("command", ["work", "orders", "message"])
def test_each_command_shows_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([command, "--help"])
    assert left.value.code == 0
    said = capsys.readouterr().out
    assert f"triage-app {command} " in said
    assert "not a medical device" in said
