"""An instance in another transfer syntax, without the loss of a bit; never compressed."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from pydicom import DataElement, Dataset, dcmread
from pydicom.errors import InvalidDicomError
from pydicom.uid import UID, ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from triage_app.errors import PixelDataError, ResultError, TriageError
from triage_app.imaging.decoders import NATIVE_SYNTAXES, syntax_name
from triage_app.imaging.elements import MALFORMED_DATA_ERRORS, text_value, whole_number
from triage_app.imaging.header import read_instance
from triage_app.imaging.pixels import read_stored_values
from triage_app.imaging.source import InstanceSource

__all__ = ["FALLBACK_SYNTAXES", "choose_syntax", "convert"]

FALLBACK_SYNTAXES = (str(ExplicitVRLittleEndian), str(ImplicitVRLittleEndian))
"""What is offered beside the syntax of the file, in the order of preference (PS3.5 10.1)."""

_GREY = ("MONOCHROME1", "MONOCHROME2")
_WORD_BYTES = {"OW": 2, "OF": 4, "OL": 4, "OD": 8, "OV": 8}


def choose_syntax(stored: str, accepted: Iterable[str]) -> str | None:
    """Choose what to send an instance in: as it is stored where that is taken.

    Parameters
    ----------
    stored : transfer syntax of the file
    accepted : by the peer, for its SOP class

    Returns
    -------
    str or None
        None where the peer takes none that can be made without loss
    """
    taken = set(accepted)
    return next((uid for uid in (stored, *FALLBACK_SYNTAXES) if uid in taken), None)


def convert(source: InstanceSource, stored: str, wanted: str) -> Dataset:
    """Read an instance and give it in an uncompressed transfer syntax.

    Parameters
    ----------
    stored : transfer syntax of the file
    wanted : one of `FALLBACK_SYNTAXES`

    Returns
    -------
    Dataset
        ready to be written; its UID stays, because no value of an attribute or pixel changed

    Raises
    ------
    ResultError
        where the image cannot be decoded without loss
    InstanceError
        where the file cannot be read
    """
    if wanted not in FALLBACK_SYNTAXES:
        raise ValueError(f"expected one of {FALLBACK_SYNTAXES}, received {wanted!r}")
    try:
        with source.open() as file:
            read = dcmread(file)
            if stored not in NATIVE_SYNTAXES and "PixelData" in read:
                _decompress(read, source)
            elif stored == ExplicitVRBigEndian:
                read.walk(_swap)
            for _element in read.iterall():
                pass  # parsed now: what is kept raw would be written as it was encoded
        dataset = Dataset()
        dataset.update(read)
        dataset.file_meta = read.file_meta
        dataset.file_meta.TransferSyntaxUID = UID(wanted)
    except TriageError:
        raise
    except (InvalidDicomError, OSError, RuntimeError, *MALFORMED_DATA_ERRORS) as error:
        raise ResultError(
            f"{source.path}: cannot be turned from {syntax_name(stored)} into "
            f"{syntax_name(wanted)}, and the peer takes no other; send it by a program that can."
        ) from error
    return dataset


def _decompress(dataset: Dataset, source: InstanceSource) -> None:
    if text_value(dataset, "PhotometricInterpretation") not in _GREY:
        # of colour, and of palettes; (0028,0004) is set to what comes out
        dataset.decompress(as_rgb=False, generate_instance_uid=False)
        return
    bits_allocated = whole_number(dataset, "BitsAllocated")
    if bits_allocated not in (8, 16, 32):
        raise PixelDataError(f"{source.path}: its (0028,0100) Bits Allocated is not 8, 16 or 32.")
    instance = read_instance(source)
    form = np.dtype(f"<u{bits_allocated // 8}")
    # PS3.5 8.1.1: the stored bits end at High Bit
    low_bit = (
        (whole_number(dataset, "HighBit") or 0) + 1 - (whole_number(dataset, "BitsStored") or 0)
    )
    pixels = b"".join(
        (read_stored_values(instance, frame) << max(0, low_bit)).astype(form).tobytes()
        for frame in range(whole_number(dataset, "NumberOfFrames") or 1)
    )
    dataset["PixelData"] = DataElement("PixelData", "OW", pixels + bytes(len(pixels) % 2))
    for keyword in ("ExtendedOffsetTable", "ExtendedOffsetTableLengths"):
        if keyword in dataset:
            del dataset[keyword]


def _swap(_dataset: Dataset, element: DataElement) -> None:
    """Turn the words of a value that pydicom leaves as bytes (PS3.5 7.3)."""
    size = _WORD_BYTES.get(element.VR)
    if size is not None and isinstance(element.value, bytes):
        element.value = np.frombuffer(element.value, f">u{size}").astype(f"<u{size}").tobytes()
