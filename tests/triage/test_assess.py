"""Every file that comes in ends with exactly one outcome, the same one each time."""

from __future__ import annotations

import csv
import hashlib
import logging
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pydicom
import pytest

from tests.tiny_model import expected_probability, write_tiny_model
from triage_app.errors import FailureReason
from triage_app.imaging.eligibility import ExclusionReason, NoticeKind
from triage_app.imaging.header import read_instance
from triage_app.imaging.preprocessing import to_model_input
from triage_app.imaging.rendering import render_instance
from triage_app.imaging.source import FileSource
from triage_app.imaging.transforms import Window
from triage_app.inference.session import Model, load_model
from triage_app.triage import assess as assess_module
from triage_app.triage.assess import assess, assess_source
from triage_app.triage.outcome import Excluded, Failed, Outcome, Scored

if TYPE_CHECKING:
    from tests.conftest import InstanceFactory
    from triage_app.imaging.header import Instance

PYDICOM_DATA = Path(pydicom.__file__).parent / "data"
TABLE = Path(__file__).with_name("expected_outcomes.csv")
ROWS = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return load_model(write_tiny_model(tmp_path_factory.mktemp("model")))


def described(outcome: Outcome) -> tuple[str, str, str]:
    """Give status, reason and, for an exclusion, the value that decided."""
    match outcome:
        case Excluded(exclusion):
            return str(outcome.status), str(exclusion.reason), exclusion.value
        case Failed(reason):
            return str(outcome.status), str(reason), ""
        case _:
            return str(outcome.status), "", ""


def files_under(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".py"
    )


def check_corpus(name: str, folder: Path, model: Model) -> None:
    expected = {
        row["path"]: (row["status"], row["reason"], row["value"])
        for row in ROWS
        if row["corpus"] == name
    }
    found = {}
    for path in files_under(folder):
        digest = hashlib.sha256(path.read_bytes()).digest()
        facts, outcome = assess_source(FileSource(path), model)
        found[path.relative_to(folder).as_posix()] = described(outcome)
        assert facts.path == str(path)
        assert hashlib.sha256(path.read_bytes()).digest() == digest, "a source file was changed"
        if isinstance(outcome, Failed):
            assert "unforeseen" not in outcome.detail
            assert outcome.detail.startswith(str(path))
        if isinstance(outcome, Excluded) and outcome.exclusion.reason != "not_dicom":
            assert outcome.exclusion.tag
    # Another version of pydicom may bring other files: those have an outcome, and no known one.
    assert {path: found[path] for path in expected if path in found} == {
        path: expected[path] for path in expected if path in found
    }
    assert len(expected.keys() & found.keys()) >= 0.8 * len(expected)


def test_every_file_that_comes_with_pydicom_has_its_outcome(model: Model) -> None:
    check_corpus("pydicom", PYDICOM_DATA, model)


def test_every_public_file_has_its_outcome(model: Model, shared_folder: Path) -> None:
    check_corpus("dicom_public", shared_folder / "data" / "dicom_public", model)


def test_a_real_chest_radiograph_is_scored_by_what_is_seen(
    model: Model, shared_folder: Path
) -> None:
    path = shared_folder / "data" / "dicom_public" / "nema_wg04" / "RG1_J2KI"
    _, outcome = assess_source(FileSource(path), model)
    assert isinstance(outcome, Scored)
    image = to_model_input(
        render_instance(read_instance(FileSource(path))), model.card.preprocessing
    )
    # No more of it was decoded than the model sees: nearly the whole image's score.
    assert outcome.probability == pytest.approx(expected_probability(image), abs=0.01)
    assert [notice.kind for notice in outcome.notices] == [NoticeKind.AGE_OUTSIDE_TRAINING]


def flat(grey: int) -> np.ndarray:
    return np.full((64, 64), grey, dtype=np.uint8)


