"""What is read from the database: rows of the worklist, instances of a study, its history."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    RowMapping,
    Select,
    and_,
    case,
    exists,
    func,
    null,
    or_,
    select,
    true,
)

from triage_app.imaging.instance import PatientFacts, StudyFacts
from triage_app.triage.outcome import Status
from triage_app.triage.priority import Tier, tier_of
from triage_app.triage.study import StudyResult, StudyState
from triage_app.worklist.documents import facts_from_document, outcome_from_columns
from triage_app.worklist.paging import (
    conditions,
    find_ids,
    of_model,
    of_tab,
    table_of,
    wall_clock,
)
from triage_app.worklist.recording import FOLDER_PREFIX
from triage_app.worklist.records import (
    InstanceRow,
    ReadingStatus,
    StudyFilter,
    StudyQuery,
    StudyRow,
)
from triage_app.worklist.schema import (
    files,
    instances,
    models,
    outcomes,
    series,
    studies,
    study_results,
)
from triage_app.worklist.search import search_words

__all__ = [
    "count_by_filter",
    "count_studies",
    "find_study",
    "list_instances",
    "list_studies",
    "select_assessed_paths",
    "select_paths_without_outcome",
]

_CHUNK = 500
"""Rows that are fetched by their keys at a time."""


def list_studies(connection: Connection, query: StudyQuery, now: datetime) -> list[StudyRow]:
    """Read one page of the worklist.

    Parameters
    ----------
    now : the moment, with its zone, at which waiting times and "today" are taken
    """
    model_id = _find_model_id(connection, query.model_device_uid)
    # What few columns decide the page are sorted alone; the wide rows are fetched for one page
    ids = find_ids(connection, query, model_id, wall_clock(now))
    rows: dict[int, StudyRow] = {}
    for first in range(0, len(ids), _CHUNK):
        wanted = ids[first : first + _CHUNK]
        statement = _select_rows(model_id).where(studies.c.id.in_(wanted))
        for row in connection.execute(statement).mappings():
            rows[row["id"]] = _study_row(row)
    return [rows[study_id] for study_id in ids]


def find_study(connection: Connection, study_key: str, model_device_uid: str) -> StudyRow | None:
    """Read one row of the worklist."""
    model_id = _find_model_id(connection, model_device_uid)
    statement = _select_rows(model_id).where(studies.c.study_key == study_key)
    row = connection.execute(statement).mappings().one_or_none()
    return None if row is None else _study_row(row)


def count_studies(connection: Connection, query: StudyQuery, now: datetime) -> int:
    """Count the rows of all pages."""
    model_id = _find_model_id(connection, query.model_device_uid)
    table = table_of(model_id)
    statement = select(func.count()).where(
        *of_model(table, model_id), *conditions(table, query, wall_clock(now))
    )
    return connection.execute(statement.select_from(table)).scalar_one()


def count_by_filter(
    connection: Connection, model_device_uid: str, text: str, reader: str, now: datetime
) -> dict[StudyFilter, int]:
    """Count the rows under each tab."""
    query = StudyQuery(model_device_uid, text=text, reader=reader)
    by_tab = {tab: replace(query, filter=tab) for tab in StudyFilter}
    if not search_words(text):  # each of these is one walk over one index
        return {tab: count_studies(connection, asked, now) for tab, asked in by_tab.items()}
    model_id = _find_model_id(connection, model_device_uid)
    table, clock = table_of(model_id), wall_clock(now)
    counts = [
        func.coalesce(func.sum(case((and_(true(), *of_tab(table, asked, clock)), 1), else_=0)), 0)
        for asked in by_tab.values()
    ]
    within = [*of_model(table, model_id), *conditions(table, query, clock)]
    statement = select(*counts).select_from(table).where(*within)
    return dict(zip(StudyFilter, connection.execute(statement).one(), strict=True))


def list_instances(
    connection: Connection, study_key: str, model_device_uid: str
) -> list[InstanceRow]:
    """Read a study's instances with their outcomes by a model."""
    model_id = _find_model_id(connection, model_device_uid)
    of_model = and_(outcomes.c.instance_id == instances.c.id, outcomes.c.model_id == model_id)
    statement = (
        select(instances.c.path, instances.c.facts, *outcomes.c)
        .select_from(
            instances.join(studies, studies.c.id == instances.c.study_id)
            .join(series, series.c.id == instances.c.series_id)
            .outerjoin(outcomes, of_model)
        )
        .where(studies.c.study_key == study_key)
        .order_by(
            series.c.series_number.asc().nulls_last(),
            instances.c.instance_number.asc().nulls_last(),
            instances.c.path.asc().nulls_last(),
            instances.c.id,
        )
    )
    return [
        InstanceRow(
            facts=facts_from_document(row.facts, row.path or ""),
            outcome=None if row.status is None else outcome_from_columns(row._asdict()),
            seconds=row.seconds,
        )
        for row in connection.execute(statement)
    ]


