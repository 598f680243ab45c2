"""Reading a header: from the bytes of one file to `InstanceFacts`, without touching the pixels."""

from __future__ import annotations

import io
import logging
import re
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any, BinaryIO

from pydicom import Dataset
from pydicom.errors import InvalidDicomError
from pydicom.filereader import read_partial
from pydicom.multival import MultiValue
from pydicom.tag import BaseTag
from pydicom.valuerep import DA, TM, PersonName

from triage_app.errors import NotDicomError, TruncatedError, UnreadableError
from triage_app.imaging.instance import ImageFacts, InstanceFacts, PatientFacts, StudyFacts
from triage_app.imaging.source import InstanceSource

__all__ = [
    "MALFORMED_DATA_ERRORS",
    "Instance",
    "element_value",
    "read_header_facts",
    "read_instance",
]

logger = logging.getLogger(__name__)

_PREAMBLE_BYTES = 132
_PIXEL_TAGS = frozenset({0x7FE00008, 0x7FE00009, 0x7FE00010})
_FIRST_GROUPS = frozenset({0x0002, 0x0008})
_DAYS_PER_YEAR = 365.25
_AGE_UNITS_IN_YEARS = {"Y": 1.0, "M": 1 / 12, "W": 7 / _DAYS_PER_YEAR, "D": 1 / _DAYS_PER_YEAR}

MALFORMED_DATA_ERRORS = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
)
"""What pydicom raises on data that contradicts the standard, depending on where it does."""


@dataclass(frozen=True, slots=True)
class Instance:
    """One DICOM file whose header was read.

    Attributes
    ----------
    source : where its bytes come from
    facts : what the header says
    header : the data set up to, and without, Pixel Data
    """

    source: InstanceSource
    facts: InstanceFacts
    header: Dataset = field(repr=False, compare=False)