@pytest.mark.parametrize(
    ("grey", "probability", "is_flagged"),
    [(96, 0.268941, False), (128, 0.5, True), (160, 0.731059, True)],
)
def test_an_image_is_flagged_at_and_above_the_cards_threshold(
    make_instance: InstanceFactory,
    model: Model,
    grey: int,
    probability: float,
    *,
    is_flagged: bool,
) -> None:
    path = make_instance(pixels=flat(grey), bits_stored=8)
    _, outcome = assess_source(FileSource(path), model)
    assert isinstance(outcome, Scored)
    # sigmoid((grey - 128) / 32)
    assert outcome.probability == pytest.approx(probability, abs=1e-5)
    assert outcome.is_flagged is is_flagged
    assert outcome.operating_point == "balanced"
    assert outcome.heatmap.shape == (7, 7)
    assert outcome.notices == ()


def test_equal_input_gives_equal_output_to_the_last_bit(
    make_instance: InstanceFactory, tmp_path: Path, model: Model
) -> None:
    path = make_instance(voi=(Window(2000.0, 1500.0),))
    another = load_model(write_tiny_model(tmp_path))
    outcomes = [
        assess_source(FileSource(path), model)[1],
        assess_source(FileSource(path), model)[1],
        assess(read_instance(FileSource(path)), another),
    ]
    first = outcomes[0]
    assert isinstance(first, Scored)
    for outcome in outcomes[1:]:
        assert isinstance(outcome, Scored)
        assert outcome == first
        assert outcome.heatmap.tobytes() == first.heatmap.tobytes()


