"""Patient and study: copied exactly, in every script, and whatever is missing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pydicom
import pytest
from pydicom import Dataset

from tests.results.dicom.conftest import MADE_AT, AssessedFactory, saved, study_of
from tests.results.dicom.peers import complaints_of_dciodvfy, rendered_text, run_peer
from triage_app.imaging.rendering import load_modality_image, render_instance
from triage_app.inference.card import ModelCard
from triage_app.results.dicom.context import character_set_for, encodable, local_time, plain
from triage_app.results.dicom.encapsulated_pdf import build_encapsulated_pdf
from triage_app.results.dicom.parametric_map import build_parametric_map
from triage_app.results.dicom.presentation_state import build_presentation_state
from triage_app.results.dicom.secondary_capture import build_secondary_capture
from triage_app.results.dicom.structured_report import build_structured_report
from triage_app.results.dicom.study import AssessedInstance

NAMES = {
    "default repertoire": ("", "Probe^Petra"),
    "Latin-1": ("ISO_IR 100", "Müller^Jörg"),
    "Cyrillic": ("ISO_IR 144", "Люкceмбypг"),
    "Greek": ("ISO_IR 126", "Διονυσιος"),
    "Japanese, half-width and kanji": (
        ["ISO 2022 IR 13", "ISO 2022 IR 87"],
        "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう",
    ),
    "Japanese": (["", "ISO 2022 IR 87"], "Yamada^Tarou=山田^太郎=やまだ^たろう"),
    "Korean": (["", "ISO 2022 IR 149"], "Hong^Gildong=洪^吉洞=홍^길동"),
    "Chinese": ("GB18030", "Wang^XiaoDong=王^小东"),
    "Unicode": ("ISO_IR 192", "Yamada^Tarou=山田^太郎=やまだ^たろう"),
}
PEERS_NAMES = ("Latin-1", "Korean", "Unicode")
"""What iconv, which Debian's dcmtk asks, knows everywhere; ISO-IR 87 it does not."""

COPIED = (
    "SpecificCharacterSet",
    "PatientName",
    "PatientID",
    "PatientBirthDate",
    "PatientSex",
    "PatientAge",
    "StudyInstanceUID",
    "StudyDate",
    "StudyTime",
    "StudyID",
    "AccessionNumber",
    "ReferringPhysicianName",
    "StudyDescription",
)


def all_results(item: AssessedInstance, card: ModelCard) -> dict[str, Dataset]:
    image = load_modality_image(item.instance)
    rendered = render_instance(item.instance)
    made = {
        "sr": build_structured_report(study_of(item), card, MADE_AT),
        "sc": build_secondary_capture(item, rendered, card, MADE_AT),
        "gsps": build_presentation_state(item, image, card, MADE_AT),
        "map": build_parametric_map(item, card, MADE_AT),
        "pdf": build_encapsulated_pdf(item, rendered, card, MADE_AT),
    }
    return {kind: dataset for kind, dataset in made.items() if dataset is not None}


def raw_values(path: Path) -> dict[str, bytes | None]:
    """Give the bytes of the copied elements as they stand in a file."""
    dataset = pydicom.dcmread(path, stop_before_pixels=True)
    elements = {keyword: dataset.get_item(keyword) for keyword in COPIED}
    return {
        keyword: None if element is None else element.value or b""
        for keyword, element in elements.items()
    }


@pytest.mark.parametrize(("character_set", "name"), NAMES.values(), ids=NAMES)
def test_every_result_has_the_bytes_of_its_source(
    assessed: AssessedFactory,
    tiny_card: ModelCard,
    tmp_path: Path,
    character_set: str | list[str],
    name: str,
):
    item = assessed(
        "source.dcm",
        changes={
            "SpecificCharacterSet": character_set or None,
            "PatientName": name,
            "ReferringPhysicianName": name,
            "AccessionNumber": "0042 A",
        },
    )
    expected = raw_values(Path(item.instance.source.path))
    for kind, dataset in all_results(item, tiny_card).items():
        path = saved(dataset, tmp_path / f"{kind}.dcm")
        assert raw_values(path) == expected, kind
        assert str(pydicom.dcmread(path).PatientName) == name


@pytest.mark.peer
@pytest.mark.parametrize(
    ("character_set", "name"),
    [NAMES[key] for key in PEERS_NAMES],
    ids=PEERS_NAMES,
)
def test_peers_read_the_names(
    assessed: AssessedFactory,
    tiny_card: ModelCard,
    tmp_path: Path,
    character_set: str | list[str],
    name: str,
):
    item = assessed(changes={"SpecificCharacterSet": character_set, "PatientName": name})
    for kind, dataset in all_results(item, tiny_card).items():
        path = saved(dataset, tmp_path / f"{kind}.dcm")
        assert complaints_of_dciodvfy(path) == [], kind
        dumped = run_peer("dcmdump", "+U8", "+P", "PatientName", path)
        assert f"[{name}]" in dumped.stdout, kind
    assert name.split("^", maxsplit=1)[0] in rendered_text(tmp_path / "sr.dcm", tmp_path)


