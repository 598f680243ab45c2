"""What is read from the database: rows of the worklist, instances of a study, its history."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    FromClause,
    RowMapping,
    Select,
    and_,
    case,
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
from triage_app.worklist.recording import FOLDER_PREFIX, reading_order
from triage_app.worklist.records import (
    InstanceRow,
    ReadingStatus,
    StudyFilter,
    StudyOrder,
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
]

_STUDY_ORDERS: dict[StudyOrder, Column[Any]] = {
    StudyOrder.READING_STATUS: studies.c.reading_order,
    StudyOrder.PATIENT_NAME: studies.c.name_order,
    StudyOrder.PATIENT_ID: studies.c.patient_id_order,
    StudyOrder.AGE: studies.c.patient_age_years,
    StudyOrder.STUDY_DATE: studies.c.study_moment,
    StudyOrder.MODALITY: studies.c.modality,
    StudyOrder.DESCRIPTION: studies.c.description_order,
    StudyOrder.IMAGES: studies.c.images,
}
"""The column of a study that an order sorts by."""


def list_studies(connection: Connection, query: StudyQuery) -> list[StudyRow]:
    """Read one page of the worklist."""
    model_id = _find_model_id(connection, query.model_device_uid)
    # What few columns decide the page are sorted alone; the wide rows are fetched for one page
    columns = _order_columns(query.order, has_results=model_id is not None)
    is_by_result = columns[0].table is study_results and not search_words(query.text)
    page = (
        select(
            (study_results.c.study_id if is_by_result else studies.c.id).label("id"),
            *(column.label(f"order_{n}") for n, column in enumerate(columns)),
        )
        .select_from(_join_results(model_id, is_by_result=is_by_result))
        .where(*_conditions(query.filter, query.text))
        .order_by(*(_directed(column, query.is_descending) for column in columns))
        .limit(query.limit)
        .offset(query.offset or None)
    )
    if is_by_result:
        page = page.where(study_results.c.model_id == model_id)
    paged = page.subquery()
    statement = (
        _select_rows(model_id)
        .join(paged, paged.c.id == studies.c.id)
        .order_by(
            *(_directed(paged.c[f"order_{n}"], query.is_descending) for n, _ in enumerate(columns))
        )
    )
    return [_study_row(row) for row in connection.execute(statement).mappings()]


def find_study(connection: Connection, study_key: str, model_device_uid: str) -> StudyRow | None:
    """Read one row of the worklist."""
    model_id = _find_model_id(connection, model_device_uid)
    statement = _select_rows(model_id).where(studies.c.study_key == study_key)
    row = connection.execute(statement).mappings().one_or_none()
    return None if row is None else _study_row(row)


def count_studies(connection: Connection, query: StudyQuery) -> int:
    """Count the rows of all pages."""
    model_id = _find_model_id(connection, query.model_device_uid)
    return _count(connection, model_id, query.filter, query.text)


def count_by_filter(
    connection: Connection, model_device_uid: str, text: str
) -> dict[StudyFilter, int]:
    """Count the rows under each tab."""
    model_id = _find_model_id(connection, model_device_uid)
    if not search_words(text):  # each of these is one walk over one index
        return {tab: _count(connection, model_id, tab, text) for tab in StudyFilter}
    counts = [
        func.coalesce(func.sum(case((and_(true(), *_conditions(tab, "")), 1), else_=0)), 0)
        for tab in StudyFilter
    ]
    statement = (
        select(*counts)
        .select_from(_join_results(model_id, is_by_result=False))
        .where(*_conditions(StudyFilter.ALL, text))
    )
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


def select_assessed_paths(model_device_uid: str, operating_point: str | None) -> Select[tuple[str]]:
    """Select the files whose outcome by a model stands.

    A failed file is not among them: it may be whole, or readable, the next time. Neither is one
    that was scored at another operating point, where one is given.
    """
    stands = [models.c.device_uid == model_device_uid, outcomes.c.status != str(Status.FAILED)]
    if operating_point is not None:
        stands.append(
            or_(
                outcomes.c.status != str(Status.SCORED),
                outcomes.c.operating_point == operating_point,
            )
        )
    return (
        select(files.c.path)
        .join(outcomes, outcomes.c.instance_id == files.c.instance_id)
        .join(models, models.c.id == outcomes.c.model_id)
        .where(*stands)
    )


def _find_model_id(connection: Connection, device_uid: str) -> int | None:
    return connection.execute(select(models.c.id).where(models.c.device_uid == device_uid)).scalar()


def _join_results(model_id: int | None, *, is_by_result: bool) -> FromClause:
    # An outer join lets the database begin nowhere but at the table whose index gives the order;
    # and a study that no result was stored for is not lost
    if is_by_result:
        return study_results.outerjoin(studies, studies.c.id == study_results.c.study_id)
    of_model = study_results.c.model_id == (null() if model_id is None else model_id)
    return studies.outerjoin(
        study_results, and_(study_results.c.study_id == studies.c.id, of_model)
    )


def _select_rows(model_id: int | None) -> Select[Any]:
    joined = _join_results(model_id, is_by_result=False).outerjoin(
        series, series.c.id == study_results.c.driving_series_id
    )
    return select(
        *(column for column in studies.c if column is not studies.c.waiting_since),
        *(column for column in study_results.c if column.name not in studies.c),
        series.c.series_instance_uid,
        series.c.series_number,
        series.c.series_description,
    ).select_from(joined)


def _order_columns(order: StudyOrder, *, has_results: bool) -> list[Column[Any]]:
    result = study_results.c
    if order in _STUDY_ORDERS:
        return [_STUDY_ORDERS[order], studies.c.study_key]
    if not has_results:  # all wait for the model: none comes before another but by its age
        by_age = [studies.c.waiting_since] if order is StudyOrder.PRIORITY else []
        return [*by_age, studies.c.study_key]
    if order is StudyOrder.PROBABILITY:
        return [result.probability, result.study_key]
    return [result.tier, result.waiting_since, result.study_key]


def _directed(column: ColumnElement[Any], is_descending: bool) -> ColumnElement[Any]:
    ordered = column.desc() if is_descending else column.asc()
    # said only where it matters: a planner may not see that a column is never absent
    return ordered.nulls_last() if getattr(column, "nullable", True) else ordered


def _conditions(tab: StudyFilter, text: str) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        studies.c.search_text.contains(word, autoescape=True) for word in search_words(text)
    ]
    match tab:
        case StudyFilter.UNREAD:
            conditions.append(studies.c.reading_order == reading_order(ReadingStatus.UNREAD))
        case StudyFilter.FLAGGED:
            conditions.append(study_results.c.state == str(StudyState.FLAGGED))
        case StudyFilter.NOT_PROCESSED:
            conditions.append(study_results.c.state == str(StudyState.NOT_PROCESSED))
        case StudyFilter.ALL:
            pass
    return conditions


def _count(connection: Connection, model_id: int | None, tab: StudyFilter, text: str) -> int:
    conditions = _conditions(tab, text)
    needs_results = tab in (StudyFilter.FLAGGED, StudyFilter.NOT_PROCESSED)
    if needs_results and not search_words(text):
        table: FromClause = study_results
        conditions.append(study_results.c.model_id == (null() if model_id is None else model_id))
    else:
        table = _join_results(model_id, is_by_result=False) if needs_results else studies
    statement = select(func.count()).select_from(table).where(*conditions)
    return connection.execute(statement).scalar_one()


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
        ),
        modality=row["modality"] or "",
        images=row["images"],
        result=result,
        tier=tier_of(result) if row["tier"] is None else Tier(row["tier"]),
        reading_status=ReadingStatus(row["reading_status"]),
        reader=row["reader"],
        received=row["received_at"],
    )


def _result(row: RowMapping) -> StudyResult:
    if row["state"] is None:
        return StudyResult(StudyState.PENDING, pending=row["images"])
    return StudyResult(
        state=StudyState(row["state"]),
        probability=row["probability"],
        driving_sop_instance_uid=row["driving_sop_instance_uid"],
        operating_point=row["operating_point"],
        scored=row["scored"],
        excluded=row["excluded"],
        failed=row["failed"],
        pending=row["pending"],
        reasons=tuple(json.loads(row["reasons"])),
    )