def test_the_pixels_of_an_excluded_instance_are_not_decoded(
    make_instance: InstanceFactory, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make_instance(body_part="HAND")
    monkeypatch.setattr(assess_module, "read_model_input", lambda *_: pytest.fail("decoded"))
    _, outcome = assess_source(FileSource(path), model)
    assert described(outcome) == ("excluded", "body_part", "HAND")


def test_what_is_no_dicom_is_excluded_and_says_what_it_is(tmp_path: Path, model: Model) -> None:
    path = tmp_path / "letter.dcm"
    path.write_bytes(b"%PDF-1.7 and so on")
    facts, outcome = assess_source(FileSource(path), model)
    assert described(outcome) == ("excluded", "not_dicom", "a PDF document, not DICOM")
    assert facts.path == str(path)
    assert facts.sop_instance_uid == ""


def test_a_missing_file_fails_as_unreadable(tmp_path: Path, model: Model) -> None:
    _, outcome = assess_source(FileSource(tmp_path / "gone.dcm"), model)
    assert isinstance(outcome, Failed)
    assert outcome.reason is FailureReason.UNREADABLE
    assert "gone.dcm: cannot be opened" in outcome.detail


def test_a_failure_keeps_the_facts_that_were_read(
    make_instance: InstanceFactory, model: Model
) -> None:
    path = make_instance()
    path.write_bytes(path.read_bytes()[:-100])
    facts, outcome = assess_source(FileSource(path), model)
    assert isinstance(outcome, Failed)
    assert outcome.reason is FailureReason.TRUNCATED
    assert facts.patient.name == "Probe, Petra"


@pytest.mark.parametrize(
    ("likeness", "expected"),
    [
        (0.25, ("excluded", "not_chest", "not like a frontal chest image: 0.250")),
        (0.5, ("scored", "", "")),
        (0.75, ("scored", "", "")),
    ],
)
def test_an_image_unlike_a_chest_is_excluded_by_the_gate(
    make_instance: InstanceFactory, tmp_path: Path, likeness: float, expected: tuple[str, str, str]
) -> None:
    gated = load_model(write_tiny_model(tmp_path, likeness=likeness))
    _, outcome = assess_source(FileSource(make_instance()), gated)
    assert described(outcome) == expected


def test_a_model_that_fails_on_an_image_is_a_failure_of_the_model(
    make_instance: InstanceFactory, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        assess_module,
        "read_model_input",
        lambda *_: np.full((224, 224, 1), np.nan, dtype=np.float32),
    )
    _, outcome = assess_source(FileSource(make_instance()), model)
    assert isinstance(outcome, Failed)
    assert outcome.reason is FailureReason.MODEL
    assert "gave a probability from nan" in outcome.detail


def test_memory_that_runs_out_costs_one_file(
    make_instance: InstanceFactory, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exhaust(*_: object) -> None:
        raise MemoryError

    path = make_instance()
    for step in ("read_model_input", "read_instance"):
        with monkeypatch.context() as patched:
            patched.setattr(assess_module, step, exhaust)
            _, outcome = assess_source(FileSource(path), model)
        assert isinstance(outcome, Failed)
        assert outcome.reason is FailureReason.MEMORY
        assert str(path) in outcome.detail


def test_what_nobody_foresaw_costs_one_file_and_quotes_nothing_in_the_log(
    make_instance: InstanceFactory,
    model: Model,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def stumble(instance: Instance, _spec: object) -> None:
        raise ZeroDivisionError(instance.facts.patient.name)

    monkeypatch.setattr(assess_module, "read_model_input", stumble)
    path = make_instance(patient_name="Secretname^Sven")
    _, outcome = assess_source(FileSource(path), model)
    assert isinstance(outcome, Failed)
    assert outcome.reason is FailureReason.UNREADABLE
    assert "unforeseen ZeroDivisionError" in outcome.detail
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert "ZeroDivisionError" in caplog.text
    assert "stumble" in caplog.text  # where it happened
    assert "Secretname" not in caplog.text


@pytest.mark.parametrize(
    ("age", "view_position", "body_part", "kinds"),
    [
        ("003Y", "PA", "CHEST", []),
        ("060Y", "PA", "CHEST", [NoticeKind.AGE_OUTSIDE_TRAINING]),
        (
            "003Y",
            "",
            "",
            [NoticeKind.BODY_PART_UNKNOWN, NoticeKind.VIEW_UNKNOWN],
        ),
    ],
)
def test_a_score_carries_what_its_reader_must_know(
    make_instance: InstanceFactory,
    model: Model,
    age: str,
    view_position: str,
    body_part: str,
    kinds: list[NoticeKind],
) -> None:
    path = make_instance(age=age, view_position=view_position, body_part=body_part)
    _, outcome = assess_source(FileSource(path), model)
    assert isinstance(outcome, Scored)
    assert [notice.kind for notice in outcome.notices] == kinds


@pytest.fixture(scope="module")
def two_models(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """Give the model that reads adults the other way round than children."""
    return load_model(write_tiny_model(tmp_path_factory.mktemp("two"), populations=True))


@pytest.mark.parametrize(
    ("age", "changes", "population", "kinds"),
    [
        ("003Y", {}, "children", []),
        ("005Y", {}, "children", []),
        ("006Y", {}, "children", [NoticeKind.AGE_OUTSIDE_TRAINING]),
        ("015Y", {}, "children", [NoticeKind.AGE_OUTSIDE_TRAINING]),
        ("016Y", {}, "adults", [NoticeKind.AGE_OUTSIDE_TRAINING]),
        ("020Y", {}, "adults", []),
        ("090Y", {}, "adults", []),
        ("190M", {}, "children", [NoticeKind.AGE_OUTSIDE_TRAINING]),
        ("192M", {}, "adults", [NoticeKind.AGE_OUTSIDE_TRAINING]),
        ("018M", {}, "children", []),
        ("003W", {}, "children", [NoticeKind.AGE_OUTSIDE_TRAINING]),
        ("840W", {}, "adults", [NoticeKind.AGE_OUTSIDE_TRAINING]),
        ("999D", {}, "children", []),
        # without (0010,1010): from the birth date to the study date, 5 March 2024
        ("", {"PatientBirthDate": "20080305"}, "adults", [NoticeKind.AGE_OUTSIDE_TRAINING]),
        ("", {"PatientBirthDate": "20080306"}, "children", [NoticeKind.AGE_OUTSIDE_TRAINING]),
        ("", {"PatientBirthDate": "19700101"}, "adults", []),
        ("", {"PatientBirthDate": "20210201"}, "children", []),
        # the age that is stated goes before the dates
        ("045Y", {"PatientBirthDate": "20210201"}, "adults", []),
        ("", {"PatientBirthDate": ""}, "children", [NoticeKind.AGE_UNKNOWN]),
        (
            "",
            {"PatientBirthDate": "19700101", "StudyDate": ""},
            "children",
            [NoticeKind.AGE_UNKNOWN],
        ),
        ("old", {"PatientBirthDate": None}, "children", [NoticeKind.AGE_UNKNOWN]),
    ],
)
def test_the_age_chooses_probability_heatmap_and_operating_point(
    make_instance: InstanceFactory,
    two_models: Model,
    age: str,
    changes: dict[str, str | None],
    population: str,
    kinds: list[NoticeKind],
) -> None:
    path = make_instance(
        pixels=flat(112), bits_stored=8, age="003Y", changes={"PatientAge": age, **changes}
    )
    _, outcome = assess_source(FileSource(path), two_models)
    assert isinstance(outcome, Scored)
    assert outcome.population == population
    assert outcome.operating_point == f"{population}: balanced"
    # sigmoid((112 - 128) / 32), and for adults 1 - that
    low, heat = 0.377541, 112 / 255
    expected = (low, heat) if population == "children" else (1 - low, 1 - heat)
    assert outcome.probability == pytest.approx(expected[0], abs=1e-5)
    assert outcome.heatmap.shape == (7, 7)
    assert outcome.heatmap[3, 3] == pytest.approx(expected[1], abs=1e-5)
    assert outcome.is_flagged is (population == "adults")
    assert [notice.kind for notice in outcome.notices] == kinds
    for notice in outcome.notices:
        assert f"read as {population}" in notice.sentence


def test_each_population_is_flagged_at_its_own_threshold(
    make_instance: InstanceFactory, two_models: Model
) -> None:
    # of grey 120 children have 0.438 and adults 0.562: both below their own threshold, 0.5 and 0.6
    for age in ("003Y", "040Y"):
        path = make_instance(pixels=flat(120), bits_stored=8, age=age)
        _, outcome = assess_source(FileSource(path), two_models)
        assert isinstance(outcome, Scored)
        assert not outcome.is_flagged


def test_where_other_ages_are_excluded_those_of_the_population_count(
    make_instance: InstanceFactory, tmp_path: Path, two_models: Model
) -> None:
    strict = two_models.card.eligibility.model_copy(update={"excludes_other_ages": True})
    model = load_model(
        write_tiny_model(tmp_path, populations=True, card_changes={"eligibility": strict})
    )
    found = {}
    for age in ("003Y", "010Y", "017Y", "040Y", "095Y"):
        _, outcome = assess_source(FileSource(make_instance(age=age)), model)
        found[age] = described(outcome)
    assert found == {
        "003Y": ("scored", "", ""),
        "010Y": ("excluded", "age", "10 years"),
        "017Y": ("excluded", "age", "17 years"),
        "040Y": ("scored", "", ""),
        "095Y": ("excluded", "age", "95 years"),
    }
    path = make_instance(changes={"PatientAge": None, "PatientBirthDate": ""})
    assert described(assess_source(FileSource(path), model)[1]) == ("excluded", "age_missing", "")


def test_the_table_of_outcomes_knows_each_kind_of_exclusion_that_a_header_can_give() -> None:
    reasons = {row["reason"] for row in ROWS}
    assert {"sop_class", "no_pixels", "body_part", "not_dicom", "truncated"} <= reasons
    assert reasons - {""} <= {*ExclusionReason, *FailureReason}