class _WatchedFile(io.BufferedIOBase):
    """A file that remembers how often a read came back short.

    A whole file that holds no Pixel Data is left by pydicom with one short read: the look for a
    next element. A file cut off inside an element or a sequence is left with another one, and
    pydicom says so in a warning only.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.short_reads = 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = self._file.read(-1 if size is None else size)
        if size is not None and len(data) < size:
            self.short_reads += 1
        return data

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True


def read_instance(source: InstanceSource) -> Instance:
    """Read the header of one file and stop before its pixels.

    Files without the preamble of PS3.10 7.1 are read too, as old archives hold them.

    Raises
    ------
    NotDicomError
        where the file is no DICOM file
    UnreadableError
        where it cannot be opened, or its elements cannot be parsed
    TruncatedError
        where it ends inside its header
    """
    pixel_tags: list[int] = []

    def stop_at_pixels(tag: BaseTag, _vr: str | None, _length: int) -> bool:
        if tag in _PIXEL_TAGS:
            pixel_tags.append(int(tag))
            return True
        return False

    with source.open() as file:
        head = file.read(_PREAMBLE_BYTES)
        has_preamble = head[128:132] == b"DICM"
        if not has_preamble and not _starts_like_a_data_set(head):
            raise NotDicomError(_describe_foreign_file(head))
        file.seek(0)
        watched = _WatchedFile(file)
        try:
            header = read_partial(watched, stop_when=stop_at_pixels, force=True)  # type: ignore[arg-type]
        except zlib.error as error:
            raise TruncatedError(
                f"{source.path}: its deflated data set cannot be unpacked ({error}); "
                "fetch the file again."
            ) from error
        except (InvalidDicomError, *MALFORMED_DATA_ERRORS) as error:
            raise UnreadableError(
                f"{source.path}: its data set cannot be parsed ({error}); fetch the file again."
            ) from error
    facts = read_header_facts(header, path=source.path, has_pixel_data=bool(pixel_tags))
    if not has_preamble and not facts.sop_class_uid and not facts.image.rows:
        raise NotDicomError("no DICM marker, no SOP Class UID and no image")
    if not pixel_tags and (watched.short_reads > 1 or not header):
        raise TruncatedError(
            f"{source.path}: ends inside its header, before any Pixel Data; fetch the file again."
        )
    return Instance(source=source, facts=facts, header=header)


def _starts_like_a_data_set(head: bytes) -> bool:
    """Tell whether the first element could be one of group 0002 or 0008 (PS3.5 7.1)."""
    if len(head) < 8:
        return False
    for order in "<>":
        group, element = struct.unpack(f"{order}HH", head[:4])
        if group in _FIRST_GROUPS and element <= 0x9999:
            is_explicit = head[4:6].isalpha() and head[4:6].isupper()
            length = struct.unpack("<L", head[4:8])[0]
            if is_explicit or (order == "<" and length <= 1024):
                return True
    return False


def _describe_foreign_file(head: bytes) -> str:
    if not head:
        return "the file is empty"
    kinds = {
        b"%PDF": "a PDF document",
        b"\x89PNG": "a PNG picture",
        b"\xff\xd8\xff": "a JPEG picture",
        b"PK\x03\x04": "a zip archive",
        b"{\\rtf": "an RTF document",
    }
    for magic, kind in kinds.items():
        if head.startswith(magic):
            return f"{kind}, not DICOM"
    return "no DICM marker and no DICOM data set"


def read_header_facts(header: Dataset, *, path: str, has_pixel_data: bool) -> InstanceFacts:
    """Take the facts from a data set; a malformed element counts as absent.

    Parameters
    ----------
    header : a data set, with its file meta information where it has one
    path : where it was read from
    has_pixel_data : whether Pixel Data follows
    """
    meta = getattr(header, "file_meta", None) or Dataset()
    study_date = _date(header, "StudyDate")
    return InstanceFacts(
        path=path,
        sop_class_uid=_text(header, "SOPClassUID") or _text(meta, "MediaStorageSOPClassUID"),
        sop_instance_uid=(
            _text(header, "SOPInstanceUID") or _text(meta, "MediaStorageSOPInstanceUID")
        ),
        transfer_syntax_uid=_text(meta, "TransferSyntaxUID"),
        patient=_patient_facts(header, study_date),
        study=StudyFacts(
            study_instance_uid=_text(header, "StudyInstanceUID"),
            series_instance_uid=_text(header, "SeriesInstanceUID"),
            accession_number=_text(header, "AccessionNumber"),
            study_date=study_date,
            study_time=_time(header, "StudyTime"),
            study_description=_text(header, "StudyDescription"),
            series_description=_text(header, "SeriesDescription"),
            series_number=_whole_number(header, "SeriesNumber"),
        ),
        image=_image_facts(header, has_pixel_data),
    )


def _patient_facts(header: Dataset, study_date: date | None) -> PatientFacts:
    birth_date = _date(header, "PatientBirthDate")
    return PatientFacts(
        name=_person_name(header),
        patient_id=_text(header, "PatientID"),
        birth_date=birth_date,
        age_years=_age_years(_text(header, "PatientAge"), birth_date, study_date),
        sex=_text(header, "PatientSex").upper(),
    )


def _image_facts(header: Dataset, has_pixel_data: bool) -> ImageFacts:
    spacing, is_at_detector = _pixel_spacing(header)
    return ImageFacts(
        modality=_text(header, "Modality").upper(),
        body_part=(
            _text(header, "BodyPartExamined") or _code_meaning(header, "AnatomicRegionSequence")
        ).upper(),
        view_position=(
            _text(header, "ViewPosition").upper()
            or _view_from_meaning(_code_meaning(header, "ViewCodeSequence"))
        ),
        laterality=(_text(header, "ImageLaterality") or _text(header, "Laterality")).upper(),
        photometric_interpretation=_text(header, "PhotometricInterpretation").upper(),
        rows=_whole_number(header, "Rows") or 0,
        columns=_whole_number(header, "Columns") or 0,
        bits_allocated=_whole_number(header, "BitsAllocated") or 0,
        bits_stored=_whole_number(header, "BitsStored") or 0,
        samples_per_pixel=_whole_number(header, "SamplesPerPixel") or 0,
        number_of_frames=_whole_number(header, "NumberOfFrames") or 1,
        has_pixel_data=has_pixel_data,
        is_lossy_compressed=_text(header, "LossyImageCompression") == "01",
        has_burned_in_annotation=_text(header, "BurnedInAnnotation").upper() == "YES",
        pixel_spacing_mm=spacing,
        is_spacing_at_detector=is_at_detector,
        instance_number=_whole_number(header, "InstanceNumber"),
    )


def element_value(header: Dataset, keyword: str) -> Any:
    """Give an element's value; None where it is absent, empty, or cannot be parsed."""
    try:
        value = header.get(keyword)
    except MALFORMED_DATA_ERRORS:
        logger.debug("%s is malformed and counts as absent", keyword)
        return None
    return None if value == "" else value


