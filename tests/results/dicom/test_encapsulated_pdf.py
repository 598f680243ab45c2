"""One page for people."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.results.dicom.conftest import MADE_AT, AssessedFactory, saved
from tests.results.dicom.peers import complaints_of_dciodvfy, run_peer
from triage_app.imaging.rendering import render_instance
from triage_app.inference.card import ModelCard
from triage_app.results.dicom.encapsulated_pdf import build_encapsulated_pdf


def test_it_holds_one_page_and_its_true_length(assessed: AssessedFactory, tiny_card: ModelCard):
    item = assessed()
    document = build_encapsulated_pdf(item, render_instance(item.instance), tiny_card, MADE_AT)
    page = document.EncapsulatedDocument[: document.EncapsulatedDocumentLength]
    assert page.startswith(b"%PDF-")
    assert page.rstrip().endswith(b"%%EOF")
    assert len(re.findall(rb"/Type /Page\b", page)) == 1
    assert document.MIMETypeOfEncapsulatedDocument == "application/pdf"
    assert document.SourceInstanceSequence[0].ReferencedSOPInstanceUID == item.sop_instance_uid


def test_the_page_names_no_patient(assessed: AssessedFactory, tiny_card: ModelCard):
    item = assessed(patient_name="Secret^Name", patient_id="S-1")
    document = build_encapsulated_pdf(item, render_instance(item.instance), tiny_card, MADE_AT)
    assert b"Secret" not in document.EncapsulatedDocument
    assert document.BurnedInAnnotation == "NO"


@pytest.mark.parametrize("stated", ["YES", None], ids=repr)
def test_what_may_be_burned_into_the_source_may_be_on_the_page(
    assessed: AssessedFactory, tiny_card: ModelCard, stated: str | None
):
    item = assessed(changes={"BurnedInAnnotation": stated})
    document = build_encapsulated_pdf(item, render_instance(item.instance), tiny_card, MADE_AT)
    assert document.BurnedInAnnotation == "YES"


def test_the_same_result_again_is_the_same_page(
    assessed: AssessedFactory, tiny_card: ModelCard, tmp_path: Path
):
    item = assessed()
    rendered = render_instance(item.instance)
    paths = [
        saved(build_encapsulated_pdf(item, rendered, tiny_card, MADE_AT), tmp_path / name)
        for name in "ab"
    ]
    assert paths[0].read_bytes() == paths[1].read_bytes()


@pytest.mark.peer
def test_peers_validate_it_and_take_the_page_out(
    assessed: AssessedFactory, tiny_card: ModelCard, tmp_path: Path
):
    item = assessed()
    path = saved(
        build_encapsulated_pdf(item, render_instance(item.instance), tiny_card, MADE_AT),
        tmp_path / "pdf.dcm",
    )
    assert complaints_of_dciodvfy(path) == []
    ended = run_peer("dcm2pdf", path, tmp_path / "page.pdf")
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF-")
