"""The conformance statement says what the code does, and the one in the documents is it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel
from pydicom import uid
from pydicom.sr.codedict import codes

from triage_app.cli.exits import Exit
from triage_app.cli.main import main
from triage_app.imaging.decoders import DECODERS, NATIVE_SYNTAXES
from triage_app.intake.ordering.order_rules import OrderRule
from triage_app.intake.ordering.workitems import Discontinuation
from triage_app.intake.peers import Hl7Receiver, Peer
from triage_app.intake.querying.keys import PollingRule
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


@pytest.mark.parametrize(
    "model", [ReceiverOptions, Peer, Hl7Receiver, PollingRule, OrderRule, Destination]
)
def test_every_setting_is_named(model: type[BaseModel]) -> None:
    statement = conformance_statement()
    assert all(f"`{name}`" in statement for name in model.model_fields)


def test_every_kind_of_result_has_its_class() -> None:
    assert set(result_classes()) == {str(kind) for kind in ResultKind}


@pytest.mark.parametrize("kind", list(ResultKind))
def test_the_classes_are_those_that_are_written(kind: ResultKind) -> None:
    for sop_class, _template in result_classes()[kind]:
        assert sop_class in vars(uid).values()
        assert str(sop_class) in conformance_statement()


@pytest.mark.parametrize("why", list(Discontinuation))
def test_every_reason_to_cancel_is_a_code_of_the_standard(why: Discontinuation) -> None:
    known = {tuple(getattr(codes.cid9300, name))[:3] for name in codes.cid9300.dir()}
    assert (why.code.value, why.code.scheme, why.code.meaning) in known
    assert why.code.meaning in conformance_statement()
