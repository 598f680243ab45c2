"""What a header says, read from whatever makers, anonymisers and broken transfers left of it."""

from __future__ import annotations

import io
import logging
import pickle
import subprocess
import sys
import zlib
from datetime import date, time
from typing import TYPE_CHECKING, Any

import pytest
from pydicom import Dataset, dcmread
from pydicom.dataelem import DataElement
from pydicom.sequence import Sequence
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from tests.imaging.corpora import pydicom_file
from triage_app.errors import (
    InstanceMemoryError,
    NotDicomError,
    TruncatedError,
    UnreadableError,
)
from triage_app.imaging import header as header_module
from triage_app.imaging.header import read_header_facts, read_instance
from triage_app.imaging.source import FileSource

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import InstanceFactory
    from triage_app.imaging.instance import InstanceFacts


def read_facts(path: Path) -> InstanceFacts:
    return read_instance(FileSource(path)).facts


def facts_of(**elements: Any) -> InstanceFacts:
    """Give the facts of a data set that holds these elements and no others."""
    header = Dataset()
    for keyword, value in elements.items():
        setattr(header, keyword, value)
    return read_header_facts(header, path="x.dcm", has_pixel_data=True)


def age_of(age: str, birth: str = "", study: str = "") -> float | None:
    return facts_of(PatientAge=age, PatientBirthDate=birth, StudyDate=study).patient.age_years


# Names in the character sets of PS3.5 annexes H, I and J, as those annexes spell them.
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("chrArab.dcm", "قباني, لنزار"),
        ("chrFren.dcm", "Buc, Jérôme"),
        ("chrFrenMulti.dcm", "Buc, Jérôme"),
        ("chrGerm.dcm", "Äneas, Rüdiger"),
        ("chrGreek.dcm", "Διονυσιος"),
        ("chrH31.dcm", "Yamada, Tarou (山田 太郎)"),
        ("chrH32.dcm", "ﾔﾏﾀﾞ, ﾀﾛｳ (山田 太郎)"),
        ("chrHbrw.dcm", "שרון, דבורה"),
        ("chrI2.dcm", "Hong, Gildong (洪 吉洞)"),
        ("chrJapMulti.dcm", "やまだ, たろう"),
        ("chrJapMultiExplicitIR6.dcm", "やまだ, たろう"),
        ("chrKoreanMulti.dcm", "김희중"),
        ("chrRuss.dcm", "Люкceмбypг"),
        ("chrX1.dcm", "Wang, XiaoDong (王 小東)"),
        ("chrX2.dcm", "Wang, XiaoDong (王 小东)"),
    ],
)
def test_a_name_is_read_in_its_character_set(name: str, expected: str) -> None:
    assert read_facts(pydicom_file(name)).patient.name == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Doe^John^Q^Dr^Jr", "Doe, John Q"),
        ("Doe^John", "Doe, John"),
        ("Doe", "Doe"),
        ("^John", "John"),
        ("Doe^^Q", "Doe, Q"),
        ("DOE, JOHN", "DOE, JOHN"),
        (" Doe ^ John ", "Doe, John"),
        ("=山田^太郎", "山田 太郎"),
        ("==やまだ^たろう", "やまだ たろう"),
        ("^^^^", ""),
        ("", ""),
    ],
)
def test_a_name_is_given_as_people_read_it(value: str, expected: str) -> None:
    assert facts_of(PatientName=value).patient.name == expected


@pytest.mark.parametrize(
    ("age", "years"),
    [
        ("003Y", 3.0),
        ("22Y", 22.0),
        ("5Y", 5.0),
        (" 007Y ", 7.0),
        ("003y", 3.0),
        ("018M", 1.5),
        ("052W", 364 / 365.25),
        ("000D", 0.0),
        ("010D", 10 / 365.25),
        ("120Y", 120.0),
        # Fillers of anonymisers, and what is no age at all (PS3.5 6.2, VR AS).
        ("000Y", None),
        ("000M", None),
        ("000W", None),
        ("999Y", None),
        ("Y003", None),
        ("3", None),
        ("-03Y", None),
        ("3.5Y", None),
        ("\u0663Y", None),
        ("ANON", None),
        ("", None),
    ],
)
def test_an_age_is_read_in_years(age: str, years: float | None) -> None:
    assert age_of(age) == (None if years is None else pytest.approx(years))


