from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydicom import Dataset
from pydicom.dataelem import RawDataElement
from pydicom.tag import Tag

from triage_app.errors import TriageError
from triage_app.imaging.header import read_instance
from triage_app.imaging.header_listing import HeaderLine, list_header
from triage_app.imaging.source import FileSource

if TYPE_CHECKING:
    from pathlib import Path


def names(lines: tuple[HeaderLine, ...]) -> list[str]:
    return [line.name for line in lines]


def test_a_sequence_holds_its_items_and_they_their_elements() -> None:
    item = Dataset()
    item.CodeValue = "399348003"
    header = Dataset()
    header.ViewCodeSequence = [item]
    (sequence,) = list_header(header)
    assert (sequence.tag, sequence.vr, sequence.value) == ("(0054,0220)", "SQ", "1 item")
    assert names(sequence.lines) == ["Item 1"]
    assert names(sequence.lines[0].lines) == ["Code Value"]


def test_several_values_are_parted_by_a_backslash() -> None:
    header = Dataset()
    header.ImagerPixelSpacing = [0.2, 0.3]
    assert list_header(header)[0].value == "0.2\\0.3"


def test_bytes_are_counted_and_not_shown() -> None:
    header = Dataset()
    header.add_new(0x00091010, "OB", b"\x00" * 2048)
    (line,) = list_header(header)
    assert line.value == "2,048 bytes"


def test_an_element_that_cannot_be_parsed_says_so_and_the_others_stay() -> None:
    header = Dataset()
    header.Modality = "DX"
    tag = Tag("PlanarConfiguration")
    header[tag] = RawDataElement(tag, "US", 3, b"abc", 0, False, True)
    header.Rows = 5
    assert [(line.name, line.value) for line in list_header(header)] == [
        ("Modality", "DX"),
        ("Planar Configuration", "cannot be read"),
        ("Rows", "5"),
    ]


def test_a_long_value_is_cut_and_control_characters_are_left_out() -> None:
    header = Dataset()
    header.add_new(0x00204000, "LT", "a\r\nb" + "x" * 5000)
    (line,) = list_header(header)
    assert line.value.startswith("a  bxx")
    assert len(line.value) == 2001


def test_sequences_within_sequences_end_somewhere() -> None:
    header = deepest = Dataset()
    for _ in range(40):
        inner = Dataset()
        deepest.ViewCodeSequence = [inner]
        deepest = inner
    line, depth = list_header(header)[0], 1
    while line.lines:
        line, depth = line.lines[0].lines[0], depth + 1
    assert line.value == "nested more deeply than is shown"
    assert depth < 20


def test_nothing_of_a_patient_stands_in_the_printed_form() -> None:
    header = Dataset()
    header.PatientName = "Probe^Petra"
    assert "Petra" not in repr(list_header(header))


@pytest.mark.parametrize("folder", ["pydicom_data", "nema_wg04"])
def test_every_real_file_can_be_listed(shared_folder: Path, folder: str) -> None:
    listed = 0
    for path in sorted((shared_folder / "data" / "dicom_public" / folder).rglob("*")):
        if path.is_file():
            try:
                header = read_instance(FileSource(path)).header
            except TriageError:
                continue
            assert list_header(header)
            listed += 1
    assert listed > 20
