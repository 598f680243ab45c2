"""Whether a peer answers: C-ECHO (PS3.4 A) and a search by QIDO-RS for one study."""

from __future__ import annotations

from pynetdicom.presentation import build_context
from pynetdicom.sop_class import Verification  # type: ignore[attr-defined] # made when imported

from triage_app.errors import PeerError
from triage_app.intake.peers import Calling, Peer, associate

__all__ = ["ping"]

_SUCCESS = 0x0000


def ping(peer: Peer, calling: Calling) -> tuple[str, ...]:
    """Ask a peer in each way that its entry names; give the services that answered.

    Raises
    ------
    PeerError
        where one of them does not; the sentence says which, and why
    """
    answered = []
    if peer.ae_title is not None:
        with associate(peer, calling, [build_context(Verification)]) as association:
            status = association.send_c_echo().get("Status")
        if status != _SUCCESS:
            raise PeerError(f"{peer.name}: does not answer C-ECHO with success.")
        answered.append("C-ECHO")
    if peer.url:
        from triage_app.intake.querying.dicomweb import DicomwebPeer  # noqa: PLC0415

        with DicomwebPeer(peer) as web:
            web.ping()
        answered.append("QIDO-RS")
    return tuple(answered)
