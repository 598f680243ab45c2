"""Who is taken for the same patient, and which of their studies are priors."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from typing import TYPE_CHECKING, Any

import pytest

from tests.worklist.made import MODEL, OTHER_MODEL, excluded, make_facts, scored
from triage_app.imaging.instance import InstanceFacts
from triage_app.triage.study import StudyState
from triage_app.worklist.priors import IdentityDoubt

if TYPE_CHECKING:
    from triage_app.worklist.store import WorklistStore

BORN = date(2020, 1, 1)
CURRENT = "1.2.100"


def facts(study: str, *, on: date | None, **changes: Any) -> InstanceFacts:
    patient: dict[str, Any] = {"birth_date": BORN, "sex": "F"}
    image: dict[str, Any] = {"body_part": "CHEST", "has_pixel_data": True}
    others: dict[str, Any] = {"name": "Probe, Petra", "patient_id": "P-1", "on": on}
    for key, value in changes.items():
        group = patient if key in patient else image if key in image else others
        group[key] = value
    made = make_facts(study=study, **others)
    return replace(
        made,
        patient=replace(made.patient, **patient),
        image=replace(made.image, **image),
    )


@pytest.fixture
def current(store: WorklistStore) -> str:
    """Give the key of a study of 2024-03-05."""
    return store.record(facts(CURRENT, on=date(2024, 3, 5)), scored(0.8), MODEL, 0.1)


def keys(store: WorklistStore) -> list[str]:
    return [prior.row.study_key for prior in store.find_priors(CURRENT, MODEL.device_uid)]


def test_earlier_studies_come_newest_first_and_later_ones_not(
    store: WorklistStore, current: str
) -> None:
    for study, on in (
        ("1.2.1", date(2021, 1, 1)),
        ("1.2.2", date(2023, 1, 1)),
        ("1.2.3", date(2025, 1, 1)),
        ("1.2.4", None),
    ):
        store.record(facts(study, on=on), scored(0.2), MODEL, 0.1)
    assert keys(store) == ["1.2.2", "1.2.1"]
    (newest, _) = store.find_priors(current, MODEL.device_uid)
    assert newest.row.result.probability == pytest.approx(0.2)
    assert newest.other_result is None
    assert newest.doubts == ()


def test_of_one_day_the_earlier_hour_is_a_prior(store: WorklistStore) -> None:
    day = date(2024, 3, 5)
    store.record(facts(CURRENT, on=day, at=time(12)), scored(0.8), MODEL, 0.1)
    store.record(facts("1.2.1", on=day, at=time(8)), scored(0.8), MODEL, 0.1)
    store.record(facts("1.2.2", on=day, at=time(13)), scored(0.8), MODEL, 0.1)
    assert keys(store) == ["1.2.1"]


@pytest.mark.parametrize(
    "changes",
    [
        {"patient_id": "P-2"},
        {"patient_id": "p-1"},
        {"birth_date": date(2020, 1, 2)},
        {"birth_date": None, "name": "Other, Otto"},
    ],
    ids=["other ID", "ID in other case", "other birth date", "no birth date and another name"],
)
@pytest.mark.usefixtures("current")
def test_another_patient_s_study_is_no_prior(
    store: WorklistStore, changes: dict[str, object]
) -> None:
    store.record(facts("1.2.1", on=date(2022, 1, 1), **changes), scored(0.2), MODEL, 0.1)
    assert keys(store) == []


@pytest.mark.parametrize(
    ("changes", "doubts"),
    [
        ({"name": "PROBE^PETRA MARIA"}, ()),
        ({"name": ""}, ()),
        ({"name": "Married, Petra"}, (IdentityDoubt.NAME_DIFFERS,)),
        ({"name": "Entirely, Other"}, (IdentityDoubt.NAME_DIFFERS,)),
        ({"sex": "M"}, (IdentityDoubt.SEX_DIFFERS,)),
        ({"birth_date": None}, (IdentityDoubt.BIRTH_DATE_UNKNOWN,)),
    ],
    ids=["more names", "no name", "married", "other name, same birth date", "sex", "no date"],
)
@pytest.mark.usefixtures("current")
def test_what_does_not_agree_is_told(
    store: WorklistStore, changes: dict[str, object], doubts: tuple[IdentityDoubt, ...]
) -> None:
    store.record(facts("1.2.1", on=date(2022, 1, 1), **changes), scored(0.2), MODEL, 0.1)
    assert [prior.doubts for prior in store.find_priors(CURRENT, MODEL.device_uid)] == [doubts]


@pytest.mark.parametrize(
    ("changes", "is_prior"),
    [
        ({"body_part": "THORAX"}, True),
        ({"body_part": "HAND"}, False),
        ({"body_part": "", "description": "Röntgen-Thorax p.a."}, True),
        ({"body_part": "", "description": "Hand links"}, False),
        ({"body_part": "CHEST", "has_pixel_data": False}, False),
    ],
    ids=["thorax", "hand", "described as thorax", "described as hand", "a report"],
)
@pytest.mark.usefixtures("current")
def test_priors_are_images_of_the_chest(
    store: WorklistStore, changes: dict[str, object], is_prior: bool
) -> None:
    store.record(facts("1.2.1", on=date(2022, 1, 1), **changes), excluded(), MODEL, 0.1)
    assert keys(store) == (["1.2.1"] if is_prior else [])


def test_what_another_model_said_is_told_as_such(store: WorklistStore, current: str) -> None:
    store.record(facts("1.2.1", on=date(2022, 1, 1)), scored(0.4, OTHER_MODEL), OTHER_MODEL, 0.1)
    (prior,) = store.find_priors(current, MODEL.device_uid)
    assert prior.row.result.state is StudyState.PENDING
    assert prior.other_result is not None
    assert prior.other_result.model.title == "lung 2.0"
    assert prior.other_result.probability == pytest.approx(0.4)


def test_a_study_without_id_or_date_has_no_priors(store: WorklistStore) -> None:
    store.record(facts("1.2.1", on=date(2022, 1, 1), patient_id=""), scored(0.2), MODEL, 0.1)
    store.record(facts(CURRENT, on=date(2024, 3, 5), patient_id=""), scored(0.8), MODEL, 0.1)
    store.record(facts("1.2.5", on=None), scored(0.8), MODEL, 0.1)
    assert keys(store) == []
    assert store.find_priors("1.2.5", MODEL.device_uid) == ()
    assert store.find_priors("no such study", MODEL.device_uid) == ()
