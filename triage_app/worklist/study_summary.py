"""What a study's instances and outcomes amount to, stored beside them so that the list can sort."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from itertools import chain, repeat
from typing import Any

import numpy as np
from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from triage_app.errors import FailureReason
from triage_app.imaging.eligibility import Exclusion, ExclusionReason
from triage_app.triage.outcome import Excluded, Failed, Outcome, Scored, Status
from triage_app.triage.priority import tier_of
from triage_app.triage.study import StudyResult, StudyState, combine_outcomes
from triage_app.worklist.auditing.events import instances_accessed
from triage_app.worklist.auditing.message import Action, Code
from triage_app.worklist.auditing.trail import append_message, as_audited
from triage_app.worklist.dialect import upsert
from triage_app.worklist.records import EventKind, ReadingStatus
from triage_app.worklist.schema import (
    COPIED_COLUMNS,
    events,
    feedback,
    instances,
    models,
    outcomes,
    series,
    studies,
    study_results,
)

__all__ = [
    "add_event",
    "await_model",
    "compute_result",
    "copy_to_results",
    "find_stale_results",
    "refresh_result",
    "refresh_study",
]

PROGRAM = "program"
"""The actor of an event that no person caused."""

_THIS_STUDY = studies.c.id == bindparam("study")
_IN_STUDY = instances.c.study_id == bindparam("study")
_OF_MODEL = and_(
    outcomes.c.instance_id == instances.c.id, outcomes.c.model_id == bindparam("model")
)
_LOCK_STUDY = select(studies.c.id).where(_THIS_STUDY).with_for_update(key_share=True)

_COUNT_INSTANCES = (
    select(instances.c.modality, instances.c.is_duplicate, func.count())
    .where(_IN_STUDY)
    .group_by(instances.c.modality, instances.c.is_duplicate)
)
_IS_MARKED = select(
    or_(
        studies.c.reading_status != str(ReadingStatus.UNREAD),
        exists().where(feedback.c.study_id == studies.c.id),
    )
).where(_THIS_STUDY)
_SCORED = (
    select(
        func.coalesce(instances.c.sop_instance_uid, "").label("sop_instance_uid"),
        instances.c.series_id,
        outcomes.c.probability,
        outcomes.c.is_flagged,
        outcomes.c.operating_point,
        outcomes.c.population,
    )
    .join(outcomes, _OF_MODEL)
    .where(_IN_STUDY, outcomes.c.status == str(Status.SCORED))
    .order_by(instances.c.path)
)
_COUNT_NOT_SCORED = (
    select(func.count().label("number"), outcomes.c.status, outcomes.c.reason)
    .select_from(instances.outerjoin(outcomes, _OF_MODEL))
    .where(
        _IN_STUDY,
        or_(
            outcomes.c.status != str(Status.SCORED),
            # a file that repeats another instance waits for nothing
            and_(outcomes.c.status.is_(None), ~instances.c.is_duplicate),
        ),
    )
    .group_by(outcomes.c.status, outcomes.c.reason)
)
_COPY = (
    update(study_results)
    .where(study_results.c.study_id == studies.c.id, _THIS_STUDY)
    .values({name: studies.c[name] for name in COPIED_COLUMNS})
)
_BEFORE = (
    select(
        *(studies.c[name] for name in COPIED_COLUMNS),
        models.c.title,
        study_results.c.state,
        study_results.c.probability,
        study_results.c.driving_sop_instance_uid,
        study_results.c.operating_point,
    )
    .select_from(studies.join(models, models.c.id == bindparam("model")))
    .outerjoin(
        study_results,
        and_(study_results.c.study_id == studies.c.id, study_results.c.model_id == models.c.id),
    )
    .where(_THIS_STUDY)
)

_STUDY = select(studies).where(_THIS_STUDY)
_KEPT_RESULT = select(study_results).where(
    study_results.c.study_id == bindparam("study"), study_results.c.model_id == bindparam("model")
)

_AUDITED = {
    EventKind.READING_STATUS: Action.UPDATE,
    EventKind.FEEDBACK: Action.UPDATE,
    EventKind.REPLACED: Action.UPDATE,
    EventKind.RETENTION: Action.DELETE,
}
"""What the program does by itself to every study is no event of the audit."""

_NO_HEATMAP = np.empty((0, 0), np.float32)


def add_event(
    connection: Connection,
    study_id: int,
    at: datetime,
    kind: EventKind,
    *,
    actor: str = PROGRAM,
    detail: str = "",
) -> None:
    """Append to a study's history, and what a person did, or what was taken away, to the audit."""
    row = {"study_id": study_id, "at": at, "kind": str(kind), "actor": actor, "detail": detail}
    connection.execute(insert(events).values(row))
    if (action := _AUDITED.get(kind)) is not None:
        study = connection.execute(_STUDY, {"study": study_id}).mappings().one()
        event_type = Code(str(kind), str(kind).capitalize(), "99TRIAGE")
        message = instances_accessed(
            as_audited(study), actor, action, detail=detail, kind=event_type
        )
        append_message(connection, message, at)


