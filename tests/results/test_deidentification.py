"""A copy without its patient: every row of the standard's table, and nothing left by other ways."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom import DataElement, Dataset, FileDataset, dcmread, dcmwrite
from pydicom.datadict import dictionary_has_tag, dictionary_VR
from pydicom.sequence import Sequence
from pydicom.tag import Tag

from tests.conftest import InstanceFactory
from triage_app.cli import deidentify
from triage_app.cli.exits import Exit
from triage_app.cli.main import main
from triage_app.errors import ResultError, TriageError
from triage_app.results.confidentiality_profile import Action, ProfileRow, find_row, read_profile
from triage_app.results.deidentification import (
    BurnedIn,
    Dates,
    Deidentifier,
    Options,
    burned_in_text,
)
from triage_app.results.pseudonyms import Pseudonyms, read_key

KEY = b"a key for tests, kept nowhere else"
SOURCE_TEXT = "SECRET"
VALUES: dict[str, Any] = {
    "AS": "042Y",
    "CS": SOURCE_TEXT,
    "DA": "20240305",
    "DS": "7.5",
    "DT": "20240305093005",
    "IS": "7",
    "OB": b"SECRET",
    "OW": b"SECRET",
    "PN": "SECRET^NAME",
    "SQ": None,
    "TM": "093005",
    "UI": "1.2.3.4.5.6",
    "UN": b"SECRET",
    "UR": "http://secret.example",
    "FD": 7.5,
    "FL": 7.5,
    "SL": 7,
    "SS": 7,
    "UL": 7,
    "US": 7,
}


def value_for(vr: str) -> Any:
    if vr == "SQ":
        item = Dataset()
        item.PatientName, item.ReferencedSOPInstanceUID = "SECRET^INSIDE", "1.2.3.4.5.6"
        return Sequence([item])
    return VALUES.get(vr, SOURCE_TEXT)


def read(path: Path) -> FileDataset:
    return dcmread(path)


def cleaned(dataset: FileDataset, **options: Any) -> FileDataset:
    return Deidentifier(Pseudonyms(KEY), Options(**options)).apply(dataset)


def written(dataset: FileDataset) -> bytes:
    file = io.BytesIO()
    dcmwrite(file, dataset, enforce_file_format=True)
    return file.getvalue()


def rows_in_data_sets() -> list[ProfileRow]:
    """Give the rows that a data set of this dictionary can hold; the rest is tested below."""
    return [
        row
        for row in read_profile().values()
        if "x" not in row.tag
        and int(row.tag[:4], 16) >= 0x0008
        and dictionary_has_tag(int(row.tag, 16))
    ]


@pytest.fixture
def source(make_instance: InstanceFactory) -> FileDataset:
    return read(make_instance())


def test_the_table_is_whole() -> None:
    profile = read_profile()
    assert len(profile) == 655
    assert {row.action for row in profile.values()} == set(Action)
    names = ["PatientName", "PatientID", "PatientBirthDate", "AccessionNumber", "InstitutionName"]
    assert all(find_row(Tag(name)) is not None for name in names)
    assert sum(row.is_device for row in profile.values()) == 36
    assert sum(row.is_characteristic for row in profile.values()) == 8


@pytest.mark.parametrize("action", list(Action), ids=lambda action: action.name.lower())
def test_every_attribute_of_the_table_is_treated(source: FileDataset, action: Action) -> None:
    rows = [row for row in rows_in_data_sets() if row.action is action]
    assert rows
    kept_uids = {"SOPInstanceUID", "PatientID", "PatientName"}
    for row in rows:
        tag = Tag(int(row.tag, 16))
        vr = dictionary_VR(tag).split()[0]
        source.add(DataElement(tag, vr, value_for(vr)))
    before = {row.tag: str(source[int(row.tag, 16)].value) for row in rows}
    clean = cleaned(source)
    for row in rows:
        tag = Tag(int(row.tag, 16))
        element = clean.get(tag)
        if element is not None and element.keyword in kept_uids - {"SOPInstanceUID"}:
            continue  # the pseudonym
        if action is Action.REMOVE:
            assert element is None, row
        elif action is Action.UID:
            assert str(element.value).startswith("2.25."), row
        elif element is not None:
            assert element.is_empty or str(element.value) != before[row.tag], row
    assert b"SECRET" not in written(clean)
    assert b"1.2.3.4.5.6" not in written(clean)


def test_attributes_of_the_table_that_this_dictionary_lacks_are_removed(
    source: FileDataset,
) -> None:
    unknown = [
        row.tag
        for row in read_profile().values()
        if "x" not in row.tag and not dictionary_has_tag(int(row.tag, 16))
    ]
    for tag in unknown:
        source.add(DataElement(int(tag, 16), "LO", SOURCE_TEXT))
    clean = cleaned(source)
    assert not any(int(tag, 16) in clean for tag in unknown)


@pytest.mark.parametrize("tag", [0x60000010, 0x60003000, 0x60024000, 0x50000005, 0x00091001])
def test_overlays_curves_and_private_attributes_go(source: FileDataset, tag: int) -> None:
    source.add(DataElement(tag, "OB" if tag == 0x60003000 else "LO", "SECRET"))
    assert tag not in cleaned(source)


def test_what_is_nested_is_treated_as_what_is_not(source: FileDataset) -> None:
    deepest = Dataset()
    deepest.PatientID, deepest.ReferencedSOPInstanceUID = "SECRET", "1.2.3.4.5.6"
    deepest.add(DataElement(0x00111001, "LO", "SECRET"))
    middle = Dataset()
    middle.PurposeOfReferenceCodeSequence = [deepest]
    source.ReferencedImageSequence = [middle]
    clean = cleaned(source)
    kept = clean.ReferencedImageSequence[0].PurposeOfReferenceCodeSequence[0]
    assert kept.ReferencedSOPInstanceUID.startswith("2.25.")
    assert b"SECRET" not in written(clean)


def test_a_uid_is_mapped_alike_everywhere_in_an_export(make_instance: InstanceFactory) -> None:
    image, other = read(make_instance("a.dcm")), read(make_instance("b.dcm"))
    other.StudyInstanceUID = image.StudyInstanceUID
    reference = Dataset()
    reference.ReferencedSOPClassUID = image.SOPClassUID
    reference.ReferencedSOPInstanceUID = image.SOPInstanceUID
    other.ReferencedImageSequence = [reference]
    deidentifier = Deidentifier(Pseudonyms(), Options())
    one, two = deidentifier.apply(image), deidentifier.apply(other)
    assert two.ReferencedImageSequence[0].ReferencedSOPInstanceUID == one.SOPInstanceUID
    assert two.ReferencedImageSequence[0].ReferencedSOPClassUID == one.SOPClassUID
    assert (one.StudyInstanceUID, one.PatientID) == (two.StudyInstanceUID, two.PatientID)
    assert one.file_meta.MediaStorageSOPInstanceUID == one.SOPInstanceUID


def test_another_export_maps_otherwise_unless_it_has_the_key() -> None:
    assert Pseudonyms().uid("1.2.3") != Pseudonyms().uid("1.2.3")
    assert Pseudonyms(KEY).uid("1.2.3") == Pseudonyms(KEY).uid("1.2.3")
    assert len(Pseudonyms(KEY).uid("1.2.3")) <= 64


def test_how_it_was_done_is_stated_by_the_codes_of_the_standard(source: FileDataset) -> None:
    clean = cleaned(source, dates=Dates.SHIFT, keeps_device=True, keeps_characteristics=True)
    assert clean.PatientIdentityRemoved == "YES"
    codes = [item.CodeValue for item in clean.DeidentificationMethodCodeSequence]
    assert codes == ["113100", "113107", "113108", "113109"]
    assert clean.LongitudinalTemporalInformationModified == "MODIFIED"
    codes = [item.CodeValue for item in cleaned(source).DeidentificationMethodCodeSequence]
    assert codes == ["113100"]


def test_dates_are_removed_kept_or_moved_alike(make_instance: InstanceFactory) -> None:
    def clean(dates: Dates) -> FileDataset:
        dataset = read(make_instance())
        dataset.StudyDate, dataset.AcquisitionDateTime = "20240305", "20240307101112.5+0100"
        return cleaned(dataset, dates=dates)

    assert not clean(Dates.REMOVE).StudyDate
    assert clean(Dates.KEEP).StudyDate == "20240305"
    moved = clean(Dates.SHIFT)
    assert moved.StudyDate < "20240305"
    assert int(moved.AcquisitionDateTime[:8]) - int(moved.StudyDate) in (2, 72, 73, 74, 8872)
    assert moved.AcquisitionDateTime[8:] == "101112.5+0100"
    assert not any(clean(dates).PatientBirthDate for dates in Dates)


def test_device_and_characteristics_are_kept_on_demand_only(make_instance: InstanceFactory) -> None:
    def clean(**options: bool) -> FileDataset:
        dataset = read(make_instance())
        dataset.DeviceSerialNumber, dataset.PatientAge = "SN-77", "042Y"
        return cleaned(dataset, **options)

    assert clean(keeps_device=True).DeviceSerialNumber == "SN-77"
    assert clean(keeps_characteristics=True).PatientAge == "042Y"
    bare = clean()
    assert bare.get("DeviceSerialNumber") != "SN-77"
    assert bare.get("PatientAge") != "042Y"


def test_preamble_and_file_meta_are_new(source: FileDataset) -> None:
    source.preamble = b"SECRET".ljust(128, b"\0")
    source.file_meta.SourceApplicationEntityTitle = "SECRET"
    source.file_meta.PrivateInformationCreatorUID = "1.2.3.4.5.6"
    source.file_meta.PrivateInformation = b"SECRET"
    content = written(cleaned(source))
    assert b"SECRET" not in content
    assert b"1.2.3.4.5.6" not in content
    assert dcmread(io.BytesIO(content)).Rows == source.Rows


def test_pixels_stay_as_they_are(make_instance: InstanceFactory) -> None:
    path = make_instance(transfer_syntax_uid="1.2.840.10008.1.2.4.70")
    clean = cleaned(read(path))
    assert clean.PixelData == read(path).PixelData
    assert clean.file_meta.TransferSyntaxUID == "1.2.840.10008.1.2.4.70"


@pytest.fixture
def small_file(make_instance: InstanceFactory) -> bytes:
    return make_instance(shape=(8, 8)).read_bytes()


SECRETS = st.text("BCDFGHJKLMNPQRSTVWXZ", min_size=5, max_size=16)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    family=SECRETS,
    given_name=SECRETS,
    patient_id=SECRETS,
    place=st.sampled_from(
        [
            "ProtocolName",
            "SeriesDescription",
            "FilterType",
            "ImageComments",
            "SoftwareVersions",
            "DerivationDescription",
            "ContrastFlowRate",
            "AcquisitionDeviceProcessingCode",
            "TextComments",
            "ManufacturerModelName",
        ]
    ),
    pattern=st.sampled_from(["{0}", "see {0}.", "{0} {1}", "PID:{2}/x", "a {1}, b {2}"]),
)
def test_nothing_known_of_the_patient_is_left_anywhere(
    small_file: bytes,
    family: str,
    given_name: str,
    patient_id: str,
    place: str,
    pattern: str,
) -> None:
    dataset = dcmread(io.BytesIO(small_file))
    dataset.PatientName, dataset.PatientID = f"{family}^{given_name}", patient_id
    if place != "ContrastFlowRate":
        setattr(dataset, place, pattern.format(family, given_name, patient_id)[:16])
    item = Dataset()
    item.LUTExplanation = pattern.format(family, given_name, patient_id)
    dataset.ModalityLUTSequence = [item]
    content = written(cleaned(dataset))
    pixels_start = content.rindex(b"\xe0\x7f\x10\x00")
    for secret in (family, given_name, patient_id):
        assert secret.encode() not in content[:pixels_start]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"BurnedInAnnotation": "YES"}, BurnedIn.STATED),
        ({"BurnedInAnnotation": "NO", "Modality": "US"}, BurnedIn.DENIED),
        ({"BurnedInAnnotation": None, "Modality": "US"}, BurnedIn.POSSIBLE),
        ({"BurnedInAnnotation": None, "ConversionType": "DF"}, BurnedIn.POSSIBLE),
        (
            {"BurnedInAnnotation": None, "SOPClassUID": "1.2.840.10008.5.1.4.1.1.7.2"},
            BurnedIn.POSSIBLE,
        ),
        ({"BurnedInAnnotation": None}, BurnedIn.UNSTATED),
    ],
    ids=["yes", "no", "ultrasound", "converted", "secondary capture", "radiograph"],
)
def test_text_in_the_pixels_is_judged_by_the_header(
    make_instance: InstanceFactory, changes: dict[str, Any], expected: BurnedIn
) -> None:
    assert burned_in_text(read(make_instance(changes=changes))) is expected


@pytest.mark.parametrize(
    "sop_class_uid", ["1.2.840.10008.5.1.4.1.1.88.22", "1.2.840.10008.5.1.4.1.1.104.1"]
)
def test_reports_and_documents_are_refused(source: FileDataset, sop_class_uid: str) -> None:
    source.SOPClassUID = sop_class_uid
    with pytest.raises(ResultError, match="is text"):
        cleaned(source)


def test_the_command_writes_copies_and_tells_what_it_refused(
    make_instance: InstanceFactory, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_instance("in/a.dcm")
    make_instance("in/b.dcm", changes={"BurnedInAnnotation": "YES"})
    (tmp_path / "in" / "notes.txt").write_text("no image")
    output = tmp_path / "out"
    arguments = ["deidentify", str(tmp_path / "in"), "--output", str(output)]
    assert main(arguments) == Exit.DONE_WITH_FAILURES
    said = capsys.readouterr().err
    assert "b.dcm" in said
    assert "1 copies written" in said
    (copy,) = output.glob("*/*.dcm")
    clean = dcmread(copy)
    assert copy.stem == clean.SOPInstanceUID
    assert copy.parent.name == clean.StudyInstanceUID
    assert "Probe" not in said
    assert main([*arguments, "--burned-in", "warn"]) == Exit.DONE
    assert len(list(output.glob("*/*.dcm"))) == 3  # another key, so the first is there twice


def test_a_key_makes_exports_alike(make_instance: InstanceFactory, tmp_path: Path) -> None:
    make_instance("in/a.dcm")
    key = tmp_path / "key"
    key.write_bytes(KEY)
    for _ in range(2):
        output = tmp_path / "out"
        main(["deidentify", str(tmp_path / "in"), "-o", str(output), "--key-file", str(key)])
    assert len(list(output.glob("*/*.dcm"))) == 1
    assert KEY not in b"".join(path.read_bytes() for path in output.glob("*/*.dcm"))
    key.write_bytes(b"short")
    with pytest.raises(TriageError, match="at least"):
        read_key(key)


def test_the_choices_of_the_command_are_those_of_the_code() -> None:
    assert tuple(Dates) == deidentify._DATES
