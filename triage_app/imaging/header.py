"""Reading a header: from the bytes of one file to `InstanceFacts`, without touching the pixels."""

from __future__ import annotations

import io
import math
import re
import struct
import zlib
from dataclasses import dataclass, field
from datetime import date
from typing import Any, BinaryIO

from pydicom import Dataset
from pydicom.errors import InvalidDicomError
from pydicom.filereader import read_partial
from pydicom.tag import BaseTag
from pydicom.valuerep import PersonName

from triage_app.errors import (
    InstanceMemoryError,
    NotDicomError,
    TruncatedError,
    UnreadableError,
)
from triage_app.imaging.elements import (
    MALFORMED_DATA_ERRORS,
    converted_value,
    date_value,
    element_value,
    text_value,
    time_value,
    whole_number,
)
from triage_app.imaging.instance import ImageFacts, InstanceFacts, PatientFacts, StudyFacts
from triage_app.imaging.source import InstanceSource

__all__ = [
    "MALFORMED_DATA_ERRORS",
    "Instance",
    "element_value",
    "read_header_facts",
    "read_instance",
]

LARGEST_INFLATED_BYTES = 256 * 1024**2
"""More than any deflated radiograph unpacks to; deflated files are read into memory whole."""

_INFLATION_STEP_BYTES = 4 * 1024**2
_PREAMBLE_BYTES = 132
_PIXEL_TAGS = frozenset({0x7FE00008, 0x7FE00009, 0x7FE00010})
_FIRST_GROUPS = frozenset({0x0002, 0x0008})
_DAYS_PER_YEAR = 365.25
_OLDEST_YEARS = 150
_AGE_UNITS_IN_YEARS = {"Y": 1.0, "M": 1 / 12, "W": 7 / _DAYS_PER_YEAR, "D": 1 / _DAYS_PER_YEAR}

# Codes of SNOMED CT and of the older SRT that PS3.16 CID 4010 and CID 4031 give, and the defined
# terms of (0018,5101) and (0018,0015) that mean the same; a meaning may stand in any language.
_CODED_TERMS = {
    "272479007": "PA",
    "R-10214": "PA",
    "R-40888": "PA",
    "399348003": "AP",
    "R-10206": "AP",
    "399173006": "LL",
    "R-10236": "LL",
    "399198007": "RL",
    "R-10232": "RL",
    "51185008": "CHEST",
    "816094009": "CHEST",
    "T-D3000": "CHEST",
}
_VIEW_MEANINGS = {"posteroanterior": "PA", "anteroposterior": "AP"}


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
    """A file that remembers whether it ended in the middle, and that unpacks within measure.

    A whole file that holds no Pixel Data is left by pydicom with one read that gives nothing: the
    look for a next element. A file cut off inside an element or a sequence is left with a part of
    what was asked for, or with another such read, and pydicom says so in a warning only. pydicom
    reads all that is left at once only to inflate it.
    """

    def __init__(self, file: BinaryIO, path: str) -> None:
        self._file = file
        self._path = path
        self._empty_reads = 0
        self._has_partial_read = False

    @property
    def ends_early(self) -> bool:
        """Whether more was asked for than the file held, apart from a next element."""
        return self._has_partial_read or self._empty_reads > 1

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0:
            data = self._file.read()
            _refuse_inflation(data, self._path)
            return data
        data = self._file.read(size)
        self._empty_reads += not data and size > 0
        self._has_partial_read |= 0 < len(data) < size
        return data

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True