@pytest.mark.parametrize(
    ("birth", "study", "lowest", "highest"),
    [
        ("20180301", "20240301", 6.0, 6.0),  # on the birthday
        ("20180301", "20240229", 5.99, 5.9999),  # the day before
        ("20170301", "20230301", 6.0, 6.0),  # no leap day more or less moves it
        ("20200229", "20230228", 2.99, 2.9999),  # born on a leap day
        ("20200229", "20230301", 3.0, 3.0),
        ("20240301", "20240301", 0.0, 0.0),
        ("20200229", "20200229", 0.0, 0.0),
        ("20231231", "20240101", 0.001, 0.01),
        ("20180601", "20240501", 5.9, 5.93),
        ("20240301", "20240901", 0.49, 0.52),
        ("19400305", "20040826", 64.4, 64.5),
    ],
)
def test_without_an_age_the_two_dates_give_it(
    birth: str, study: str, lowest: float, highest: float
) -> None:
    years = age_of("", birth, study)
    assert years is not None
    assert lowest <= years <= highest


@pytest.mark.parametrize("age", ["000Y", "ANON", "999Y"])
def test_two_dates_are_believed_before_a_filler(age: str) -> None:
    assert age_of(age, "20200301", "20240301") == 4.0


def test_a_stated_age_is_believed_before_two_dates() -> None:
    assert age_of("005Y", "19000101", "20240301") == 5.0


@pytest.mark.parametrize(
    ("birth", "study"),
    [("20240302", "20240301"), ("", "20240301"), ("20240301", ""), ("18000101", "20240301")],
    ids=["born after the study", "no birth", "no study", "224 years"],
)
def test_dates_that_make_no_age_give_none(birth: str, study: str) -> None:
    assert age_of("", birth, study) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("20240305", date(2024, 3, 5)),
        ("2024.03.05", date(2024, 3, 5)),
        ("2024-03-05", date(2024, 3, 5)),
        ("20240305 ", date(2024, 3, 5)),
        ("20240229", date(2024, 2, 29)),
        ("20230229", None),
        ("20241305", None),
        ("20240305-20240306", None),
        ("2024.0305", None),
        ("240305", None),
        ("00000000", None),
        ("٢٠٢٤٠٣٠٥", None),
        ("unknown", None),
    ],
)
def test_a_date_is_read_in_its_old_forms_too(value: str, expected: date | None) -> None:
    assert facts_of(StudyDate=value).study.study_date == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("093005", time(9, 30, 5)),
        ("093005.123456", time(9, 30, 5)),
        ("0930", time(9, 30)),
        ("09", time(9)),
        ("09:30:05", time(9, 30, 5)),
        ("09:30:05.5", time(9, 30, 5)),
        ("235960", time(23, 59, 59)),
        ("000000", time(0)),
        ("240000", None),
        ("096005", None),
        ("93005", None),
        ("noon", None),
    ],
)
def test_a_time_is_read_to_the_second(value: str, expected: time | None) -> None:
    assert facts_of(StudyTime=value).study.study_time == expected


def coded(value: str, meaning: str) -> Sequence:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, "SCT", meaning
    return Sequence([item])


@pytest.mark.parametrize(
    ("code", "meaning", "view"),
    [
        ("272479007", "postero-anterior", "PA"),
        ("399348003", "antero-posterior", "AP"),
        ("R-10206", "antero-posterior", "AP"),
        ("272479007", "Postéro-antérieure", "PA"),  # whatever the language
        ("399173006", "left lateral", "LL"),
        ("R-10232", "right lateral", "RL"),
        ("X", "Postero-Anterior", "PA"),
        ("X", "anteroposterior", "AP"),
        ("399059000", "postero-anterior oblique", "POSTERO-ANTERIOR OBLIQUE"),
        ("X", "", ""),
    ],
)
def test_a_coded_view_is_read_where_no_view_position_stands(
    code: str, meaning: str, view: str
) -> None:
    assert facts_of(ViewCodeSequence=coded(code, meaning)).image.view_position == view


