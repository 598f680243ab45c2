"""One audit message, and the XML of it (PS3.15 A.5.1; it follows RFC 3881)."""

from __future__ import annotations

import base64
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from xml.etree import ElementTree

__all__ = [
    "Action",
    "AuditMessage",
    "AuditObject",
    "Code",
    "ObjectKind",
    "OutcomeOf",
    "Participant",
]

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write (section 2.2), lone surrogates among it."""

_Element = ElementTree.Element
_SOURCE_TYPE = "4"  # an application server process (PS3.15 A.5.2.3)


@dataclass(frozen=True, slots=True)
class Code:
    """A coded concept: value, scheme and meaning."""

    value: str
    meaning: str
    scheme: str = "DCM"


class Action(StrEnum):
    """Event Action Code."""

    CREATE = "C"
    READ = "R"
    UPDATE = "U"
    DELETE = "D"
    EXECUTE = "E"


class OutcomeOf(IntEnum):
    """Event Outcome Indicator."""

    SUCCESS = 0
    MINOR_FAILURE = 4
    SERIOUS_FAILURE = 8


@dataclass(frozen=True, slots=True)
class Participant:
    """A person, program or system that took part.

    Attributes
    ----------
    user_id : as it is known here; never empty in the message
    is_requestor : whether it began the event
    role : None for a person at the window
    name : for people
    """

    user_id: str
    is_requestor: bool
    role: Code | None = None
    name: str = ""


class ObjectKind(StrEnum):
    """Participant Object Type Code and its role, as one text "type/role"."""

    PATIENT = "1/1"
    REPORT = "2/3"
    SECURITY_RESOURCE = "2/13"


@dataclass(frozen=True, slots=True)
class AuditObject:
    """A patient, a study, a query or another thing that an event was about.

    Attributes
    ----------
    object_id, id_type : what it is known by
    name : for people; of a patient, the name
    query : as it was asked; in the place of a name
    details : more, by its kind
    accession_number, sop_class_uid, instances : of a study; instances 0 where not counted
    is_anonymized : None where it is not said
    """

    kind: ObjectKind
    object_id: str
    id_type: Code
    name: str = ""
    query: bytes = b""
    details: Mapping[str, str] = field(default_factory=dict)
    accession_number: str = ""
    sop_class_uid: str = ""
    instances: int = 0
    is_anonymized: bool | None = None


@dataclass(frozen=True, slots=True)
class AuditMessage:
    """What happened.

    Attributes
    ----------
    event, event_type : the kind; the latter may be None
    outcome_description : why it failed, for people
    """

    event: Code
    action: Action
    participants: tuple[Participant, ...]
    objects: tuple[AuditObject, ...] = ()
    event_type: Code | None = None
    outcome: OutcomeOf = OutcomeOf.SUCCESS
    outcome_description: str = ""

    def to_xml(self, at: datetime) -> str:
        """Write the message.

        Parameters
        ----------
        at : when it happened, with its time zone

        Returns
        -------
        str
            one line, without an XML declaration; the order of elements is the schema's
        """
        root = ElementTree.Element("AuditMessage")
        event = _add(
            root,
            "EventIdentification",
            EventActionCode=self.action,
            EventDateTime=at.isoformat(timespec="milliseconds"),
            EventOutcomeIndicator=str(int(self.outcome)),
        )
        _add_code(event, "EventID", self.event)
        if self.event_type is not None:
            _add_code(event, "EventTypeCode", self.event_type)
        if self.outcome_description:
            _add(event, "EventOutcomeDescription", text=self.outcome_description)
        for participant in self.participants:
            _add_participant(root, participant)
        source = _add(root, "AuditSourceIdentification", AuditSourceID=_source_id())
        _add(source, "AuditSourceTypeCode", **{"csd-code": _SOURCE_TYPE})
        for each in self.objects:
            _add_object(root, each)
        return ElementTree.tostring(root, encoding="unicode")


def _source_id() -> str:
    return f"triage-app@{socket.gethostname()}"


def _add(parent: _Element, tag: str, text: str = "", **attributes: str) -> _Element:
    element = ElementTree.SubElement(
        parent, tag, {name: _clean(value) for name, value in attributes.items()}
    )
    if text:
        element.text = _clean(text)
    return element


def _add_code(parent: _Element, tag: str, code: Code) -> None:
    attributes = {"csd-code": code.value, "codeSystemName": code.scheme}
    _add(parent, tag, **attributes, originalText=code.meaning)


def _add_participant(root: _Element, participant: Participant) -> None:
    attributes = {
        "UserID": participant.user_id or "unknown",
        "UserIsRequestor": "true" if participant.is_requestor else "false",
    }
    if participant.name:
        attributes["UserName"] = participant.name
    element = _add(root, "ActiveParticipant", **attributes)
    if participant.role is not None:
        _add_code(element, "RoleIDCode", participant.role)


def _add_object(root: _Element, each: AuditObject) -> None:
    type_code, _, role = each.kind.partition("/")
    element = _add(
        root,
        "ParticipantObjectIdentification",
        ParticipantObjectID=each.object_id or "unknown",
        ParticipantObjectTypeCode=type_code,
        ParticipantObjectTypeCodeRole=role,
    )
    _add_code(element, "ParticipantObjectIDTypeCode", each.id_type)
    if each.query:
        _add(element, "ParticipantObjectQuery", base64.b64encode(each.query).decode("ascii"))
    elif each.name:
        _add(element, "ParticipantObjectName", each.name)
    for kind, value in each.details.items():
        encoded = base64.b64encode(value.encode("utf-8", "replace")).decode("ascii")
        _add(element, "ParticipantObjectDetail", type=kind, value=encoded)
    if each.accession_number:
        _add(element, "Accession", Number=each.accession_number)
    if each.instances:
        sop_class = {"UID": each.sop_class_uid} if each.sop_class_uid else {}
        _add(element, "SOPClass", **sop_class, NumberOfInstances=str(each.instances))
    if each.is_anonymized is not None:
        _add(element, "Anonymized", "true" if each.is_anonymized else "false")


def _clean(text: str) -> str:
    return " ".join(_NOT_XML.sub("\ufffd", text).splitlines())