def _converted(header: Dataset, keyword: str, convert: Callable[[Any], Any]) -> Any:
    """Convert the first value of an element; None where it is absent, empty or malformed."""
    value = element_value(header, keyword)
    if isinstance(value, MultiValue):
        value = value[0] if len(value) else None
    try:
        return None if value is None or value == "" else convert(value)
    except MALFORMED_DATA_ERRORS:
        logger.debug("%s is malformed and counts as absent", keyword)
        return None


def _text(header: Dataset, keyword: str) -> str:
    return _converted(header, keyword, lambda value: str(value).strip(" \0")) or ""


def _whole_number(header: Dataset, keyword: str) -> int | None:
    number: int | None = _converted(header, keyword, lambda value: int(float(value)))
    return number


def _date(header: Dataset, keyword: str) -> date | None:
    day = _converted(header, keyword, lambda value: DA(str(value).strip().replace(".", "")))
    return date(day.year, day.month, day.day) if day else None


def _time(header: Dataset, keyword: str) -> time | None:
    moment = _converted(header, keyword, lambda value: TM(str(value).strip().replace(":", "")))
    return time(moment.hour, moment.minute, moment.second) if moment else None


def _person_name(header: Dataset) -> str:
    """Give "Family, Given Middle", with the ideographic group behind it (PS3.5 6.2.1.1)."""

    def readable(value: Any) -> str:
        name = value if isinstance(value, PersonName) else PersonName(str(value))
        given = " ".join(part for part in (name.given_name, name.middle_name) if part)
        alphabetic = ", ".join(part.strip() for part in (name.family_name, given) if part.strip())
        ideographic = " ".join(part for part in name.ideographic.split("^") if part)
        return (
            f"{alphabetic} ({ideographic})"
            if alphabetic and ideographic
            else (alphabetic or ideographic)
        )

    return _converted(header, "PatientName", readable) or ""


def _age_years(age: str, birth_date: date | None, study_date: date | None) -> float | None:
    """Give the age at the study in years, from (0010,1010) (PS3.5 6.2, VR AS) or two dates."""
    match = re.fullmatch(r"(\d{1,3})\s*([DWMY])", age.strip().upper())
    if match:
        return int(match[1]) * _AGE_UNITS_IN_YEARS[match[2]]
    if birth_date and study_date and birth_date <= study_date:
        return (study_date - birth_date).days / _DAYS_PER_YEAR
    return None


def _code_meaning(header: Dataset, keyword: str) -> str:
    def meaning(item: Any) -> str:
        return str(item.get("CodeMeaning", "")).strip()

    items = element_value(header, keyword)
    try:
        return meaning(items[0]) if items else ""
    except MALFORMED_DATA_ERRORS:
        return ""


def _view_from_meaning(meaning: str) -> str:
    """Turn the meaning of a view code (PS3.16 CID 4010) into the defined terms of (0018,5101)."""
    letters = re.sub(r"[^a-z]", "", meaning.lower())
    if "posteroanterior" in letters:
        return "PA"
    if "anteroposterior" in letters:
        return "AP"
    return meaning.upper()


def _pixel_spacing(header: Dataset) -> tuple[tuple[float, float] | None, bool]:
    """Give the spacing in the patient where it is known, else at the detector (PS3.3 10.7.1.3)."""
    for keyword, is_at_detector in (("PixelSpacing", False), ("ImagerPixelSpacing", True)):
        values = element_value(header, keyword)
        if isinstance(values, MultiValue) and len(values) == 2:
            spacing = (float(values[0]), float(values[1]))
            if spacing[0] > 0 and spacing[1] > 0:
                return spacing, is_at_detector
    return None, False