def test_the_view_position_stands_before_its_code() -> None:
    facts = facts_of(ViewPosition="ap", ViewCodeSequence=coded("272479007", "postero-anterior"))
    assert facts.image.view_position == "AP"


@pytest.mark.parametrize(
    ("code", "meaning", "region"),
    [
        ("51185008", "Thorax", "CHEST"),
        ("816094009", "Brustkorb", "CHEST"),
        ("T-D3000", "Chest", "CHEST"),
        ("85562004", "Hand", "HAND"),
        ("X", "", ""),
    ],
)
def test_a_coded_region_is_read_where_no_body_part_stands(
    code: str, meaning: str, region: str
) -> None:
    assert facts_of(AnatomicRegionSequence=coded(code, meaning)).image.body_part == region
    given = facts_of(BodyPartExamined="hip", AnatomicRegionSequence=coded(code, meaning))
    assert given.image.body_part == "HIP"


@pytest.mark.parametrize("keyword", ["ViewCodeSequence", "AnatomicRegionSequence"])
@pytest.mark.parametrize("items", [[], [Dataset()]], ids=["no item", "an empty item"])
def test_a_code_without_a_word_counts_as_absent(keyword: str, items: list[Dataset]) -> None:
    facts = facts_of(**{keyword: Sequence(items)})
    assert (facts.image.view_position, facts.image.body_part) == ("", "")


@pytest.mark.parametrize(
    ("elements", "spacing", "is_at_detector"),
    [
        ({"PixelSpacing": [0.2, 0.3]}, (0.2, 0.3), False),
        ({"ImagerPixelSpacing": [0.15, 0.15]}, (0.15, 0.15), True),
        ({"PixelSpacing": [0.2, 0.2], "ImagerPixelSpacing": [0.3, 0.3]}, (0.2, 0.2), False),
        ({"PixelSpacing": [0, 0], "ImagerPixelSpacing": [0.3, 0.3]}, (0.3, 0.3), True),
        ({"PixelSpacing": "0.2"}, None, False),
        ({"PixelSpacing": "0.2\\"}, None, False),
        ({"PixelSpacing": "0.2\\inf"}, None, False),
        ({"PixelSpacing": "-0.2\\0.2"}, None, False),
        ({}, None, False),
    ],
)
def test_a_spacing_is_two_lengths_and_says_where_it_was_measured(
    elements: dict[str, Any], spacing: tuple[float, float] | None, *, is_at_detector: bool
) -> None:
    image = facts_of(**elements).image
    assert (image.pixel_spacing_mm, image.is_spacing_at_detector) == (spacing, is_at_detector)


def test_numbers_are_read_as_they_are_and_counts_as_absent_where_malformed() -> None:
    header = Dataset()
    header.NumberOfFrames = 3
    header.add(DataElement(0x00280010, "IS", "512"))  # Rows with another VR
    header.add(DataElement(0x00200013, "LO", "seven"))
    header.add(DataElement(0x00280011, "OB", b"\xff\xfe"))
    facts = read_header_facts(header, path="x.dcm", has_pixel_data=True)
    assert facts.image.number_of_frames == 3
    assert facts.image.rows == 512
    assert facts.image.instance_number is None
    assert facts.image.columns == 0


def test_a_number_of_an_impossible_length_counts_as_absent(make_instance: InstanceFactory) -> None:
    path = make_instance(transfer_syntax_uid=ImplicitVRLittleEndian)
    data = path.read_bytes()
    at = position_of(data, 0x0028, 0x0002)
    odd = data[:at] + b"\x28\x00\x02\x00\x03\x00\x00\x00\x01\x00\x01" + data[at + 10 :]
    path.write_bytes(odd)
    assert read_facts(path).image.samples_per_pixel == 0


def test_text_is_read_without_padding_and_whatever_its_vr() -> None:
    header = Dataset()
    header.StudyDescription = " Chest\0"
    header.add(DataElement(0x00180015, "OB", b"CHEST "))
    facts = read_header_facts(header, path="x.dcm", has_pixel_data=True)
    assert facts.study.study_description == "Chest"
    assert facts.image.body_part == "CHEST"


