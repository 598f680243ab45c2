"""What can go wrong, as one tree.

::

    TriageError
    ├── InstanceError              one file; becomes `failed(reason)`, never stops a scan
    │   ├── UnreadableError        the operating system or the parser cannot read it
    │   ├── TruncatedError         the file ends before its data does
    │   ├── DecoderError           no decoder for its transfer syntax, or the decoder refused
    │   ├── PixelDataError         the elements that describe the pixels contradict each other
    │   ├── InstanceMemoryError    the image is larger than the memory allows
    │   └── ScoringError           the model gave something that is not a probability
    ├── NotDicomError              one file; becomes `excluded(not_dicom)`
    ├── ModelError                 a model or its card is refused; the program says which and why
    ├── ResultError                no result can be written of a study; the program says why
    ├── PeerError                  another system cannot be reached, or refused
    ├── SpoolError                 what comes in cannot be kept
    │   └── SpoolFullError         the disk has less room than is to stay free
    └── StoreError                 the worklist database
        ├── StoreUnavailableError  locked, read-only, disk full, out of reach, not a database
        │   └── StoreDamagedError  its pages contradict each other; it can be rebuilt
        └── StoreVersionError      written by a newer program

The sentence of each error is for people: it names the file, what is wrong and what to do.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

__all__ = [
    "DecoderError",
    "FailureReason",
    "InstanceError",
    "InstanceMemoryError",
    "ModelError",
    "NotDicomError",
    "PeerError",
    "PixelDataError",
    "ResultError",
    "ScoringError",
    "SpoolError",
    "SpoolFullError",
    "StoreDamagedError",
    "StoreError",
    "StoreUnavailableError",
    "StoreVersionError",
    "TriageError",
    "TruncatedError",
    "UnreadableError",
]


class FailureReason(StrEnum):
    """Why an instance that should have been scored was not."""

    UNREADABLE = "unreadable"
    TRUNCATED = "truncated"
    DECODER = "decoder"
    PIXEL_DATA = "pixel_data"
    MODEL = "model"
    MEMORY = "memory"
    TIMEOUT = "timeout"


class TriageError(Exception):
    """Base of everything that the program raises on purpose."""


class InstanceError(TriageError):
    """One file could not be scored; `reason` is what its outcome carries."""

    reason: ClassVar[FailureReason]


class UnreadableError(InstanceError):
    """The operating system or the parser cannot read the file."""

    reason = FailureReason.UNREADABLE


class TruncatedError(InstanceError):
    """The file ends before its data does."""

    reason = FailureReason.TRUNCATED


class DecoderError(InstanceError):
    """No decoder is installed for the transfer syntax, or the decoder refused the data."""

    reason = FailureReason.DECODER


class PixelDataError(InstanceError):
    """The elements that describe the pixels are missing or contradict each other."""

    reason = FailureReason.PIXEL_DATA


class InstanceMemoryError(InstanceError):
    """The image is larger than the memory allows."""

    reason = FailureReason.MEMORY


class ScoringError(InstanceError):
    """The model gave something that is not a probability."""

    reason = FailureReason.MODEL


class NotDicomError(TriageError):
    """The file is no DICOM file."""


class ModelError(TriageError):
    """A model or its card is refused."""


class ResultError(TriageError):
    """No result can be written of a study or an instance."""


class PeerError(TriageError):
    """Another system cannot be reached, refuses, or answers with a failure."""


class SpoolError(TriageError):
    """What comes in over the network cannot be kept on disk."""


class SpoolFullError(SpoolError):
    """The disk has less room than the administrator wants to stay free."""


class StoreError(TriageError):
    """The worklist database cannot do what was asked."""


class StoreUnavailableError(StoreError):
    """The database is locked, read-only, damaged, or its disk is full."""


class StoreDamagedError(StoreUnavailableError):
    """The database is damaged: what can still be read of it can be saved into a new one."""


class StoreVersionError(StoreError):
    """The database was written by a newer version of the program."""