MISSING = (
    "PatientName",
    "PatientID",
    "PatientBirthDate",
    "PatientSex",
    "StudyDate",
    "StudyTime",
    "ReferringPhysicianName",
    "StudyID",
    "AccessionNumber",
    "Manufacturer",
    "SeriesNumber",
)


@pytest.mark.peer
def test_what_the_source_lacks_is_empty(
    assessed: AssessedFactory, tiny_card: ModelCard, tmp_path: Path
):
    item = assessed(changes=dict.fromkeys(MISSING))
    made = all_results(item, tiny_card)
    assert len(made) == 5
    for kind, dataset in made.items():
        assert dataset.PatientName == ""
        assert dataset.AccessionNumber == ""
        assert complaints_of_dciodvfy(saved(dataset, tmp_path / kind)) == [], kind


MALFORMED = {
    "PatientSex": "female",
    "PatientBirthDate": "1.2.1980",
    "StudyDate": "2024.03.05",
    "StudyTime": "half past nine",
    "PatientName": "no caret",
    "Manufacturer": "X" * 90,
    "PatientID": "P" * 80,
    "TimezoneOffsetFromUTC": "CET",
    "InstanceNumber": "-7",
}


@pytest.mark.parametrize(
    "changes", [MALFORMED, {"SpecificCharacterSet": "klingon"}], ids=["elements", "character set"]
)
def test_a_malformed_source_is_copied_as_it_is(
    assessed: AssessedFactory, tiny_card: ModelCard, tmp_path: Path, changes: dict[str, str]
):
    item = assessed("source.dcm", changes=changes)
    expected = raw_values(Path(item.instance.source.path))
    for kind, dataset in all_results(item, tiny_card).items():
        assert raw_values(saved(dataset, tmp_path / kind)) == expected, kind


def test_the_source_is_not_touched(assessed: AssessedFactory, tiny_card: ModelCard):
    item = assessed("source.dcm")
    before = Path(item.instance.source.path).read_bytes()
    header = item.instance.header.to_json()
    all_results(item, tiny_card)
    assert Path(item.instance.source.path).read_bytes() == before
    assert item.instance.header.to_json() == header


def test_words_of_the_card_that_a_character_set_lacks_become_question_marks(
    assessed: AssessedFactory, tiny_card: ModelCard, tmp_path: Path
):
    card = tiny_card.model_copy(update={"name": "Lunge – β", "known_limits": ("≥ 5 Jahre",)})
    item = assessed(changes={"SpecificCharacterSet": "ISO_IR 100", "PatientName": "Müller^J"})
    for kind, dataset in all_results(item, card).items():
        read = pydicom.dcmread(saved(dataset, tmp_path / kind))
        assert read.SpecificCharacterSet == "ISO_IR 100"
        assert str(read.PatientName) == "Müller^J"
        if kind == "sr":
            assert "? 5 Jahre" in str(read)


@pytest.mark.parametrize(
    ("stated", "expected"),
    [("+0100", "20241124103015"), ("-0530", "20241124040015")],
)
def test_times_stand_in_the_time_zone_of_the_source(stated: str, expected: str):
    header = Dataset()
    header.TimezoneOffsetFromUTC = stated
    moment = local_time(header, datetime(2024, 11, 24, 9, 30, 15, tzinfo=UTC))
    assert moment.strftime("%Y%m%d%H%M%S") == expected
    assert moment.utcoffset() != timedelta(0)


def test_no_time_of_writing_is_left_in(assessed: AssessedFactory, tiny_card: ModelCard):
    item = assessed(changes={"TimezoneOffsetFromUTC": "+0000"})
    for kind, dataset in all_results(item, tiny_card).items():
        assert dataset.InstanceCreationDate == "20261124", kind
        assert dataset.InstanceCreationTime == "093015", kind
        for equipment in dataset.ContributingEquipmentSequence:
            assert equipment.get("ContributionDateTime") in (None, "20261124093015"), kind


@pytest.mark.parametrize(
    ("character_set", "text", "expected"),
    [
        (None, "Müller", "M?ller"),
        ("ISO_IR 6", "Müller", "M?ller"),
        ("ISO_IR 100", "Müller – 山", "Müller ? ?"),
        (["", "ISO 2022 IR 87"], "山 ü", "山 ?"),
        ("ISO_IR 192", "Müller – 山", "Müller – 山"),
        ("klingon", "abc", "abc"),
    ],
)
def test_what_a_character_set_holds(character_set, text: str, expected: str):
    assert encodable(text, character_set) == expected


def test_unicode_is_taken_only_where_a_persons_words_need_it():
    header = Dataset()
    header.SpecificCharacterSet = "ISO_IR 100"
    assert character_set_for(header) == "ISO_IR 100"
    assert character_set_for(header, ["Größe"]) == "ISO_IR 100"
    assert character_set_for(header, ["大きさ"]) == "ISO_IR 192"


def test_a_short_text_is_one_line_without_backslash():
    assert plain("a\\b\r\nc", "ISO_IR 192") == "a/b c"
    assert len(plain("x" * 200, "ISO_IR 192")) == 64
