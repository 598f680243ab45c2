"""A peer in this process that takes what it is told to take, and remembers it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from pynetdicom import AE, evt
from pynetdicom.sop_class import (  # type: ignore[attr-defined] # made when it is imported
    ComputedRadiographyImageStorage,
)

from triage_app.intake.peers import Peer

__all__ = ["CR", "EXPLICIT", "IMPLICIT", "StoringPeer"]

CR = str(ComputedRadiographyImageStorage)
EXPLICIT, IMPLICIT = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2"


class StoringPeer:
    """A storage SCP on a free port.

    Parameters
    ----------
    syntaxes : that it takes
    answer : gives the status of an instance by its UID and how many came before; None aborts
    sop_class_uids : that it takes
    """

    def __init__(
        self,
        *,
        syntaxes: Iterable[str] = (EXPLICIT,),
        answer: Callable[[str, int], int | None] = lambda _uid, _before: 0,
        sop_class_uids: Iterable[str] = (CR,),
    ) -> None:
        self.kept: dict[str, tuple[str, bytes]] = {}
        self.requests: list[str] = []
        self.associations = 0
        self._answer = answer
        ae = AE(ae_title="PEER")
        ae.require_called_aet = True
        for sop_class_uid in sop_class_uids:
            ae.add_supported_context(sop_class_uid, list(syntaxes))
        handlers: list[Any] = [(evt.EVT_C_STORE, self._store), (evt.EVT_ACCEPTED, self._count)]
        self._server = ae.start_server(("127.0.0.1", 0), block=False, evt_handlers=handlers)
        self.port = int(self._server.socket.getsockname()[1])

    @property
    def peer(self) -> Peer:
        return Peer(name="peer", ae_title="PEER", host="127.0.0.1", port=self.port)

    def close(self) -> None:
        self._server.shutdown()

    def _count(self, _event: evt.Event) -> None:
        self.associations += 1

    def _store(self, event: evt.Event) -> int:
        uid = str(event.request.AffectedSOPInstanceUID)
        self.requests.append(uid)
        status = self._answer(uid, len(self.requests) - 1)
        if status is None:
            event.assoc.abort()
            return 0x0110
        if status == 0:
            self.kept[uid] = (str(event.context.transfer_syntax), event.request.DataSet.getvalue())
        return status