def await_model(connection: Connection, model_id: int) -> None:
    """Let every study wait for a model that the worklist did not know."""
    for images, condition in ((0, studies.c.images == 0), (1, studies.c.images > 0)):
        result = combine_outcomes(repeat(("", None), images))
        columns = _result_columns(result) | {"model_id": model_id, "driving_series_id": None}
        columns.pop("pending")
        connection.execute(
            insert(study_results).from_select(
                ["study_id", *COPIED_COLUMNS, "pending", *columns],
                select(
                    studies.c.id,
                    *(studies.c[name] for name in COPIED_COLUMNS),
                    studies.c.images,
                    *(
                        literal(value, study_results.c[name].type)
                        for name, value in columns.items()
                    ),
                ).where(condition),
            )
        )


def copy_to_results(connection: Connection, study_id: int) -> None:
    """Bring the copies beside a study's results up to date."""
    connection.execute(_COPY, {"study": study_id})


def refresh_study(connection: Connection, study_id: int) -> bool:
    """Recompute what the list shows of a study's instances.

    Returns
    -------
    bool
        whether the study is still there. One that lost its last instance, because its files turned
        out to belong elsewhere, goes; unless a person has marked it or said something of it.
    """
    connection.execute(_LOCK_STUDY, {"study": study_id})
    counted = connection.execute(_COUNT_INSTANCES, {"study": study_id}).all()
    if not counted and not connection.execute(_IS_MARKED, {"study": study_id}).scalar_one():
        for table in (events, study_results, series):
            connection.execute(delete(table).where(table.c.study_id == study_id))
        connection.execute(delete(studies).where(studies.c.id == study_id))
        return False
    connection.execute(
        update(studies)
        .where(studies.c.id == study_id)
        .values(
            images=sum(count for _, is_duplicate, count in counted if not is_duplicate),
            modality="/".join(sorted({modality for modality, _, _ in counted if modality})) or None,
        )
    )
    copy_to_results(connection, study_id)
    return True


def compute_result(
    connection: Connection, study_id: int, model_id: int
) -> tuple[StudyResult, int | None]:
    """Combine the outcomes of a study by a model.

    Returns
    -------
    StudyResult, int or None
        and the series of the driving instance
    """
    asked = {"study": study_id, "model": model_id}
    scored = connection.execute(_SCORED, asked).all()
    others = connection.execute(_COUNT_NOT_SCORED, asked).all()
    result = combine_outcomes(
        chain(
            ((row.sop_instance_uid, _scored_outcome(row)) for row in scored),
            *(repeat(("", _other_outcome(row)), row.number) for row in others),
        )
    )
    driving = (result.driving_sop_instance_uid, result.probability)
    series_of = {(row.sop_instance_uid, row.probability): row.series_id for row in scored}
    return result, series_of.get(driving)


def _scored_outcome(row: Any) -> Outcome:
    return Scored(
        row.probability,
        row.is_flagged,
        row.operating_point,
        _NO_HEATMAP,
        population=row.population,
    )


def _other_outcome(row: Any) -> Outcome | None:
    if row.status is None:
        return None
    if row.status == Status.FAILED:
        return Failed(FailureReason(row.reason), "")
    return Excluded(Exclusion(ExclusionReason(row.reason)))


def find_stale_results(connection: Connection, study_ids: Iterable[int]) -> list[tuple[str, str]]:
    """Compute results anew; give study key and model's device UID of those that are kept otherwise.

    A model has a result of every study, so that one which is missing differs too.
    """
    found = []
    known_models = connection.execute(select(models.c.id, models.c.device_uid)).all()
    for study_id in study_ids:
        study = connection.execute(_STUDY, {"study": study_id}).mappings().one()
        copied = {name: study[name] for name in COPIED_COLUMNS}
        for model_id, device_uid in known_models:
            asked = {"study": study_id, "model": model_id}
            result, series_id = compute_result(connection, study_id, model_id)
            expected = _result_columns(result) | copied | {"driving_series_id": series_id}
            kept = connection.execute(_KEPT_RESULT, asked).mappings().one_or_none()
            if kept is None or any(kept[name] != value for name, value in expected.items()):
                found.append((study["study_key"], device_uid))
    return found


def refresh_result(connection: Connection, study_id: int, model_id: int, at: datetime) -> None:
    """Recompute and store a study's result by a model; note in its history where it changed."""
    result, driving_series_id = compute_result(connection, study_id, model_id)
    before = connection.execute(_BEFORE, {"study": study_id, "model": model_id}).mappings().one()
    columns = _result_columns(result) | {
        "study_id": study_id,
        "model_id": model_id,
        "driving_series_id": driving_series_id,
    }
    columns |= {name: before[name] for name in COPIED_COLUMNS}
    upsert(connection, study_results, ("study_id", "model_id"), columns)
    told = ("state", "probability", "driving_sop_instance_uid", "operating_point")
    if before["state"] is None:
        is_changed = result.state is not StudyState.PENDING
    else:
        is_changed = any(before[name] != columns[name] for name in told)
    if is_changed:
        detail = f"{before['title']}: {result.state}"
        if result.probability is not None:
            detail += f", {result.probability:.3f} at operating point {result.operating_point}"
        add_event(connection, study_id, at, EventKind.OUTCOME, detail=detail)


def _result_columns(result: StudyResult) -> dict[str, Any]:
    return {
        "state": str(result.state),
        "tier": int(tier_of(result)),
        "probability": result.probability,
        "driving_sop_instance_uid": result.driving_sop_instance_uid,
        "operating_point": result.operating_point,
        "population": result.population,
        "scored": result.scored,
        "excluded": result.excluded,
        "failed": result.failed,
        "pending": result.pending,
        "reasons": json.dumps(result.reasons),
    }
