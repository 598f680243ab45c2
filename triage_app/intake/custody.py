"""Taking an instance into custody: on the disk and in the queue before its sender hears of it."""

from __future__ import annotations

import hashlib
import io
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from pydicom.dataset import FileMetaDataset
from pydicom.errors import InvalidDicomError
from pydicom.filebase import DicomBytesIO
from pydicom.filereader import read_partial
from pydicom.filewriter import write_file_meta_info
from pydicom.uid import UID

from triage_app.errors import NotDicomError
from triage_app.imaging.header import MALFORMED_DATA_ERRORS
from triage_app.intake.spool import Spool
from triage_app.worklist.arrival_records import Arrival, Registration
from triage_app.worklist.arrivals import ArrivalQueue

__all__ = ["Custody", "ReceivedInstance", "Recovered", "digest_of", "split_file"]

logger = logging.getLogger(__name__)

_PREAMBLE = bytes(128) + b"DICM"
_META_START = len(_PREAMBLE) + 12
"""Where (0002,0000) File Meta Information Group Length ends."""
_LEFT_BEHIND = "left behind by an earlier run"


@dataclass(frozen=True, slots=True)
class ReceivedInstance:
    """An instance as it came over the network, not decoded.

    Attributes
    ----------
    sop_class_uid, sop_instance_uid, transfer_syntax_uid : as stated beside the data set
    data_set : encoded in that transfer syntax; bytes, in memory once
    sender : AE title or name of the peer
    """

    sop_class_uid: str
    sop_instance_uid: str
    transfer_syntax_uid: str
    data_set: bytes | memoryview
    sender: str


@dataclass(frozen=True, slots=True)
class Recovered:
    """What was put in order at the start.

    Attributes
    ----------
    halves : files that were half-written, and are gone
    registered : whole files that were not yet in the queue, and are now
    released : claims of programs that have ended
    """

    halves: int
    registered: int
    released: int


def split_file(content: bytes | memoryview, sender: str) -> ReceivedInstance:
    """Take a DICOM file apart without decoding it.

    Raises
    ------
    NotDicomError
        where it has no File Meta Information that names the instance (PS3.10 7.1)
    """
    try:
        meta = read_partial(io.BytesIO(content), stop_when=lambda *_element: True).file_meta
        return ReceivedInstance(
            str(meta.MediaStorageSOPClassUID),
            str(meta.MediaStorageSOPInstanceUID),
            str(meta.TransferSyntaxUID),
            memoryview(content)[_META_START + int(meta.FileMetaInformationGroupLength) :],
            sender,
        )
    except (InvalidDicomError, *MALFORMED_DATA_ERRORS) as error:
        raise NotDicomError("no DICOM file with a whole File Meta Information") from error


def digest_of(instance: ReceivedInstance) -> str:
    """Give the hexadecimal SHA-256 of what was sent, which names its file too."""
    digest = hashlib.sha256(instance.transfer_syntax_uid.encode("ascii", "replace") + b"\0")
    digest.update(instance.data_set)
    return digest.hexdigest()


