"""The conformance statement says what the code does, and the one in the documents is it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydicom import uid

from triage_app.cli.exits import Exit
from triage_app.cli.main import main
from triage_app.imaging.decoders import DECODERS, NATIVE_SYNTAXES
from triage_app.intake.receiving.options import ReceiverOptions
from triage_app.results.conformance import conformance_statement, result_classes
from triage_app.results.dicom.provenance import ResultKind
from triage_app.results.sending.destination import Destination

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "conformance.md"


def test_the_document_is_the_statement_of_this_code() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == conformance_statement(), (
        "run: triage-app conformance > docs/conformance.md"
    )


def test_the_command_prints_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["conformance"]) == Exit.DONE
    assert capsys.readouterr().out == conformance_statement()


@pytest.mark.parametrize("syntax", [*map(str, NATIVE_SYNTAXES), *map(str, DECODERS)])
def test_every_transfer_syntax_is_named(syntax: str) -> None:
    assert f"`{syntax}`" in conformance_statement()


@pytest.mark.parametrize("model", [ReceiverOptions, Destination])
def test_every_setting_is_named(model: type[ReceiverOptions | Destination]) -> None:
    statement = conformance_statement()
    assert all(f"`{name}`" in statement for name in model.model_fields)


def test_every_kind_of_result_has_its_class() -> None:
    assert set(result_classes()) == {str(kind) for kind in ResultKind}


@pytest.mark.parametrize("kind", list(ResultKind))
def test_the_classes_are_those_that_are_written(kind: ResultKind) -> None:
    for sop_class, _template in result_classes()[kind]:
        assert sop_class in vars(uid).values()
        assert str(sop_class) in conformance_statement()
