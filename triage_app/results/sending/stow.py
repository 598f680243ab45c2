"""Sending by STOW-RS (PS3.18 10.5), believed only when the answer or a search names the instance.

One request holds one instance, so that each has an answer of its own. dicomweb-client searches;
it is not used to store, because it encodes data sets anew, and reads no answer but 200.
"""

from __future__ import annotations

import io
import secrets
from types import TracebackType
from typing import Self

import requests
from dicomweb_client.web import DICOMwebClient
from pydicom import Dataset
from pydicom.filewriter import dcmwrite

from triage_app.errors import PeerError, TriageError
from triage_app.imaging.decoders import NATIVE_SYNTAXES, syntax_name
from triage_app.imaging.elements import MALFORMED_DATA_ERRORS, text_value, whole_number
from triage_app.imaging.source import source_from_path
from triage_app.intake.peers import Peer
from triage_app.intake.web import describe_failure, open_session
from triage_app.results.sending.answer import Answer, Verdict, answer_to
from triage_app.results.sending.conversion import FALLBACK_SYNTAXES, convert
from triage_app.worklist.delivery_records import Outgoing

__all__ = ["StowClient"]

_JSON = "application/dicom+json"
_REFUSES_SYNTAX = (0xC122, 0x0122)
_CONNECT_SECONDS, _READ_SECONDS = 10.0, 120.0
_ANSWERS = (200, 202, 409)
"""Codes whose body says what became of each instance (PS3.18 10.5.3.1)."""
_LATER = (408, 425, 429)


class StowClient:
    """A peer's Store service; close it, or use it as a context manager.

    Parameters
    ----------
    peer : with its url
    looks_it_up : whether QIDO-RS must find what was stored

    Raises
    ------
    PeerError
        where it has no url, its token is missing, or would travel in the clear
    TriageError
        where the certificates cannot be used
    """

    def __init__(self, peer: Peer, *, looks_it_up: bool = True) -> None:
        if not peer.url:
            raise PeerError(f"{peer.name}: has no url in the settings; name it.")
        self._peer = peer
        self._looks_it_up = looks_it_up
        self._url = peer.url.rstrip("/")
        self._session = open_session(peer, peer.url)
        self._search = DICOMwebClient(
            self._url,
            session=self._session,
            permissive_uid=True,
            timeout=(_CONNECT_SECONDS, _READ_SECONDS),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections; a second time does nothing."""
        self._session.close()

    def store(self, item: Outgoing) -> Answer:
        """Send an instance as it is stored; where that syntax is refused, uncompressed.

        Raises
        ------
        PeerError
            where the peer cannot be reached, or refuses us and not the instance
        """
        source = source_from_path(item.path)
        try:
            with source.open() as file:
                content = file.read()
            answer, refuses_syntax = self._post(item, content)
            wanted = FALLBACK_SYNTAXES[0]
            if not refuses_syntax or item.transfer_syntax_uid in NATIVE_SYNTAXES:
                return answer
            encoded = io.BytesIO()
            dataset = convert(source, item.transfer_syntax_uid, wanted)
            dcmwrite(encoded, dataset, enforce_file_format=True)
            answer, _ = self._post(item, encoded.getvalue())
        except PeerError:
            raise
        except TriageError as error:
            return Answer(Verdict.NEVER, str(error))
        except OSError as error:
            return Answer(Verdict.NEVER, f"{item.path}: cannot be read ({error.strerror}).")
        if answer.verdict is not Verdict.TAKEN:
            return answer
        stored = syntax_name(item.transfer_syntax_uid)
        detail = f"sent as {syntax_name(wanted)} instead of {stored}"
        return Answer(answer.verdict, "; ".join(filter(None, (answer.detail, detail))))

    def _post(self, item: Outgoing, content: bytes) -> tuple[Answer, bool]:
        """Send; give the answer, and whether it is the transfer syntax that is refused."""
        boundary = secrets.token_hex(24)
        body = b"".join(
            (
                f"--{boundary}\r\nContent-Type: application/dicom\r\n\r\n".encode(),
                content,
                f"\r\n--{boundary}--\r\n".encode(),
            )
        )
        kind = f'multipart/related; type="application/dicom"; boundary={boundary}'
        try:
            response = self._session.post(
                f"{self._url}/studies",
                data=body,
                headers={"Content-Type": kind, "Accept": _JSON},
                timeout=(_CONNECT_SECONDS, _READ_SECONDS),
            )
        except requests.RequestException as error:
            raise self._unreachable(error) from error
        if response.status_code not in _ANSWERS:
            return self._refused(response.status_code), response.status_code == 415
        answer, reason = _read_answer(response, item.sop_instance_uid)
        if answer is None:
            said = Answer(
                Verdict.LATER,
                f"answered with HTTP {response.status_code} and did not say that it stored it",
            )
            return (self._look_up(item, said) if response.ok else said), False
        if answer.verdict is Verdict.TAKEN and self._looks_it_up:
            lost = Answer(Verdict.LATER, "said that it stored it, and a search does not find it")
            found = self._look_up(item, lost)
            answer = answer if found.verdict is Verdict.TAKEN else found
        return answer, reason in _REFUSES_SYNTAX

    def _refused(self, code: int) -> Answer:
        """Tell a refusal of an instance from one of us, which is raised."""
        if code in (401, 403):
            raise PeerError(
                f"{self._peer.name}: answers with HTTP {code}; check the token and its rights."
            )
        if code in (404, 405, 501):
            raise PeerError(
                f"{self._peer.name}: answers with HTTP {code}; check that its url has STOW-RS."
            )
        if code in _LATER or code >= 500:
            return Answer(Verdict.LATER, f"answered with HTTP {code}")
        return Answer(Verdict.NEVER, f"refused it with HTTP {code}")

    def _look_up(self, item: Outgoing, otherwise: Answer) -> Answer:
        """Search the instance by QIDO-RS."""
        try:
            found = self._search.search_for_instances(
                item.study_instance_uid,
                search_filters={"SOPInstanceUID": item.sop_instance_uid},
            )
            uids = {text_value(Dataset.from_json(each), "SOPInstanceUID") for each in found}
        except requests.HTTPError:
            return otherwise
        except requests.RequestException as error:
            raise self._unreachable(error) from error
        except MALFORMED_DATA_ERRORS:
            return otherwise
        return Answer(Verdict.TAKEN) if item.sop_instance_uid in uids else otherwise

    def _unreachable(self, error: requests.RequestException) -> PeerError:
        return PeerError(f"{self._peer.name}: {describe_failure(error)}.")


def _read_answer(response: requests.Response, uid: str) -> tuple[Answer | None, int]:
    """Find what is said of an instance, and its reason; None where nothing is (PS3.18 I.2.2)."""
    try:
        said = response.json()
        if isinstance(said, list):  # some give an array of one
            said = said[0]
        dataset = Dataset.from_json(said)
        for reference in dataset.get("FailedSOPSequence") or ():
            if text_value(reference, "ReferencedSOPInstanceUID") == uid:
                reason = whole_number(reference, "FailureReason") or 0x0110
                failure = answer_to(reason)
                is_taken = failure.verdict is Verdict.TAKEN and reason != 0x0111
                return (answer_to(0x0110) if is_taken else failure), reason
        for reference in dataset.get("ReferencedSOPSequence") or ():
            if text_value(reference, "ReferencedSOPInstanceUID") == uid:
                reason = whole_number(reference, "WarningReason") or 0
                warning = answer_to(reason)
                return Answer(Verdict.TAKEN, warning.detail), reason
    except MALFORMED_DATA_ERRORS:  # no JSON among them
        pass
    return None, 0