class Custody:
    """Keeps what comes in: spool and queue together. Its methods may be called from any thread.

    Parameters
    ----------
    spool : where files go
    arrivals : the queue
    """

    def __init__(self, spool: Spool, arrivals: ArrivalQueue) -> None:
        self._spool = spool
        self._arrivals = arrivals
        self._register = _GroupCommit(arrivals.register)
        self._one_at_a_time = _OneAtATime()

    def take(self, instance: ReceivedInstance) -> Registration:
        """Keep an instance; when this returns it survives a power cut.

        Returns
        -------
        Registration
            repeated where the same content was there, which then is not written again

        Raises
        ------
        SpoolFullError
            where the disk is nearly full; nothing was written
        OSError
            where the disk refuses
        StoreUnavailableError
            where the queue cannot be written; the file is registered at the next start
        """
        uid = instance.sop_instance_uid
        digest = digest_of(instance)
        with self._one_at_a_time(uid):
            known = self._arrivals.find([uid]).get(uid)
            if known and known.digest == digest and Path(known.path).is_file():
                return Registration.REPEATED
            self._spool.require_room(len(instance.data_set))
            path = self._spool.path_for(uid, digest)
            self._spool.write((_encode_meta(instance), instance.data_set), path)
            arrival = Arrival(uid, instance.sop_class_uid, str(path), digest, instance.sender)
            registration = self._register(arrival)
        logger.debug("%s: %s", uid, registration)
        return registration

    def recover(self) -> Recovered:
        """Put in order what earlier runs left behind; to be called before anything is received."""
        swept = self._spool.sweep()
        released = sum(self._arrivals.release(owner) for owner in swept.ended_owners)
        # listed before the queue is asked: what another program registers meanwhile is known then
        there = list(self._spool.files())
        known = self._arrivals.known_paths()
        registered = 0
        for path in there:
            if str(path) not in known:
                registered += self._register_file(path)
        self.remove_obsolete()
        return Recovered(swept.halves, registered, released)

    def remove_obsolete(self) -> None:
        """Take away replaced files that nothing stands for any more."""
        paths = self._arrivals.list_obsolete()
        self._arrivals.forget([path for path in paths if self._spool.remove(Path(path))])

    def _register_file(self, path: Path) -> bool:
        """Register a whole file whose sender was perhaps never answered."""
        try:
            instance = split_file(path.read_bytes(), _LEFT_BEHIND)
        except (OSError, NotDicomError):
            logger.warning("a file in the spool is none of ours and is left alone")
            return False
        uid = instance.sop_instance_uid
        digest = digest_of(instance)
        if self._spool.path_for(uid, digest) != path:
            logger.warning("a file in the spool does not hold what its name says; it is left alone")
            return False
        arrival = Arrival(uid, instance.sop_class_uid, str(path), digest, instance.sender)
        self._arrivals.register([arrival])
        return True


def _encode_meta(instance: ReceivedInstance) -> bytes:
    """Give preamble and File Meta Information (PS3.10 7.1)."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = UID(instance.sop_class_uid)
    meta.MediaStorageSOPInstanceUID = UID(instance.sop_instance_uid)
    meta.TransferSyntaxUID = UID(instance.transfer_syntax_uid)
    encoded = DicomBytesIO(_PREAMBLE)
    encoded.seek(0, io.SEEK_END)
    encoded.is_little_endian, encoded.is_implicit_VR = True, False
    write_file_meta_info(encoded, meta, enforce_standard=True)
    return encoded.getvalue()


_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


class _GroupCommit(Generic[_Item, _Result]):
    """Lets threads that wait for the same disk share one transaction.

    While one of them commits, others line up; the next commits for all of these.
    """

    def __init__(self, commit: Callable[[Sequence[_Item]], Sequence[_Result]]) -> None:
        self._commit = commit
        self._waiting: list[tuple[_Item, Future[_Result]]] = []
        self._line = threading.Lock()
        self._committing = threading.Lock()

    def __call__(self, item: _Item) -> _Result:
        future: Future[_Result] = Future()
        with self._line:
            self._waiting.append((item, future))
        with self._committing:
            if not future.done():
                with self._line:
                    group, self._waiting = self._waiting, []
                self._commit_group(group)
        return future.result()

    def _commit_group(self, group: list[tuple[_Item, Future[_Result]]]) -> None:
        try:
            results = self._commit([item for item, _ in group])
        except BaseException as error:
            for _, future in group:
                future.set_exception(error)
            if not isinstance(error, Exception):
                raise
        else:
            for (_, future), result in zip(group, results, strict=True):
                future.set_result(result)


class _OneAtATime:
    """Keeps threads apart that work on the same key."""

    def __init__(self) -> None:
        self._busy: set[str] = set()
        self._changed = threading.Condition()

    @contextmanager
    def __call__(self, key: str) -> Iterator[None]:
        with self._changed:
            self._changed.wait_for(lambda: key not in self._busy)
            self._busy.add(key)
        try:
            yield
        finally:
            with self._changed:
                self._busy.remove(key)
                self._changed.notify_all()