def test_the_equipment_is_read_as_its_maker_wrote_it() -> None:
    image = facts_of(
        Manufacturer="Probe GmbH ", ManufacturerModelName="P 1", StationName="ROOM3"
    ).image
    assert (image.manufacturer, image.manufacturer_model) == ("Probe GmbH", "P 1")
    assert image.station_name == "ROOM3"


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        ({"RequestedProcedurePriority": "stat"}, "STAT"),
        ({"StudyPriorityID": "HIGH"}, "HIGH"),
        ({"RequestedProcedurePriority": "ROUTINE", "StudyPriorityID": "HIGH"}, "ROUTINE"),
        ({}, ""),
    ],
)
def test_a_requested_priority_is_read_under_its_new_and_its_old_name(
    elements: dict[str, str], expected: str
) -> None:
    assert facts_of(**elements).study.requested_priority == expected


def test_an_empty_data_set_has_facts_too() -> None:
    facts = facts_of()
    assert facts.path == "x.dcm"
    assert facts.image.rows == 0
    assert facts.image.number_of_frames == 1


def test_the_facts_of_a_real_radiograph(shared_folder: Path) -> None:
    facts = read_facts(shared_folder / "data" / "dicom_public" / "nema_wg04" / "RG1_J2KI")
    assert facts.sop_class_uid == "1.2.840.10008.5.1.4.1.1.1"
    assert facts.transfer_syntax_uid == "1.2.840.10008.1.2.4.91"
    assert facts.study.study_date == date(2004, 8, 26)
    assert facts.image.modality == "CR"
    assert facts.image.body_part == "CHEST"
    assert facts.image.view_position == "PA"
    assert facts.image.photometric_interpretation == "MONOCHROME1"
    assert (facts.image.rows, facts.image.columns) == (1955, 1841)
    assert (facts.image.bits_allocated, facts.image.bits_stored) == (16, 15)
    assert facts.image.is_lossy_compressed
    assert facts.image.has_pixel_data


@pytest.mark.parametrize(
    "syntax",
    [
        ImplicitVRLittleEndian,
        ExplicitVRLittleEndian,
        ExplicitVRBigEndian,
        DeflatedExplicitVRLittleEndian,
    ],
)
def test_every_native_transfer_syntax_gives_the_same_facts(
    make_instance: InstanceFactory, syntax: str
) -> None:
    facts = read_facts(make_instance(transfer_syntax_uid=syntax))
    assert facts.transfer_syntax_uid == syntax
    assert facts.patient.name == "Probe, Petra"
    assert facts.patient.age_years == 3.0
    assert facts.study.study_date == date(2024, 3, 5)
    assert facts.study.study_time == time(9, 30, 5)
    assert (facts.image.rows, facts.image.columns, facts.image.bits_stored) == (64, 81, 12)
    assert facts.image.has_pixel_data


def test_the_data_set_is_read_up_to_the_pixels_and_no_further(
    make_instance: InstanceFactory,
) -> None:
    instance = read_instance(FileSource(make_instance()))
    assert instance.header.Rows == 64
    assert "PixelData" not in instance.header


# Files without the preamble of PS3.10 7.1.


def test_a_file_that_starts_with_its_meta_information_is_read(
    make_instance: InstanceFactory, tmp_path: Path
) -> None:
    path = tmp_path / "bare.dcm"
    path.write_bytes(make_instance().read_bytes()[132:])
    facts = read_facts(path)
    assert facts.transfer_syntax_uid == ExplicitVRLittleEndian
    assert facts.image.rows == 64


@pytest.mark.parametrize(
    ("implicit", "little"), [(True, True), (False, True), (False, False)], ids=str
)
def test_a_bare_data_set_is_read_in_each_encoding(
    make_instance: InstanceFactory, tmp_path: Path, *, implicit: bool, little: bool
) -> None:
    data_set = dcmread(make_instance())
    bare = Dataset(data_set)
    if not little:
        bare.PixelData = b"\0" * len(bare.PixelData)
    path = tmp_path / "bare.dcm"
    bare.save_as(path, implicit_vr=implicit, little_endian=little)
    assert path.read_bytes()[:2] in (b"\x08\x00", b"\x00\x08")
    facts = read_facts(path)
    assert facts.transfer_syntax_uid == ""
    assert facts.sop_instance_uid == data_set.SOPInstanceUID
    assert (facts.image.rows, facts.image.columns) == (64, 81)
    assert facts.image.has_pixel_data


