"""Coded concepts: the standard's where it has one, else of our own coding scheme, which is named.

PS3.16 has no code for "a model flagged this at its operating point" and none for our reasons.
SNOMED's "Present" and "Absent" would say more than a model knows, so they are not used.
"""

from __future__ import annotations

import hashlib
import re
from enum import Enum

from highdicom.coding_schemes import CodingSchemeIdentificationItem
from highdicom.sr import CodedConcept
from pydicom.sr.codedict import codes

from triage_app.triage.study import StudyState

__all__ = [
    "CHEST_RADIOGRAPHY",
    "LUNG",
    "SOURCE",
    "OwnConcept",
    "finding_concept",
    "own_coding_scheme",
    "reason_concept",
    "state_concept",
]

SCHEME = "99TRIAGEAPP"
_LONGEST_CODE_VALUE = 16

LUNG = CodedConcept("39607008", "SCT", "Lung structure")
CHEST_RADIOGRAPHY = CodedConcept("399208008", "SCT", "Plain chest X-ray")
SOURCE = CodedConcept("260753009", "SCT", "Source")

_FINDINGS = {
    "pneumonia": CodedConcept("233604007", "SCT", "Pneumonia"),
    "pneumothorax": CodedConcept("36118008", "SCT", "Pneumothorax"),
    "pleural effusion": CodedConcept("60046008", "SCT", "Pleural effusion"),
    "consolidation": CodedConcept("95436008", "SCT", "Pulmonary consolidation"),
    "cardiomegaly": CodedConcept("8186001", "SCT", "Cardiomegaly"),
}
"""What a card's `finding` means in SNOMED CT; others get a code of our own scheme."""


class OwnConcept(Enum):
    """Concepts of our coding scheme: code value and meaning."""

    TRIAGE_FLAG = ("TRIAGE_FLAG", "Flag at the operating point")
    FLAGGED = ("FLAGGED", "Flagged")
    NOT_FLAGGED = ("NOT_FLAGGED", "Not flagged")
    NOT_PROCESSED = ("NOT_PROCESSED", "Not processed")
    PENDING = ("PENDING", "Pending")
    TRIAGE_ANALYSIS = ("TRIAGE_ANALYSIS", "Scoring of an image for triage")
    NOT_ATTEMPTED = ("NOT_ATTEMPTED", "Analyses Not Attempted")
    REASON = ("REASON", "Reason why the image was not scored")
    ASSESSMENT = ("ASSESSMENT", "Assessment of an AI result by a reader")
    AGREEMENT = ("AGREEMENT", "Agreement with the AI result")
    AGREE = ("AGREE", "Agree")
    UNSURE = ("UNSURE", "Unsure")
    DISAGREE = ("DISAGREE", "Disagree")
    ASSESSED_RESULT = ("ASSESSED_RESULT", "AI result that was assessed")

    @property
    def concept(self) -> CodedConcept:
        """As a coded concept."""
        value, meaning = self.value
        return CodedConcept(value, SCHEME, meaning)


def state_concept(state: StudyState) -> CodedConcept:
    """Code what a model says of a study or an image."""
    return OwnConcept[state.name].concept


def finding_concept(finding: str) -> CodedConcept:
    """Code what the probability is of.

    Parameters
    ----------
    finding : of the model card
    """
    known = _FINDINGS.get(finding.strip().lower())
    return known or _own_code(finding)


def reason_concept(reason: str) -> CodedConcept:
    """Code why an image was not scored."""
    return _own_code(reason, meaning=reason.replace("_", " ").capitalize())


def _own_code(name: str, meaning: str = "") -> CodedConcept:
    value = re.sub(r"[^A-Z0-9]+", "_", name.upper()).strip("_")
    if not 0 < len(value) <= _LONGEST_CODE_VALUE:
        value = hashlib.sha256(name.encode()).hexdigest()[:_LONGEST_CODE_VALUE].upper()
    return CodedConcept(value, SCHEME, (meaning or name)[:64])


def own_coding_scheme() -> CodingSchemeIdentificationItem:
    """Name our coding scheme, for (0008,0110) Coding Scheme Identification Sequence."""
    return CodingSchemeIdentificationItem(
        SCHEME,
        name="Concepts of triage-app",
        responsible_organization="triage-app contributors",
    )


IMAGE_MODALITIES = {"CR": codes.DCM.ComputedRadiography, "DX": codes.DCM.DigitalRadiography}
"""Concepts of CID 29 for what a card may read."""
