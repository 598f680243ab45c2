"""The receiver: C-ECHO, C-STORE into custody, storage commitment."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from pydicom.dataset import Dataset
from pydicom.uid import UID, ExplicitVRLittleEndian, ImplicitVRLittleEndian
from pynetdicom import AE, evt
from pynetdicom.dimse_primitives import C_STORE
from pynetdicom.events import Event
from pynetdicom.presentation import PresentationContext, build_context
from pynetdicom.sop_class import (  # type: ignore[attr-defined] # made when it is imported
    StorageCommitmentPushModel,
    Verification,
)

from triage_app.errors import TriageError
from triage_app.intake.custody import Custody, ReceivedInstance
from triage_app.intake.network import decodable_syntaxes, silence_pynetdicom
from triage_app.intake.peers import Calling, Peer
from triage_app.intake.receiving.commitment import CommitmentPerformer
from triage_app.intake.receiving.commitment_reports import CommitmentReports
from triage_app.intake.receiving.guard import GuardedServer, Limits
from triage_app.intake.receiving.options import ReceiverOptions
from triage_app.intake.receiving.statuses import (
    NO_DATA_SET,
    SOP_CLASS_NOT_SUPPORTED,
    SUCCESS,
    RefusalError,
    StoreStatus,
    status_for,
)
from triage_app.intake.tls import server_context
from triage_app.worklist.arrival_records import Registration
from triage_app.worklist.store import WorklistStore

__all__ = ["Received", "Receiver", "Refused", "StoreInstance", "storage_contexts"]

logger = logging.getLogger(__name__)

_MESSAGE_SYNTAXES: list[str | UID] = [ExplicitVRLittleEndian, ImplicitVRLittleEndian]
_POLL_SECONDS = 0.1
_WAITING_CONNECTIONS = 64
_LARGEST_OTHER_PDU = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Received:
    """An instance is in custody."""

    sender: str
    registration: Registration


@dataclass(frozen=True, slots=True)
class Refused:
    """An instance was refused; `comment` says why, `code` is the status."""

    sender: str
    code: int
    comment: str


def storage_contexts(sop_class_uids: Iterable[str]) -> list[PresentationContext]:
    """Give a context for each SOP class, with every transfer syntax that can be decoded here."""
    syntaxes = decodable_syntaxes()
    return [build_context(uid, syntaxes) for uid in sorted(set(sop_class_uids))]


class StoreInstance:
    """Handles C-STORE requests, those of a C-GET of ours among them: keeps, and never decodes.

    Parameters
    ----------
    custody : that keeps
    sop_class_uids : that are taken
    tell : is told of each instance, from the thread of its association
    sender : instead of the AE title of who sends
    """

    def __init__(
        self,
        custody: Custody,
        sop_class_uids: Iterable[str],
        tell: Callable[[Received | Refused], None],
        *,
        sender: str = "",
    ) -> None:
        self._custody = custody
        self._sop_class_uids = frozenset(sop_class_uids)
        self._tell = tell
        self._sender = sender

    def __call__(self, event: Event) -> Dataset:
        """Keep an instance and give the status of the answer."""
        sender = self._sender or str(event.assoc.requestor.ae_title)
        try:
            registration = self._custody.take(self._instance(event, sender))
        except RefusalError as error:
            return self._refuse(sender, error.status)
        except Exception as error:  # noqa: BLE001 - the door of one instance: its sender is told
            logger.warning("an instance from %r cannot be kept: %s", sender, _describe(error))
            return self._refuse(sender, status_for(error))
        self._tell(Received(sender, registration))
        return _status(SUCCESS)

    def _instance(self, event: Event, sender: str) -> ReceivedInstance:
        request, context = cast(C_STORE, event.request), event.context
        sop_class_uid = str(request.AffectedSOPClassUID)
        if sop_class_uid not in self._sop_class_uids or sop_class_uid != context.abstract_syntax:
            raise RefusalError(SOP_CLASS_NOT_SUPPORTED)
        if request.DataSet is None or not request.DataSet.getbuffer():
            raise RefusalError(NO_DATA_SET)
        return ReceivedInstance(
            sop_class_uid,
            str(request.AffectedSOPInstanceUID),
            str(context.transfer_syntax),
            request.DataSet.getbuffer(),
            sender,
        )

    def _refuse(self, sender: str, status: StoreStatus) -> Dataset:
        self._tell(Refused(sender, status.code, status.comment))
        return _status(status)


class Receiver:
    """A listening AE; start it, stop it, or use it as a context manager.

    Parameters
    ----------
    options : names, limits, who may come
    sop_class_uids : that are taken
    store, custody : where instances go
    tell : is told of each instance, from the thread of its association
    peers : that may ask for storage commitment

    Raises
    ------
    TriageError
        where the certificates cannot be used
    """

    def __init__(
        self,
        options: ReceiverOptions,
        sop_class_uids: Sequence[str],
        store: WorklistStore,
        custody: Custody,
        tell: Callable[[Received | Refused], None],
        *,
        peers: Iterable[Peer] = (),
    ) -> None:
        self._options = options
        self._contexts = [
            build_context(Verification, _MESSAGE_SYNTAXES),
            _commitment_context(),
            *storage_contexts(sop_class_uids),
        ]
        self._store_instance = StoreInstance(custody, sop_class_uids, tell)
        self._commitments = CommitmentPerformer(store, calling_of(options), _by_title(peers))
        self._reports = CommitmentReports(store.deliveries)
        self._ssl_context = server_context(options.tls) if options.tls else None
        self._server: GuardedServer | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Receiver:
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    def start(self) -> tuple[str, int]:
        """Listen, and give host and port.

        Raises
        ------
        TriageError
            where the address cannot be listened on
        """
        options = self._options
        silence_pynetdicom()
        ae = AE(ae_title=options.ae_title)
        ae.require_called_aet = options.checks_called_ae_title
        ae.require_calling_aet = list(options.calling_ae_titles)
        ae.maximum_associations = options.maximum_associations
        ae.maximum_pdu_size = options.maximum_pdu_bytes
        ae.network_timeout = options.network_timeout_seconds
        ae.acse_timeout = options.acse_timeout_seconds
        ae.dimse_timeout = options.dimse_timeout_seconds
        try:
            server = GuardedServer(
                ae,
                (options.host, options.port),
                options.ae_title,
                self._contexts,
                self._ssl_context,
                self._handlers(),
                limits=_limits(options),
            )
        except OSError as error:
            raise TriageError(
                f"{options.host}:{options.port}: cannot be listened on "
                f"({error.strerror or error}); stop the other program, or choose another port."
            ) from error
        ae._servers.append(server)  # as its own start_server does; shutdown needs it
        self._server = server
        self._commitments.start()
        self._thread = threading.Thread(
            target=server.serve_forever, args=(_POLL_SECONDS,), name="receiver", daemon=True
        )
        self._thread.start()
        return str(server.server_address[0]), int(server.server_address[1])

    def stop(self, grace_seconds: float = 10.0) -> None:
        """Stop listening; let associations come to their end, and abort those that do not."""
        if self._server is None or self._thread is None:
            return
        aborted = self._server.end(grace_seconds)
        if aborted:
            logger.warning("%d associations were aborted at the end", aborted)
        self._thread.join()
        self._commitments.stop()
        self._server = self._thread = None

    @property
    def associations(self) -> int:
        """How many are open."""
        return len(self._server.active_associations) if self._server else 0

    def _handlers(self) -> list[evt.EventHandlerType]:
        return [
            (evt.EVT_C_ECHO, lambda _event: SUCCESS.code),
            (evt.EVT_C_STORE, self._store_instance),
            (evt.EVT_N_ACTION, self._commitments.handle_action),
            (evt.EVT_N_EVENT_REPORT, self._reports.handle),
            (evt.EVT_PDU_SENT, self._commitments.handle_sent_pdu),
            (evt.EVT_CONN_CLOSE, lambda event: self._commitments.forget(event.assoc)),
            (evt.EVT_REJECTED, _note_rejection),
        ]


def _commitment_context() -> PresentationContext:
    """Take requests as their performer, and reports on our own, in the roles that a peer asks for.

    Who reports over an association of its own is its requestor and its SCP (PS3.4 J.3.3.1).
    """
    context = build_context(StorageCommitmentPushModel, _MESSAGE_SYNTAXES)
    context.scu_role = context.scp_role = True
    return context


def calling_of(options: ReceiverOptions) -> Calling:
    """Give how we call others, by what the receiver is called and how long it waits."""
    return Calling(
        options.ae_title,
        acse_timeout_seconds=options.acse_timeout_seconds,
        dimse_timeout_seconds=options.dimse_timeout_seconds,
        network_timeout_seconds=options.network_timeout_seconds,
        maximum_pdu_bytes=options.maximum_pdu_bytes,
    )


def _by_title(peers: Iterable[Peer]) -> Mapping[str, Peer]:
    return {peer.ae_title: peer for peer in peers if peer.ae_title is not None}


def _limits(options: ReceiverOptions) -> Limits:
    return Limits(
        networks=options.networks,
        connections=options.maximum_associations + _WAITING_CONNECTIONS,
        # some count the header, some round up; what is agreed is a wish, and this is the wall
        largest_pdu_bytes=max(2 * options.maximum_pdu_bytes, _LARGEST_OTHER_PDU),
        largest_object_bytes=options.largest_object_mib * 2**20,
        gate_seconds=options.acse_timeout_seconds,
        idle_seconds=options.network_timeout_seconds,
    )


def _status(status: StoreStatus) -> Dataset:
    answer = Dataset()
    answer.Status = status.code
    if status.comment:
        answer.ErrorComment = status.comment
    return answer


def _describe(error: Exception) -> str:
    # what an unforeseen error says may quote the data set
    is_told = isinstance(error, TriageError | OSError)
    return str(error) if is_told else type(error).__name__


def _note_rejection(event: Event) -> None:
    requestor = event.assoc.requestor
    logger.warning(
        "association refused: calling AE title %r from %s",
        requestor.ae_title,
        requestor.address,
    )
