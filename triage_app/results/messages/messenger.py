"""Sending a report as a message, and what follows from the answer."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self

import requests
from pydicom import dcmread
from pydicom.errors import InvalidDicomError

from triage_app.errors import PeerError, ResultError, TriageError
from triage_app.imaging.elements import MALFORMED_DATA_ERRORS
from triage_app.imaging.source import source_from_path
from triage_app.intake.peers import Peer
from triage_app.intake.web import describe_failure, open_session
from triage_app.results.messages.fhir_report import build_fhir_report, encode_fhir_report
from triage_app.results.messages.hl7_report import Hl7Names, build_hl7_report, control_id
from triage_app.results.messages.mllp import MllpClient
from triage_app.results.messages.report_facts import ReportFacts, read_report
from triage_app.results.sending.answer import Answer, Verdict
from triage_app.results.sending.destination import Destination, Way
from triage_app.worklist.delivery_records import Outgoing

__all__ = [
    "FhirMessenger",
    "Hl7Messenger",
    "Messenger",
    "encode_message",
    "is_report",
    "open_messenger",
    "read_report_file",
]

_FHIR_JSON = "application/fhir+json"
_TIMEOUT_SECONDS = (10.0, 120.0)
_LATER = (408, 423, 425, 429)
_STRUCTURED_REPORTS = "1.2.840.10008.5.1.4.1.1.88."


class Messenger(Protocol):
    """A way to send reports; a context manager."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...

    def send(self, item: Outgoing) -> Answer:
        """Send the message of a report; what is no report has none, and is let pass.

        Raises
        ------
        PeerError
            where the peer cannot be reached, or refuses us and not the message
        """
        ...


def open_messenger(destination: Destination, peer: Peer) -> Messenger:
    """Open the way of a destination.

    Raises
    ------
    PeerError
        where the peer has no such way in the settings, or its token is missing
    ValueError
        where its way is none of messages
    """
    match destination.way:
        case Way.HL7:
            return Hl7Messenger(peer)
        case Way.FHIR:
            return FhirMessenger(peer)
        case other:
            raise ValueError(f"expected a way of messages, received {other}")


def read_report_file(path: str) -> ReportFacts:
    """Read the structured report in a file.

    Raises
    ------
    TriageError
        where it cannot be read, or is no report of ours
    """
    try:
        with source_from_path(path).open() as file:
            return read_report(dcmread(file))
    except InvalidDicomError as error:
        raise ResultError(f"{path}: is no DICOM file.") from error
    except (OSError, *MALFORMED_DATA_ERRORS) as error:
        raise ResultError(f"{path}: cannot be read ({type(error).__name__}).") from error
    except ResultError as error:
        raise ResultError(f"{path}: {error}") from error


def _answer(item: Outgoing, send: Callable[[ReportFacts], Answer]) -> Answer:
    if not is_report(item.sop_class_uid):
        return Answer(Verdict.TAKEN, "no message was sent: it is no report")
    try:
        facts = read_report_file(item.path)
    except TriageError as error:
        return Answer(Verdict.NEVER, str(error))
    try:
        return send(facts)
    except PeerError:
        raise
    except TriageError as error:
        return Answer(Verdict.NEVER, f"{item.path}: {error}")


class Hl7Messenger:
    """Sends HL7 v2 messages over MLLP."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._client = MllpClient(peer)
        application = peer.hl7.application if peer.hl7 else ""
        facility = peer.hl7.facility if peer.hl7 else ""
        self._names = Hl7Names(receiving_application=application, receiving_facility=facility)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._client.close()

    def send(self, item: Outgoing) -> Answer:
        """Send the message; see `Messenger`."""
        return _answer(item, self._send)

    def _send(self, facts: ReportFacts) -> Answer:
        acknowledgement = self._client.send(build_hl7_report(facts, self._names))
        if acknowledgement.control_id != control_id(facts):
            # a connection whose answers are out of step says nothing that can be believed
            self._client.close()
            raise PeerError(f"{self._peer.name}: acknowledged another message than was sent.")
        match acknowledgement.code:
            case "AA" | "CA":
                return Answer(Verdict.TAKEN)
            case "AE" | "CE":
                return Answer(Verdict.NEVER, "its content is refused there (AE)")
            case "AR" | "CR":
                return Answer(Verdict.LATER, "it was rejected there (AR)")
            case other:
                return Answer(Verdict.LATER, f"it was acknowledged with {other[:8]!r}")


class FhirMessenger:
    """Sends transactions to a FHIR server."""

    def __init__(self, peer: Peer) -> None:
        if not peer.fhir_url:
            raise PeerError(f"{peer.name}: has no fhir_url in the settings; name it.")
        self._peer = peer
        self._session = open_session(peer, peer.fhir_url)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._session.close()

    def send(self, item: Outgoing) -> Answer:
        """Send the transaction; see `Messenger`."""
        return _answer(item, self._send)

    def _send(self, facts: ReportFacts) -> Answer:
        content = encode_fhir_report(build_fhir_report(facts))
        try:
            response = self._session.post(
                self._peer.fhir_url.rstrip("/"),
                data=content,
                headers={"Content-Type": f"{_FHIR_JSON}; charset=utf-8", "Accept": _FHIR_JSON},
                timeout=_TIMEOUT_SECONDS,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise PeerError(f"{self._peer.name}: {describe_failure(error)}.") from error
        code = response.status_code
        if code in (200, 201):
            return self._read_outcome(response)
        if code in (401, 403):
            raise PeerError(
                f"{self._peer.name}: answers with HTTP {code}; check the token and its rights."
            )
        if code in (404, 405, 501):
            raise PeerError(
                f"{self._peer.name}: answers with HTTP {code}; check that its fhir_url is the base "
                "of a server that takes transactions."
            )
        if code in _LATER or code >= 500:
            return Answer(Verdict.LATER, f"answered with HTTP {code}")
        return Answer(Verdict.NEVER, f"refused it with HTTP {code}")

    def _read_outcome(self, response: requests.Response) -> Answer:
        """Believe a transaction only where the answer tells the outcome of every entry."""
        try:
            entries = response.json()["entry"]
            codes = [str(entry["response"]["status"])[:3] for entry in entries]
        except (ValueError, KeyError, TypeError):
            return Answer(Verdict.LATER, "answered and did not say what became of it")
        refused = sorted({code for code in codes if not code.startswith("2")})
        if refused or not codes:
            return Answer(Verdict.LATER, f"did not take all of it (HTTP {', '.join(refused)})")
        return Answer(Verdict.TAKEN)


def is_report(sop_class_uid: str) -> bool:
    """Tell whether a SOP class is one of structured reports, of which a message can be made."""
    return sop_class_uid.startswith(_STRUCTURED_REPORTS)


def encode_message(facts: ReportFacts, way: Way) -> bytes:
    """Write the message of a report for a file, in UTF-8.

    Raises
    ------
    ResultError
        where what the report says does not fit into the message
    """
    if way is Way.HL7:
        return build_hl7_report(facts).encode("utf-8")
    return encode_fhir_report(build_fhir_report(facts))