def _refuse_inflation(deflated: bytes, path: str) -> None:
    """Refuse a deflated data set (PS3.5 annex A.5) that would fill the memory."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    size, rest = 0, deflated
    while rest and not inflater.eof:
        size += len(inflater.decompress(rest, _INFLATION_STEP_BYTES))
        rest = inflater.unconsumed_tail
        if size > LARGEST_INFLATED_BYTES:
            raise InstanceMemoryError(
                f"{path}: its deflated data set unpacks to more than the "
                f"{LARGEST_INFLATED_BYTES:,} bytes that are read; check where it comes from."
            )


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
    InstanceMemoryError
        where its deflated data set unpacks beyond all measure
    """
    pixel_tags: list[int] = []

    def stop_at_pixels(tag: BaseTag, _vr: str | None, _length: int) -> bool:
        if tag in _PIXEL_TAGS:
            pixel_tags.append(int(tag))
            return True
        return False

    with source.open() as file:
        watched = _WatchedFile(file, source.path)
        try:
            head = file.read(_PREAMBLE_BYTES)
            has_preamble = head[128:132] == b"DICM"
            if not has_preamble and not _starts_like_a_data_set(head):
                raise NotDicomError(_describe_foreign_file(head))
            file.seek(0)
            header = read_partial(watched, stop_when=stop_at_pixels, force=True)  # type: ignore[arg-type]
        except (zlib.error, OSError, InvalidDicomError, *MALFORMED_DATA_ERRORS) as error:
            raise _explain(error, watched, source) from error
    facts = read_header_facts(header, path=source.path, has_pixel_data=bool(pixel_tags))
    if not has_preamble and not facts.sop_class_uid and not facts.image.rows:
        raise NotDicomError("no DICM marker, no SOP Class UID and no image")
    if not pixel_tags and (watched.ends_early or not header):
        raise _ends_in_header(source)
    return Instance(source=source, facts=facts, header=header)


def _explain(
    error: Exception, watched: _WatchedFile, source: InstanceSource
) -> TruncatedError | UnreadableError:
    if isinstance(error, zlib.error):
        return TruncatedError(
            f"{source.path}: its deflated data set cannot be unpacked ({error}); "
            "fetch the file again."
        )
    if isinstance(error, OSError) and error.errno is not None:  # pydicom's own have no number
        return UnreadableError(
            f"{source.path}: cannot be read ({error.strerror}); "
            "check the disk or the network that it lies on."
        )
    if watched.ends_early:
        return _ends_in_header(source)
    return UnreadableError(
        f"{source.path}: its data set cannot be parsed ({type(error).__name__}); "
        "fetch the file again."
    )


def _ends_in_header(source: InstanceSource) -> TruncatedError:
    return TruncatedError(
        f"{source.path}: ends inside its header, before any Pixel Data; fetch the file again."
    )


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
    study_date = date_value(header, "StudyDate")
    return InstanceFacts(
        path=path,
        sop_class_uid=text_value(header, "SOPClassUID")
        or text_value(meta, "MediaStorageSOPClassUID"),
        sop_instance_uid=(
            text_value(header, "SOPInstanceUID") or text_value(meta, "MediaStorageSOPInstanceUID")
        ),
        transfer_syntax_uid=text_value(meta, "TransferSyntaxUID"),
        patient=_patient_facts(header, study_date),
        study=StudyFacts(
            study_instance_uid=text_value(header, "StudyInstanceUID"),
            series_instance_uid=text_value(header, "SeriesInstanceUID"),
            accession_number=text_value(header, "AccessionNumber"),
            study_date=study_date,
            study_time=time_value(header, "StudyTime"),
            study_description=text_value(header, "StudyDescription"),
            series_description=text_value(header, "SeriesDescription"),
            series_number=whole_number(header, "SeriesNumber"),
            requested_priority=_requested_priority(header),
        ),
        image=_image_facts(header, has_pixel_data),
    )


def _patient_facts(header: Dataset, study_date: date | None) -> PatientFacts:
    birth_date = date_value(header, "PatientBirthDate")
    return PatientFacts(
        name=_person_name(header),
        patient_id=text_value(header, "PatientID"),
        birth_date=birth_date,
        age_years=_age_years(text_value(header, "PatientAge"), birth_date, study_date),
        sex=text_value(header, "PatientSex").upper(),
    )


def _image_facts(header: Dataset, has_pixel_data: bool) -> ImageFacts:
    spacing, is_at_detector = _pixel_spacing(header)
    return ImageFacts(
        modality=text_value(header, "Modality").upper(),
        body_part=(
            text_value(header, "BodyPartExamined") or _coded_term(header, "AnatomicRegionSequence")
        ).upper(),
        view_position=(
            text_value(header, "ViewPosition") or _coded_term(header, "ViewCodeSequence")
        ).upper(),
        laterality=(
            text_value(header, "ImageLaterality") or text_value(header, "Laterality")
        ).upper(),
        photometric_interpretation=text_value(header, "PhotometricInterpretation").upper(),
        rows=whole_number(header, "Rows") or 0,
        columns=whole_number(header, "Columns") or 0,
        bits_allocated=whole_number(header, "BitsAllocated") or 0,
        bits_stored=whole_number(header, "BitsStored") or 0,
        samples_per_pixel=whole_number(header, "SamplesPerPixel") or 0,
        number_of_frames=whole_number(header, "NumberOfFrames") or 1,
        has_pixel_data=has_pixel_data,
        is_lossy_compressed=text_value(header, "LossyImageCompression") == "01",
        has_burned_in_annotation=text_value(header, "BurnedInAnnotation").upper() == "YES",
        pixel_spacing_mm=spacing,
        is_spacing_at_detector=is_at_detector,
        instance_number=whole_number(header, "InstanceNumber"),
        manufacturer=text_value(header, "Manufacturer"),
        manufacturer_model=text_value(header, "ManufacturerModelName"),
        station_name=text_value(header, "StationName"),
    )


