"""Workitems over HTTP: UPS-RS (PS3.18 11)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Any, Self

import requests
from pydicom.dataset import Dataset

from triage_app.errors import PeerError
from triage_app.imaging.elements import MALFORMED_DATA_ERRORS
from triage_app.intake.ordering.workitems import (
    Workitem,
    WorkitemCode,
    WorkitemConflictError,
    WorkitemState,
    read_workitem,
)
from triage_app.intake.peers import Peer
from triage_app.intake.web import describe_failure, open_session

__all__ = ["WebWorkitems"]

_JSON = "application/dicom+json"
_PAGE = 100
_MOST_PAGES = 100
_TIMEOUT_SECONDS = (10.0, 60.0)
_CONFLICTS = (404, 409, 410)
"""Not there, not ours or ended, and gone (PS3.18 Tables 11.5.3-1, 11.6.3-1 and 11.7.3-1)."""
_HINTS = {401: "check the token", 403: "check the token and its rights", 404: "check the url"}


class WebWorkitems:
    """The Worklist Service of a peer; close it, or use it as a context manager.

    Parameters
    ----------
    peer : with its url, below which stands ``/workitems``

    Raises
    ------
    PeerError
        where it has no url, its token is missing, or would travel in the clear
    TriageError
        where the certificates cannot be used
    """

    def __init__(self, peer: Peer) -> None:
        if not peer.url:
            raise PeerError(f"{peer.name}: has no url in the settings; name it.")
        self._peer = peer
        self._url = f"{peer.url.rstrip('/')}/workitems"
        self._session = open_session(peer, peer.url)

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

    def search(self, codes: Sequence[WorkitemCode]) -> Iterator[Workitem]:
        """Find workitems that are SCHEDULED; see `WorkitemManager`."""
        keys = {"ProcedureStepState": str(WorkitemState.SCHEDULED), "includefield": "all"}
        if len(codes) == 1:
            keys["ScheduledWorkitemCodeSequence.CodeValue"] = codes[0].value
            keys["ScheduledWorkitemCodeSequence.CodingSchemeDesignator"] = codes[0].scheme
        seen: set[str] = set()
        for page in range(_MOST_PAGES):
            limits = {"limit": str(_PAGE), "offset": str(page * _PAGE)}
            response = self._ask("GET", self._url, params={**keys, **limits})
            if response.status_code == 204:
                return
            found = [read_workitem(each) for each in self._datasets(response)]
            new = [each for each in found if each.uid and each.uid not in seen]
            yield from new
            seen |= {each.uid for each in new}
            if len(found) < _PAGE or not new:  # one that ignores the offset repeats itself
                return

    def retrieve(self, uid: str) -> Workitem:
        """Read a workitem; see `WorkitemManager`."""
        response = self._ask("GET", f"{self._url}/{uid}", has_conflicts=True)
        for dataset in self._datasets(response):
            return read_workitem(dataset)
        raise self._unreadable()

    def claim(self, uid: str, transaction_uid: str) -> None:
        """Take a SCHEDULED workitem IN PROGRESS; see `WorkitemManager`."""
        self._change_state(uid, transaction_uid, WorkitemState.IN_PROGRESS)

    def update(self, uid: str, transaction_uid: str, changes: Dataset) -> None:
        """Change attributes; the transaction is the query itself (PS3.18 11.6.1)."""
        self._send("POST", f"{self._url}/{uid}?{transaction_uid}", changes)

    def finish(self, uid: str, transaction_uid: str, state: WorkitemState) -> None:
        """Give a workitem its final state; see `WorkitemManager`."""
        try:
            self._change_state(uid, transaction_uid, state)
        except WorkitemConflictError as error:
            now = self.retrieve(uid).state
            if now is WorkitemState.IN_PROGRESS:  # the same code tells what is missing for the end
                raise PeerError(
                    f"{self._peer.name}: does not let a workitem be {state}; its own log says why."
                ) from error
            if now is not state:
                raise

    def _change_state(self, uid: str, transaction_uid: str, state: WorkitemState) -> None:
        wanted = Dataset()
        wanted.ProcedureStepState = str(state)
        wanted.TransactionUID = transaction_uid
        self._send("PUT", f"{self._url}/{uid}/state", wanted)

    def _send(self, method: str, url: str, content: Dataset) -> None:
        self._ask(
            method,
            url,
            data=json.dumps(content.to_json_dict()).encode(),
            headers={"Content-Type": _JSON},
            has_conflicts=True,
        )

    def _ask(
        self,
        method: str,
        url: str,
        *,
        has_conflicts: bool = False,
        headers: dict[str, str] | None = None,
        **options: Any,
    ) -> requests.Response:
        try:
            response = self._session.request(
                method,
                url,
                headers={"Accept": _JSON, **(headers or {})},
                timeout=_TIMEOUT_SECONDS,
                allow_redirects=False,
                **options,
            )
        except requests.RequestException as error:
            raise PeerError(f"{self._peer.name}: {describe_failure(error)}.") from error
        code = response.status_code
        if 200 <= code < 300:
            return response
        if has_conflicts and code in _CONFLICTS:
            raise WorkitemConflictError(f"{self._peer.name}: answers with HTTP {code}")
        hint = _HINTS.get(code, "its own log says why")
        raise PeerError(f"{self._peer.name}: answers with HTTP {code}; {hint}.")

    def _datasets(self, response: requests.Response) -> list[Dataset]:
        try:
            said = response.json()
            return [
                Dataset.from_json(each) for each in (said if isinstance(said, list) else [said])
            ]
        except MALFORMED_DATA_ERRORS as error:
            raise self._unreadable() from error

    def _unreadable(self) -> PeerError:
        return PeerError(f"{self._peer.name}: gave an answer that cannot be read.")
