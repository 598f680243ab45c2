"""The events that are kept, each as the message that PS3.15 A.5.3 describes."""

from __future__ import annotations

import getpass
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from triage_app.worklist.auditing.message import (
    Action,
    AuditMessage,
    AuditObject,
    Code,
    ObjectKind,
    OutcomeOf,
    Participant,
)

__all__ = [
    "AuditedStudy",
    "application_activity",
    "audit_log_used",
    "instances_accessed",
    "instances_received",
    "instances_sent",
    "query",
    "settings_changed",
    "studies_exported",
    "studies_imported",
    "system_user",
]

_APPLICATION = Code("110150", "Application")
_LAUNCHER = Code("110151", "Application Launcher")
_DESTINATION = Code("110152", "Destination Role ID")
_SOURCE = Code("110153", "Source Role ID")
_DESTINATION_MEDIA = Code("110154", "Destination Media")
_STUDY_UID = Code("110180", "Study Instance UID")
_SOP_CLASS_UID = Code("110181", "SOP Class UID")
_PATIENT_NUMBER = Code("2", "Patient Number", "RFC-3881")
_URI = Code("12", "URI", "RFC-3881")

_STUDY_ROOT_FIND = "1.2.840.10008.5.1.4.1.2.2.1"
"""Study Root Query/Retrieve Information Model - FIND."""


@dataclass(frozen=True, slots=True)
class AuditedStudy:
    """What an audit message says of a study.

    Attributes
    ----------
    study_key : Study Instance UID, or what stands for one
    """

    study_key: str
    patient_id: str = ""
    patient_name: str = ""
    accession_number: str = ""

    def objects(
        self, *, instances: int = 0, sop_class_uid: str = "", detail: str = "", **more: bool
    ) -> tuple[AuditObject, AuditObject]:
        """Give the study and its patient as objects of a message."""
        study = AuditObject(
            ObjectKind.REPORT,
            self.study_key,
            _STUDY_UID,
            details={"history": detail} if detail else {},
            accession_number=self.accession_number,
            sop_class_uid=sop_class_uid,
            instances=instances,
            is_anonymized=more.get("is_anonymized"),
        )
        patient = AuditObject(
            ObjectKind.PATIENT, self.patient_id, _PATIENT_NUMBER, name=self.patient_name
        )
        return study, patient


def system_user() -> str:
    """Give the name that the operating system knows who runs the program by; empty for none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


def _us(role: Code, *, is_requestor: bool) -> Participant:
    return Participant(str(os.getpid()), is_requestor, role, "triage-app")


def application_activity(*, is_start: bool, user: str, command: str) -> AuditMessage:
    """Say that the program was started or stopped (PS3.15 A.5.3.1)."""
    kind = Code("110120", "Application Start") if is_start else Code("110121", "Application Stop")
    return AuditMessage(
        Code("110100", "Application Activity"),
        Action.EXECUTE,
        (
            Participant(str(os.getpid()), False, _APPLICATION, f"triage-app {command}".strip()),
            Participant(user, True, _LAUNCHER),
        ),
        event_type=kind,
    )


def audit_log_used(user: str, place: str) -> AuditMessage:
    """Say that the audit trail was read (PS3.15 A.5.3.2)."""
    trail = AuditObject(ObjectKind.SECURITY_RESOURCE, place, _URI, name="Security Audit Log")
    return AuditMessage(
        Code("110101", "Audit Log Used"), Action.READ, (Participant(user, True),), (trail,)
    )


def instances_accessed(
    study: AuditedStudy, user: str, action: Action, *, detail: str = "", kind: Code | None = None
) -> AuditMessage:
    """Say that a study was seen, marked, judged, or its files were taken away (PS3.15 A.5.3.6)."""
    return AuditMessage(
        Code("110103", "DICOM Instances Accessed"),
        action,
        (Participant(user, True),),
        study.objects(detail=detail),
        event_type=kind,
    )


def instances_received(study: AuditedStudy, senders: Iterable[str], instances: int) -> AuditMessage:
    """Say that a study came in over the network (PS3.15 A.5.3.7)."""
    return AuditMessage(
        Code("110104", "DICOM Instances Transferred"),
        Action.CREATE,
        (
            *(Participant(sender, True, _SOURCE) for sender in senders),
            _us(_DESTINATION, is_requestor=False),
        ),
        study.objects(instances=instances),
    )


def instances_sent(
    study: AuditedStudy, destination: str, sop_class_uid: str, failure: str | None
) -> AuditMessage:
    """Say that an object went to another system, or was given up (PS3.15 A.5.3.7)."""
    return AuditMessage(
        Code("110104", "DICOM Instances Transferred"),
        Action.READ,
        (_us(_SOURCE, is_requestor=True), Participant(destination, False, _DESTINATION)),
        study.objects(instances=1, sop_class_uid=sop_class_uid),
        outcome=OutcomeOf.SUCCESS if failure is None else OutcomeOf.SERIOUS_FAILURE,
        outcome_description=failure or "",
    )


def query(user: str, peer: str, keys: Mapping[str, object]) -> AuditMessage:
    """Say that another system was asked for studies (PS3.15 A.5.3.10).

    The keys stand in JSON, not in an encoded data set: DICOMweb has none, and of associations one
    search may send several.
    """
    asked = AuditObject(
        ObjectKind.REPORT,
        _STUDY_ROOT_FIND,
        _SOP_CLASS_UID,
        query=json.dumps(dict(keys), default=str, sort_keys=True).encode(),
        details={"QueryEncoding": "application/json"},
    )
    return AuditMessage(
        Code("110112", "Query"),
        Action.EXECUTE,
        (
            Participant(user, True),
            _us(_SOURCE, is_requestor=False),
            Participant(peer, False, _DESTINATION),
        ),
        (asked,),
    )


def studies_exported(
    studies: Iterable[AuditedStudy], user: str, place: str, *, is_anonymized: bool = False
) -> AuditMessage:
    """Say that something of studies was written to a file or folder (PS3.15 A.5.3.4)."""
    return AuditMessage(
        Code("110106", "Export"),
        Action.READ,
        (Participant(user, True, _SOURCE), Participant(place, False, _DESTINATION_MEDIA)),
        tuple(each for study in studies for each in study.objects(is_anonymized=is_anonymized)),
    )


def studies_imported(studies: Iterable[AuditedStudy], user: str) -> AuditMessage:
    """Say that studies were read from files (PS3.15 A.5.3.5)."""
    return AuditMessage(
        Code("110107", "Import"),
        Action.CREATE,
        (Participant(user, True, _DESTINATION),),
        tuple(each for study in studies for each in study.objects()),
    )


def settings_changed(user: str, names: Iterable[str]) -> AuditMessage:
    """Say that settings were changed (PS3.15 A.5.3.11); their values are not written."""
    changed = AuditObject(
        ObjectKind.SECURITY_RESOURCE,
        "settings",
        _URI,
        details={"Alert Description": ", ".join(sorted(names))},
    )
    return AuditMessage(
        Code("110113", "Security Alert"),
        Action.EXECUTE,
        (Participant(user, True),),
        (changed,),
        event_type=Code("110131", "Software Configuration"),
    )
