"""What there is to send: the files of a path, each with what a queue must know of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from pydicom import Dataset, dcmread
from pydicom.errors import InvalidDicomError
from pydicom.uid import MediaStorageDirectoryStorage

from triage_app.errors import NotDicomError, TriageError
from triage_app.imaging.elements import MALFORMED_DATA_ERRORS, text_value
from triage_app.imaging.source import InstanceSource
from triage_app.intake.files import Settled, find_sources
from triage_app.triage.outcome import Failed
from triage_app.worklist.delivery_records import Outgoing

__all__ = ["Unsendable", "find_outgoing", "read_outgoing"]

_IDENTITY = ["SOPClassUID", "SOPInstanceUID", "StudyInstanceUID"]
_CHUNK_BYTES = 1024 * 1024


class Unsendable:
    """A file that is not queued, with the sentence that says why.

    Attributes
    ----------
    sentence : for people
    is_failure : whether it should have been sent; not a file that is no DICOM instance
    """

    __slots__ = ("is_failure", "sentence")

    def __init__(self, sentence: str, *, is_failure: bool) -> None:
        self.sentence = sentence
        self.is_failure = is_failure


def find_outgoing(paths: Iterable[Path]) -> Iterator[Outgoing | Unsendable]:
    """Walk files, folders, zip archives and a DICOMDIR, and give every instance.

    Yields
    ------
    Outgoing or Unsendable
        one for each file, so that nothing is passed over in silence
    """
    for source in find_sources([Path(path).absolute() for path in paths]):
        if isinstance(source, Settled):
            is_failure = isinstance(source.outcome, Failed)
            said = source.outcome.detail if isinstance(source.outcome, Failed) else ""
            yield Unsendable(said or f"{source.path}: is no DICOM file.", is_failure=is_failure)
            continue
        try:
            yield read_outgoing(source)
        except NotDicomError as error:
            yield Unsendable(str(error), is_failure=False)
        except TriageError as error:
            yield Unsendable(str(error), is_failure=True)


def read_outgoing(source: InstanceSource) -> Outgoing:
    """Read which instance a file holds, and the digest of its bytes.

    Raises
    ------
    NotDicomError
        where it is no DICOM file, or a directory of others
    TriageError
        where it cannot be read, or does not say which instance it is
    """
    with source.open() as file:
        try:
            header = dcmread(file, specific_tags=list(_IDENTITY), stop_before_pixels=True)
        except InvalidDicomError as error:
            raise NotDicomError(f"{source.path}: is no DICOM file.") from error
        except (OSError, *MALFORMED_DATA_ERRORS) as error:
            raise TriageError(
                f"{source.path}: its header cannot be read; fetch it again."
            ) from error
        digest = _digest(file, source.path)
    return _identify(header, source.path, digest)


def _identify(header: Dataset, path: str, digest: str) -> Outgoing:
    meta = header.file_meta
    uid, sop_class = text_value(header, "SOPInstanceUID"), text_value(header, "SOPClassUID")
    if text_value(meta, "MediaStorageSOPClassUID") == MediaStorageDirectoryStorage:
        raise NotDicomError(f"{path}: is a DICOMDIR, which lists instances and is none.")
    syntax = text_value(meta, "TransferSyntaxUID")
    study = text_value(header, "StudyInstanceUID")
    if not (uid and sop_class and syntax and study):
        raise TriageError(
            f"{path}: does not say which instance it is (SOP Class, SOP Instance, Study Instance "
            "and Transfer Syntax UID are needed); fetch it again."
        )
    if text_value(meta, "MediaStorageSOPInstanceUID") not in ("", uid) or text_value(
        meta, "MediaStorageSOPClassUID"
    ) not in ("", sop_class):
        raise TriageError(
            f"{path}: its File Meta Information names another instance than its data set; "
            "fetch it again."
        )
    return Outgoing(uid, sop_class, syntax, study, path, digest)


def _digest(file: BinaryIO, path: str) -> str:
    digest = hashlib.sha256()
    try:
        file.seek(0)
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    except OSError as error:
        raise TriageError(f"{path}: cannot be read ({error.strerror or error}).") from error
    return digest.hexdigest()
