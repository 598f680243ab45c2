"""A receiver with its spool and queue, and a sender that speaks to it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from pydicom import Dataset, dcmread
from pydicom.uid import UID
from pynetdicom import AE
from pynetdicom.association import Association

from triage_app.intake.custody import Custody
from triage_app.intake.peers import Peer
from triage_app.intake.receiving.options import ReceiverOptions
from triage_app.intake.receiving.receiver import Received, Receiver, Refused
from triage_app.intake.spool import Spool, SpoolOptions
from triage_app.worklist.store import WorklistStore

CR = "1.2.840.10008.5.1.4.1.1.1"
DX = "1.2.840.10008.5.1.4.1.1.1.1"


class Station:
    """A listening receiver.

    Parameters
    ----------
    options : of the receiver
    folder : of spool and database
    peers : that it knows
    """

    def __init__(
        self, options: ReceiverOptions, folder: Path, peers: tuple[Peer, ...] = ()
    ) -> None:
        self.events: list[Received | Refused] = []
        self.options = options
        self._open = ExitStack()
        self.store = self._open.enter_context(WorklistStore.open(folder / "worklist.sqlite"))
        spool = Spool(SpoolOptions(folder / "spool", options.least_free_mib * 2**20))
        self.spool = self._open.enter_context(spool)
        self.custody = Custody(self.spool, self.store.arrivals)
        self.receiver = Receiver(
            options, [CR, DX], self.store, self.custody, self.events.append, peers=peers
        )
        try:
            self.host, self.port = self.receiver.start()
        except BaseException:
            self._open.close()
            raise

    def close(self) -> None:
        """Stop and close; a second time does nothing."""
        self.receiver.stop(grace_seconds=5.0)
        self._open.close()

    def content_of(self, sop_instance_uid: str) -> bytes:
        """Give the bytes of an instance's file."""
        arrival = self.store.arrivals.find([sop_instance_uid])[sop_instance_uid]
        return Path(arrival.path).read_bytes()


def call(
    station: Station,
    *,
    ae_title: str = "SENDER",
    called: str | None = None,
    contexts: tuple[tuple[str, str], ...] = ((CR, "1.2.840.10008.1.2.1"),),
    evt_handlers: list[tuple[object, Callable[..., object]]] | None = None,
    **options: object,
) -> Association:
    """Ask the station for an association."""
    ae = AE(ae_title=ae_title)
    for sop_class_uid, syntax in contexts:
        ae.add_requested_context(sop_class_uid, syntax)
    return ae.associate(
        station.host,
        station.port,
        ae_title=called or station.options.ae_title,
        evt_handlers=evt_handlers or [],
        **options,
    )


def leave(association: Association) -> None:
    """Release an association, and close the connection of one that was refused."""
    if association.is_established:
        association.release()
    held = association.dul.socket
    if held is not None and held.socket is not None:
        held.socket.close()


def read_with_uid(path: Path, sop_instance_uid: str) -> Dataset:
    """Read a file and give its instance another UID."""
    dataset = dcmread(path)
    dataset.SOPInstanceUID = UID(sop_instance_uid)
    dataset.file_meta.MediaStorageSOPInstanceUID = UID(sop_instance_uid)
    return dataset
