"""Reports of a study, as the DICOM results have them, in files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pydicom import Dataset

from tests.results.dicom.conftest import (  # fixtures
    MADE_AT,
    AssessedFactory,
    assessed,
    study_of,
    tiny_model,
)
from triage_app.errors import FailureReason
from triage_app.imaging.source import FileSource
from triage_app.inference.card import ModelCard
from triage_app.results.dicom.structured_report import build_structured_report
from triage_app.results.dicom.writing import write_dataset
from triage_app.results.sending.outgoing import read_outgoing
from triage_app.triage.outcome import Failed
from triage_app.worklist.delivery_records import Outgoing

__all__ = ["assessed", "report", "report_file", "tiny_model"]

STUDY = "1.2.826.0.1.3680043.8.498.78"
NAME = "Yamada^Tarou=山田^太郎=やまだ^たろう"


@pytest.fixture
def report(assessed: AssessedFactory, tiny_card: ModelCard) -> Dataset:
    """Report of a flagged, a not flagged, an excluded and a failed image."""

    def one(name: str, **facts: object):
        return assessed(name, study_instance_uid=STUDY, patient_name=NAME, **facts)

    broken = one("broken.dcm")
    broken = replace(broken, outcome=Failed(FailureReason.TRUNCATED, "ends early; fetch it again."))
    study = study_of(
        one("a.dcm"), one("b.dcm", is_flagged=False), one("c.dcm", body_part="HAND"), broken
    )
    return build_structured_report(study, tiny_card, MADE_AT)


@pytest.fixture
def report_file(report: Dataset, tmp_path: Path) -> Outgoing:
    """Give the report in a file, as the queue knows it."""
    return read_outgoing(FileSource(write_dataset(report, tmp_path / "sr.dcm")))