@pytest.mark.parametrize("name", ["ExplVR_BigEndNoMeta.dcm", "ExplVR_LitEndNoMeta.dcm"])
def test_real_files_without_meta_information_are_read(name: str) -> None:
    facts = read_facts(pydicom_file(name))
    assert facts.image.modality == "RTPLAN"
    assert facts.study.study_date == date(2015, 5, 15)


# What is no DICOM file.


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the file is empty"),
        (b"\0" * 2000, "no DICM marker and no DICOM data set"),
        (b"Dear colleague,\n", "no DICM marker and no DICOM data set"),
        (b"\x08", "no DICM marker and no DICOM data set"),
        (b"%PDF-1.7\n", "a PDF document, not DICOM"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 300, "a PNG picture, not DICOM"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 300, "a JPEG picture, not DICOM"),
        (b"PK\x03\x04" + b"\0" * 300, "a zip archive, not DICOM"),
        (b"\x08\x00\x05\x00CS" + b"\xff" * 40, "no DICM marker, no SOP Class UID and no image"),
    ],
    ids=["empty", "zeros", "text", "one byte", "PDF", "PNG", "JPEG", "zip", "a lucky start"],
)
def test_what_is_no_dicom_says_what_it_is(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "x.dcm"
    path.write_bytes(data)
    with pytest.raises(NotDicomError) as caught:
        read_instance(FileSource(path))
    assert str(caught.value) == said


# What ends early.


def position_of(data: bytes, group: int, element: int) -> int:
    at = data.index(group.to_bytes(2, "little") + element.to_bytes(2, "little"), 132)
    assert data.find(data[at : at + 4], at + 1) < 0, "the tag must stand once"
    return at


def cut(path: Path, at: int) -> Path:
    path.write_bytes(path.read_bytes()[:at])
    return path


@pytest.mark.parametrize("after", [1, 5, 7, 8, 9])
def test_a_file_cut_off_inside_an_element_is_truncated(
    make_instance: InstanceFactory, after: int
) -> None:
    path = make_instance()
    with pytest.raises(TruncatedError, match=r"image\.dcm: ends inside its header"):
        read_instance(FileSource(cut(path, position_of(path.read_bytes(), 0x0010, 0x0020) + after)))


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
@pytest.mark.parametrize("length", ["defined", "undefined"])
@pytest.mark.parametrize("part", [0.3, 0.6, 0.95])
def test_a_file_cut_off_inside_a_sequence_is_truncated(
    make_instance: InstanceFactory, tmp_path: Path, syntax: str, length: str, part: float
) -> None:
    data_set = dcmread(make_instance())
    item = Dataset()
    item.StudyDescription = "a description that is long enough to be cut"
    item.is_undefined_length_sequence_item = length == "undefined"
    data_set.RequestAttributesSequence = Sequence([item, item, item])
    data_set["RequestAttributesSequence"].is_undefined_length = length == "undefined"
    data_set.file_meta.TransferSyntaxUID = syntax
    path = tmp_path / "sequence.dcm"
    data_set.save_as(path, implicit_vr=syntax == ImplicitVRLittleEndian, little_endian=True)
    data = path.read_bytes()
    start, end = position_of(data, 0x0040, 0x0275), position_of(data, 0x7FE0, 0x0010)
    with pytest.raises(TruncatedError, match="ends inside its header"):
        read_instance(FileSource(cut(path, start + int((end - start) * part))))


def test_a_file_of_meta_information_alone_is_truncated(make_instance: InstanceFactory) -> None:
    path = make_instance()
    with pytest.raises(TruncatedError, match="ends inside its header"):
        read_instance(FileSource(cut(path, position_of(path.read_bytes(), 0x0008, 0x0005))))


@pytest.mark.parametrize("part", [0.4, 0.8, 0.99])
def test_a_deflated_file_cut_off_is_truncated(make_instance: InstanceFactory, part: float) -> None:
    path = make_instance(transfer_syntax_uid=DeflatedExplicitVRLittleEndian)
    with pytest.raises(TruncatedError, match="deflated data set cannot be unpacked"):
        read_instance(FileSource(cut(path, int(path.stat().st_size * part))))


def test_a_whole_file_without_pixels_is_not_truncated() -> None:
    for name in ("reportsi.dcm", "rtplan.dcm", "test-SR.dcm", "waveform_ecg.dcm"):
        assert not read_facts(pydicom_file(name)).image.has_pixel_data


def test_a_real_file_cut_off_is_truncated() -> None:
    with pytest.raises(TruncatedError, match="ends inside its header"):
        read_instance(FileSource(pydicom_file("rtplan_truncated.dcm")))


def test_a_data_set_that_inflates_beyond_measure_is_refused(
    make_instance: InstanceFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_instance(transfer_syntax_uid=DeflatedExplicitVRLittleEndian)
    data = path.read_bytes()
    start = 144 + int.from_bytes(data[140:144], "little")
    inflated = zlib.decompress(data[start:], -zlib.MAX_WBITS)
    monkeypatch.setattr(header_module, "LARGEST_INFLATED_BYTES", len(inflated))
    assert read_facts(path).image.rows == 64
    monkeypatch.setattr(header_module, "LARGEST_INFLATED_BYTES", len(inflated) - 1)
    with pytest.raises(InstanceMemoryError, match="deflated data set unpacks to more than"):
        read_instance(FileSource(path))


class FailingSource:
    """A file on a disk that fails in the middle of reading."""

    path = "broken disk/1.dcm"

    def open(self) -> io.BytesIO:
        class Failing(io.BytesIO):
            def read(self, size: int | None = -1, /) -> bytes:
                raise OSError(5, "Input/output error")

        return Failing()


def test_a_disk_that_fails_while_it_is_read_is_said_to_fail() -> None:
    with pytest.raises(UnreadableError, match=r"1\.dcm: cannot be read \(Input/output error\)"):
        read_instance(FailingSource())


# No patient's data where nobody may read it.

SECRETS = ("Secretname", "SECRET-ID", "19330102", "1933", "SECRET-ACC", "Secret words")


def secret_file(make_instance: InstanceFactory) -> Path:
    return make_instance(
        patient_name="Secretname^Sven",
        patient_id="SECRET-ID",
        changes={
            "PatientBirthDate": "19330102",
            "PatientAge": "Secretname is 91",
            "AccessionNumber": "SECRET-ACC",
            "StudyDescription": "Secret words " * 20,
            "StudyDate": "Secretname",
            "WindowCenter": "",
        },
    )


def test_the_representation_of_an_instance_holds_nothing_of_the_patient(
    make_instance: InstanceFactory,
) -> None:
    instance = read_instance(FileSource(secret_file(make_instance)))
    assert instance.facts.patient.name == "Secretname, Sven"
    for shown in (repr(instance), repr(instance.facts), repr(instance.facts.patient)):
        assert not [secret for secret in SECRETS if secret in shown]


def test_nothing_of_the_patient_is_logged(
    make_instance: InstanceFactory, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    read_instance(FileSource(secret_file(make_instance)))
    assert not [secret for secret in SECRETS if secret in caplog.text]


def test_a_program_that_reads_a_malformed_header_prints_nothing(
    make_instance: InstanceFactory,
) -> None:
    # pydicom would quote the malformed values in warnings, and its logger in records.
    path = secret_file(make_instance)
    code = (
        "import sys; from pathlib import Path\n"
        "from triage_app.imaging.header import read_instance\n"
        "from triage_app.imaging.source import FileSource\n"
        "print(read_instance(FileSource(Path(sys.argv[1]))).facts.patient.age_years)"
    )
    done = subprocess.run(  # noqa: S603 - this interpreter, on our own file
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout == "None\n"
    assert done.stderr == ""


def test_facts_can_be_sent_to_another_process(make_instance: InstanceFactory) -> None:
    facts = read_facts(make_instance())
    assert pickle.loads(pickle.dumps(facts)) == facts  # noqa: S301 - our own bytes
