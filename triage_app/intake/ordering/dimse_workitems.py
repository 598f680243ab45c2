"""Workitems over associations: the UPS Pull SOP Class (PS3.4 CC.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Self

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as ItemSequence
from pydicom.tag import Tag
from pynetdicom.association import Association
from pynetdicom.presentation import build_context
from pynetdicom.sop_class import (  # type: ignore[attr-defined] # made when it is imported
    UnifiedProcedureStepPull,
    UnifiedProcedureStepPush,
)

from triage_app.errors import PeerError
from triage_app.intake.ordering.workitems import (
    Workitem,
    WorkitemCode,
    WorkitemConflictError,
    WorkitemState,
    read_workitem,
)
from triage_app.intake.peers import Calling, Peer, associate
from triage_app.intake.querying.find import describe_status

__all__ = ["DimseWorkitems"]

_CHANGE_STATE = 1
"""Action Type ID of Change UPS State (PS3.4 Table CC.2.1-1)."""
_PENDING = (0xFF00, 0xFF01)
_WARNINGS = (0x0001, 0x0107, 0x0116, 0xB300, 0xB301, 0xB304, 0xB305, 0xB306)
_CONFLICTS = (0x0112, 0xC300, 0xC301, 0xC302, 0xC307, 0xC310, 0xC311)
"""Not there, ended, not our transaction, taken by another (PS3.4 Table CC.2.1-2 and its like)."""
_RETRIEVED = (
    "SOPInstanceUID",
    "ProcedureStepState",
    "ScheduledProcedureStepPriority",
    "InputReadinessState",
    "ScheduledProcedureStepStartDateTime",
    "ProcedureStepLabel",
    "ScheduledWorkitemCodeSequence",
    "ScheduledStationNameCodeSequence",
    "InputInformationSequence",
)


class DimseWorkitems:
    """The workitems of a peer; each request has an association of its own.

    A workitem may be in work for long, and a manager need not keep an association open for it.

    Parameters
    ----------
    peer, calling : whom, and who we are
    """

    def __init__(self, peer: Peer, calling: Calling) -> None:
        self._peer = peer
        self._calling = calling

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        pass

    def search(self, codes: Sequence[WorkitemCode]) -> Iterator[Workitem]:
        """Find workitems that are SCHEDULED; see `WorkitemManager`."""
        identifier = Dataset()
        for keyword in _RETRIEVED:
            setattr(identifier, keyword, ItemSequence() if keyword.endswith("Sequence") else "")
        identifier.ProcedureStepState = str(WorkitemState.SCHEDULED)
        if len(codes) == 1:
            code = Dataset()
            code.CodeValue, code.CodingSchemeDesignator = codes[0].value, codes[0].scheme
            identifier.ScheduledWorkitemCodeSequence = ItemSequence([code])
        found = []
        with self._associate() as association:
            for status, answer in association.send_c_find(identifier, UnifiedProcedureStepPull):
                code_ = status.get("Status")
                if code_ in _PENDING:
                    if answer is None:
                        raise PeerError(f"{self._peer.name}: gave an answer that cannot be read.")
                    found.append(read_workitem(answer))
                elif code_ != 0:
                    raise PeerError(f"{self._peer.name}: {describe_status(status)}.")
        yield from (each for each in found if each.uid)

    def retrieve(self, uid: str) -> Workitem:
        """Read a workitem; see `WorkitemManager`."""
        answer = self._request(
            lambda association: association.send_n_get(
                [Tag(keyword) for keyword in _RETRIEVED],
                UnifiedProcedureStepPush,
                uid,
                meta_uid=UnifiedProcedureStepPull,
            )
        )
        if answer is None:
            raise PeerError(f"{self._peer.name}: gave an answer that cannot be read.")
        answer.SOPInstanceUID = uid
        return read_workitem(answer)

    def claim(self, uid: str, transaction_uid: str) -> None:
        """Take a SCHEDULED workitem IN PROGRESS; see `WorkitemManager`."""
        self._change_state(uid, transaction_uid, WorkitemState.IN_PROGRESS)

    def update(self, uid: str, transaction_uid: str, changes: Dataset) -> None:
        """Change attributes; the transaction stands among them (PS3.4 CC.2.6)."""
        asked = Dataset()
        asked.update(changes)
        asked.TransactionUID = transaction_uid
        self._request(
            lambda association: association.send_n_set(
                asked, UnifiedProcedureStepPush, uid, meta_uid=UnifiedProcedureStepPull
            )
        )

    def finish(self, uid: str, transaction_uid: str, state: WorkitemState) -> None:
        """Give a workitem its final state; see `WorkitemManager`."""
        try:
            self._change_state(uid, transaction_uid, state)
        except WorkitemConflictError:
            if self.retrieve(uid).state is not state:
                raise

    def _change_state(self, uid: str, transaction_uid: str, state: WorkitemState) -> None:
        wanted = Dataset()
        wanted.ProcedureStepState = str(state)
        wanted.TransactionUID = transaction_uid
        self._request(
            lambda association: association.send_n_action(
                wanted,
                _CHANGE_STATE,
                UnifiedProcedureStepPush,
                uid,
                meta_uid=UnifiedProcedureStepPull,
            )
        )

    def _request(
        self, send: Callable[[Association], tuple[Dataset, Dataset | None]]
    ) -> Dataset | None:
        with self._associate() as association:
            status, answer = send(association)
        code = status.get("Status")
        if code == 0 or code in _WARNINGS:
            return answer
        if code in _CONFLICTS:
            raise WorkitemConflictError(f"{self._peer.name}: answers with status {code:#06x}")
        raise PeerError(f"{self._peer.name}: {describe_status(status)}.")

    def _associate(self) -> AbstractContextManager[Association]:
        return associate(self._peer, self._calling, [build_context(UnifiedProcedureStepPull)])