def _requested_priority(header: Dataset) -> str:
    """Give the priority of the request where the modality copied it (PS3.3 C.4.11)."""
    priority = text_value(header, "RequestedProcedurePriority")
    return (priority or text_value(header, "StudyPriorityID")).upper()


def _person_name(header: Dataset) -> str:
    """Give "Family, Given Middle", with the ideographic group behind it (PS3.5 6.2.1.1)."""

    def readable(value: Any) -> str:
        name = value if isinstance(value, PersonName) else PersonName(str(value))
        given = " ".join(part for part in (name.given_name, name.middle_name) if part)
        alphabetic = ", ".join(part.strip() for part in (name.family_name, given) if part.strip())
        ideographic = " ".join(part for part in name.ideographic.split("^") if part)
        if alphabetic and ideographic:
            return f"{alphabetic} ({ideographic})"
        phonetic = " ".join(part for part in name.phonetic.split("^") if part)
        return alphabetic or ideographic or phonetic

    return converted_value(header, "PatientName", readable) or ""


def _age_years(age: str, birth_date: date | None, study_date: date | None) -> float | None:
    """Give the age at the study in years, from (0010,1010) (PS3.5 6.2, VR AS) or two dates.

    An age of 0 years, months or weeks, or above 150 years, is a filler as anonymisers write it, and
    counts as not stated.
    """
    match = re.fullmatch(r"(\d{1,3})\s*([DWMY])", age.strip().upper(), re.ASCII)
    if match:
        years = int(match[1]) * _AGE_UNITS_IN_YEARS[match[2]]
        if (years > 0 or match[2] == "D") and years <= _OLDEST_YEARS:
            return years
    if birth_date and study_date and birth_date <= study_date:
        years = _years_between(birth_date, study_date)
        return years if years <= _OLDEST_YEARS else None
    return None


def _years_between(birth_date: date, day: date) -> float:
    """Count calendar years and the days from this year's birthday: whole on every birthday."""
    if (birth_date.month, birth_date.day) == (2, 29):
        birthday = date(day.year, 3, 1)
    else:
        birthday = birth_date.replace(year=day.year)
    # Divided by a little more than a year, so that the day before a birthday stays below it.
    years = day.year - birth_date.year + (day - birthday).days / (_DAYS_PER_YEAR + 1)
    return max(0.0, years)


def _coded_term(header: Dataset, keyword: str) -> str:
    """Give the defined term that the first code means, else the code's meaning as it stands."""
    items = element_value(header, keyword)
    try:
        item = items[0] if items else Dataset()
        value, meaning = text_value(item, "CodeValue"), text_value(item, "CodeMeaning")
    except MALFORMED_DATA_ERRORS:
        return ""
    # "postero-anterior oblique" is another view than "postero-anterior".
    letters = re.sub(r"[^a-z]", "", meaning.lower())
    return _CODED_TERMS.get(value) or _VIEW_MEANINGS.get(letters) or meaning


def _pixel_spacing(header: Dataset) -> tuple[tuple[float, float] | None, bool]:
    """Give the spacing in the patient where it is known, else at the detector (PS3.3 10.7.1.3)."""
    for keyword, is_at_detector in (("PixelSpacing", False), ("ImagerPixelSpacing", True)):
        values = element_value(header, keyword)
        try:
            row_mm, column_mm = (float(value) for value in values or ())
        except MALFORMED_DATA_ERRORS:
            continue
        if all(math.isfinite(spacing) and spacing > 0 for spacing in (row_mm, column_mm)):
            return (row_mm, column_mm), is_at_detector
    return None, False