def select_assessed_paths(
    model_device_uid: str, operating_points: Collection[str] | None
) -> Select[tuple[str]]:
    """Select the files whose outcome by a model stands.

    A failed file is not among them: it may be whole, or readable, the next time. Neither is one
    that was scored at another operating point, where some are given.
    """
    stands = [models.c.device_uid == model_device_uid, outcomes.c.status != str(Status.FAILED)]
    if operating_points is not None:
        stands.append(
            or_(
                outcomes.c.status != str(Status.SCORED),
                outcomes.c.operating_point.in_(list(operating_points)),
            )
        )
    return (
        select(files.c.path)
        .join(outcomes, outcomes.c.instance_id == files.c.instance_id)
        .join(models, models.c.id == outcomes.c.model_id)
        .where(*stands)
    )


def select_paths_without_outcome(model_device_uid: str) -> Select[tuple[str]]:
    """Select the files of instances that a model has no outcome of, in the order of their names."""
    by_model = (
        exists()
        .where(outcomes.c.instance_id == files.c.instance_id)
        .where(outcomes.c.model_id == models.c.id)
        .where(models.c.device_uid == model_device_uid)
    )
    return select(files.c.path).where(~by_model).order_by(files.c.path)


def _find_model_id(connection: Connection, device_uid: str) -> int | None:
    return connection.execute(select(models.c.id).where(models.c.device_uid == device_uid)).scalar()


def _select_rows(model_id: int | None) -> Select[Any]:
    # An outer join, so that a study is not lost that no result was stored for
    of_model = study_results.c.model_id == (null() if model_id is None else model_id)
    joined = studies.outerjoin(
        study_results, and_(study_results.c.study_id == studies.c.id, of_model)
    ).outerjoin(series, series.c.id == study_results.c.driving_series_id)
    return select(
        *studies.c,
        *(column for column in study_results.c if column.name not in studies.c),
        series.c.series_instance_uid,
        series.c.series_number,
        series.c.series_description,
    ).select_from(joined)


def _study_row(row: RowMapping) -> StudyRow:
    result = _result(row)
    is_folder = row["study_key"].startswith(FOLDER_PREFIX)
    return StudyRow(
        study_key=row["study_key"],
        patient=PatientFacts(
            name=row["patient_name"],
            patient_id=row["patient_id"],
            birth_date=row["patient_birth_date"],
            age_years=row["patient_age_years"],
            sex=row["patient_sex"],
        ),
        study=StudyFacts(
            study_instance_uid="" if is_folder else row["study_key"],
            series_instance_uid=row["series_instance_uid"] or "",
            accession_number=row["accession_number"],
            study_date=row["study_date"],
            study_time=row["study_time"],
            study_description=row["study_description"],
            series_description=row["series_description"] or "",
            series_number=row["series_number"],
            requested_priority=row["requested_priority"],
        ),
        modality=row["modality"] or "",
        images=row["images"],
        result=result,
        tier=tier_of(result) if row["tier"] is None else Tier(row["tier"]),
        reading_status=ReadingStatus(row["reading_status"]),
        reader=row["reader"],
        received=row["received_at"],
        status_since=row["status_at"],
        waiting_since=row["waiting_since"],
        priority_source=row["priority_source"],
    )


def _result(row: RowMapping) -> StudyResult:
    if row["state"] is None:
        return StudyResult(StudyState.PENDING, pending=row["images"])
    return StudyResult(
        state=StudyState(row["state"]),
        probability=row["probability"],
        driving_sop_instance_uid=row["driving_sop_instance_uid"],
        operating_point=row["operating_point"],
        population=row["population"],
        scored=row["scored"],
        excluded=row["excluded"],
        failed=row["failed"],
        pending=row["pending"],
        reasons=tuple(json.loads(row["reasons"])),
    )
