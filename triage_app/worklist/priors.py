"""Earlier chest studies of the same patient, and how sure it is that it is the same."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, select

from triage_app.imaging.instance import InstanceFacts, PatientFacts
from triage_app.triage.study import StudyState
from triage_app.worklist.documents import facts_from_document
from triage_app.worklist.listing import find_study
from triage_app.worklist.records import ModelIdentity, StudyRow
from triage_app.worklist.schema import instances, models, outcomes, studies, study_results
from triage_app.worklist.search import searchable, sortable

__all__ = ["MOST_PRIORS", "IdentityDoubt", "OtherResult", "PriorStudy", "find_priors"]

MOST_PRIORS = 20
"""The newest; nobody compares with more."""

_MOST_CANDIDATES = 200

_CHEST_WORDS = frozenset(
    {"chest", "thorax", "torax", "thoracic", "thorakal", "lung", "lungs", "lunge", "poumon"}
    | {"poumons", "pulmon", "pulmones", "ribs", "cxr"}
)
"""In (0018,0015) Body Part Examined and in descriptions, folded as for searching."""


class IdentityDoubt(StrEnum):
    """Why two studies under one Patient ID may belong to two people."""

    NAME_DIFFERS = "name differs"
    SEX_DIFFERS = "sex differs"
    BIRTH_DATE_UNKNOWN = "birth date unknown"


@dataclass(frozen=True, slots=True)
class OtherResult:
    """What another model said of a study; it cannot be compared with this model's."""

    model: ModelIdentity
    state: StudyState
    probability: float | None


@dataclass(frozen=True, slots=True)
class PriorStudy:
    """An earlier study.

    Attributes
    ----------
    row : with the result by the model that was asked for, pending where it has none
    other_result : by the newest other model that scored it; None where this model did, or none
    doubts : about the patient being the same
    """

    row: StudyRow
    other_result: OtherResult | None = None
    doubts: tuple[IdentityDoubt, ...] = ()


def find_priors(
    connection: Connection, study_key: str, model_device_uid: str
) -> tuple[PriorStudy, ...]:
    """Find the earlier chest studies of a study's patient, the newest first.

    The same patient has the same Patient ID, no other birth date, and, where no birth date says so,
    no entirely other name. A study without a date is neither earlier nor later than another.
    """
    current = find_study(connection, study_key, model_device_uid)
    if current is None or not current.patient.patient_id.strip():
        return ()
    moment = connection.execute(
        select(studies.c.study_moment).where(studies.c.study_key == study_key)
    ).scalar()
    if moment is None:
        return ()
    # by the folded ID, because that one has an index
    candidates = connection.execute(
        select(studies.c.id, studies.c.study_key)
        .where(
            studies.c.patient_id_order == sortable(current.patient.patient_id),
            studies.c.study_key != study_key,
            studies.c.study_moment < moment,
        )
        .order_by(studies.c.study_moment.desc(), studies.c.study_key)
        .limit(_MOST_CANDIDATES)
    ).all()
    priors: list[PriorStudy] = []
    for candidate in candidates:
        row = find_study(connection, candidate.study_key, model_device_uid)
        doubts = None if row is None else _compare(current.patient, row.patient)
        if row is None or doubts is None or not _is_chest(connection, candidate.id):
            continue
        other = None
        if row.result.probability is None:
            other = _find_other_result(connection, candidate.id, model_device_uid)
        priors.append(PriorStudy(row, other, doubts))
        if len(priors) == MOST_PRIORS:
            break
    return tuple(priors)


def _compare(one: PatientFacts, other: PatientFacts) -> tuple[IdentityDoubt, ...] | None:
    """Say what speaks against one patient; None where they are two."""
    if one.patient_id.strip() != other.patient_id.strip():
        return None
    has_both_dates = one.birth_date is not None and other.birth_date is not None
    if has_both_dates and one.birth_date != other.birth_date:
        return None
    words, others = (set(searchable(patient.name).split()) for patient in (one, other))
    if words and others and not words & others and not has_both_dates:
        return None
    doubts = []
    if words and others and not (words <= others or others <= words):
        doubts.append(IdentityDoubt.NAME_DIFFERS)
    if one.sex and other.sex and one.sex != other.sex:
        doubts.append(IdentityDoubt.SEX_DIFFERS)
    if not has_both_dates:
        doubts.append(IdentityDoubt.BIRTH_DATE_UNKNOWN)
    return tuple(doubts)


def _is_chest(connection: Connection, study_id: int) -> bool:
    """Tell by what a model scored, by Body Part Examined, else by the descriptions."""
    was_scored = connection.execute(
        select(outcomes.c.instance_id)
        .join(instances, instances.c.id == outcomes.c.instance_id)
        .where(instances.c.study_id == study_id, outcomes.c.probability.is_not(None))
        .limit(1)
    ).first()
    if was_scored is not None:
        return True
    documents = connection.execute(
        select(instances.c.facts).where(instances.c.study_id == study_id)
    ).scalars()
    return any(_shows_chest(facts_from_document(document, "")) for document in documents)


def _shows_chest(facts: InstanceFacts) -> bool:
    if not facts.image.has_pixel_data:
        return False
    if facts.image.body_part:
        text = facts.image.body_part
    else:
        text = f"{facts.study.study_description} {facts.study.series_description}"
    return bool(_CHEST_WORDS & set(_words(text)))


def _words(text: str) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in searchable(text)).split()


def _find_other_result(
    connection: Connection, study_id: int, model_device_uid: str
) -> OtherResult | None:
    row = connection.execute(
        select(models, study_results.c.state, study_results.c.probability)
        .join(models, models.c.id == study_results.c.model_id)
        .where(
            study_results.c.study_id == study_id,
            study_results.c.probability.is_not(None),
            models.c.device_uid != model_device_uid,
        )
        .order_by(models.c.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    model = ModelIdentity(row.device_uid, row.title, row.operating_point, row.threshold)
    return OtherResult(model, StudyState(row.state), row.probability)
