"""What is read from the database: rows of the worklist, instances of a study, its history."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    Table,
    and_,
    case,
    false,
    func,
    null,
    or_,
    select,
    true,
)

from triage_app.imaging.instance import PatientFacts, StudyFacts
from triage_app.triage.outcome import Status
from triage_app.triage.priority import PriorityRule, Tier, tier_of
from triage_app.triage.study import StudyResult, StudyState
from triage_app.worklist.dialect import contains_text
from triage_app.worklist.documents import facts_from_document, outcome_from_columns
from triage_app.worklist.recording import FOLDER_PREFIX, reading_order
from triage_app.worklist.records import (
    InstanceRow,
    ReadingStatus,
    SortKey,
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

_ORDERS: dict[StudyOrder, tuple[str, ...]] = {
    StudyOrder.RESULT: ("tier", "waiting_since"),
    StudyOrder.PROBABILITY: ("probability",),
    StudyOrder.READING_STATUS: ("reading_order",),
    StudyOrder.PATIENT_NAME: ("name_order",),
    StudyOrder.PATIENT_ID: ("patient_id_order",),
    StudyOrder.AGE: ("patient_age_years",),
    StudyOrder.STUDY_DATE: ("study_moment",),
    StudyOrder.MODALITY: ("modality",),
    StudyOrder.DESCRIPTION: ("description_order",),
    StudyOrder.IMAGES: ("images",),
    StudyOrder.ARRIVAL: ("waiting_since",),
    StudyOrder.WAITING: ("open_since",),
    StudyOrder.ACCESSION: ("accession_order",),
    StudyOrder.READER: ("reader_order",),
}
"""Columns that an order sorts by, of a study or of its result."""

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
    ids = _find_ids(connection, query, model_id, _wall_clock(now))
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
    table = _table_of(model_id)
    statement = select(func.count()).where(
        *_of_model(table, model_id), *_conditions(table, query, _wall_clock(now))
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
    table, clock = _table_of(model_id), _wall_clock(now)
    counts = [
        func.coalesce(func.sum(case((and_(true(), *_of_tab(table, asked, clock)), 1), else_=0)), 0)
        for asked in by_tab.values()
    ]
    statement = (
        select(*counts)
        .select_from(table)
        .where(*_of_model(table, model_id), *_conditions(table, query, clock))
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


def _wall_clock(now: datetime) -> datetime:
    """Give the moment as the department's clock shows it, which is what headers tell."""
    return now.astimezone().replace(tzinfo=None)


def _table_of(model_id: int | None) -> Table:
    """Give the one table that finds a page; a known model has a result of every study."""
    return studies if model_id is None else study_results


def _of_model(table: Table, model_id: int | None) -> list[ColumnElement[bool]]:
    return [] if table is studies else [study_results.c.model_id == model_id]


def _find_ids(
    connection: Connection, query: StudyQuery, model_id: int | None, clock: datetime
) -> list[int]:
    table = _table_of(model_id)
    if query.order is StudyOrder.PRIORITY and not search_words(query.text):
        return _find_ids_by_priority(connection, query, model_id, clock)
    keys = [SortKey(query.order, query.is_descending), *query.then]
    is_whole = query.filter is StudyFilter.ALL and not search_words(query.text)
    if is_whole and len(keys) == 1 and all(n in studies.c for n in _ORDERS[query.order]):
        table = studies  # has an index in this order
    columns: list[ColumnElement[Any]] = []
    for key in keys:
        columns += _directed_columns(table, key, query.rule, clock)
    columns.append(_directed(table.c.study_key, query.is_descending))
    if not is_whole:
        columns[0] = _directed_columns(table, keys[0], query.rule, clock, is_walked=True)[0]
    statement = (
        select(_id_of(table))
        .where(*_of_model(table, model_id), *_conditions(table, query, clock))
        .order_by(*columns)
        .limit(query.limit)
        .offset(query.offset or None)
    )
    return list(connection.execute(statement).scalars())


def _find_ids_by_priority(
    connection: Connection, query: StudyQuery, model_id: int | None, clock: datetime
) -> list[int]:
    """Find a page part by part: the urgent, the overdue, the rest; each has its index."""
    table = _table_of(model_id)
    found: list[int] = []
    offset, limit = query.offset, query.limit
    parts = _parts(table, query.rule, clock)
    for part, names in reversed(parts) if query.is_descending else parts:
        if limit is not None and len(found) >= limit:
            break
        within = and_(true(), *_of_model(table, model_id), *_conditions(table, query, clock), *part)
        order = [_directed(table.c[n], query.is_descending) for n in names if n in table.c]
        statement = select(_id_of(table)).where(within).order_by(*order)
        left = None if limit is None else limit - len(found)
        page = list(connection.execute(statement.limit(left).offset(offset or None)).scalars())
        if page:
            offset = 0
        elif offset:
            count = select(func.count()).select_from(table).where(within)
            offset -= connection.execute(count).scalar_one()
        found += page
    return found


def _parts(
    table: Table, rule: PriorityRule, clock: datetime
) -> list[tuple[list[ColumnElement[bool]], tuple[str, ...]]]:
    """Give the conditions and the order of what stands first, second and so on."""
    since, requested = table.c.open_since, table.c.requested_priority
    by_age = ("open_since", "study_key")
    urgent = [(requested == term) & since.is_not(None) for term in rule.urgent]
    parts: list[tuple[list[ColumnElement[bool]], tuple[str, ...]]] = [
        ([condition], by_age) for condition in urgent
    ]
    is_not_urgent: list[ColumnElement[bool]] = (
        [requested.not_in(rule.urgent) | since.is_(None)] if rule.urgent else []
    )
    rest: list[ColumnElement[bool]] = [*is_not_urgent]
    if math.isfinite(rule.maximum_wait_seconds):
        limit = _overdue_from(rule, clock)
        parts.append(([since <= limit, *is_not_urgent], by_age))
        rest.append(since.is_(None) | (since > limit))
    return [*parts, (rest, ("tier", "waiting_since", "study_key"))]


def _overdue_from(rule: PriorityRule, clock: datetime) -> datetime:
    try:
        return clock - timedelta(seconds=rule.maximum_wait_seconds)
    except OverflowError:
        return datetime.min  # longer than the calendar: nothing is overdue


def _directed_columns(
    table: Table, key: SortKey, rule: PriorityRule, clock: datetime, *, is_walked: bool = False
) -> list[ColumnElement[Any]]:
    """Give what a key sorts by.

    Parameters
    ----------
    is_walked : whether all of an index is read anyway; then none must seem to give the order,
        because the planner would take it and fetch every row for what it does not hold
    """
    columns: list[ColumnElement[Any]] = []
    if key.order is StudyOrder.PRIORITY:
        parts = _parts(table, rule, clock)
        places = [(and_(true(), *part), place) for place, (part, _) in enumerate(parts[:-1])]
        if places:
            columns.append(case(*places, else_=len(places)))
            tier = case((columns[0] < len(places), 0), else_=table.c.tier)
            columns += [tier] if "tier" in table.c else []
            columns.append(table.c.waiting_since)
    columns = columns or [
        table.c[name]
        for name in _ORDERS[StudyOrder.RESULT if key.order is StudyOrder.PRIORITY else key.order]
        if name in table.c
    ]
    if is_walked and columns:
        columns[0] = func.coalesce(columns[0], columns[0])
    return [_directed(column, key.is_descending) for column in columns]


def _directed(column: ColumnElement[Any], is_descending: bool) -> ColumnElement[Any]:
    ordered = column.desc() if is_descending else column.asc()
    # said only where it matters: a planner may not see that a column is never absent
    return ordered.nulls_last() if getattr(column, "nullable", True) else ordered


def _id_of(table: Table) -> Column[Any]:
    return studies.c.id if table is studies else study_results.c.study_id


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


def _conditions(table: Table, query: StudyQuery, clock: datetime) -> list[ColumnElement[bool]]:
    found = [contains_text(table.c.search_text, word) for word in search_words(query.text)]
    return [*found, *_of_tab(table, query, clock)]


def _of_tab(table: Table, query: StudyQuery, clock: datetime) -> list[ColumnElement[bool]]:
    match query.filter:
        case StudyFilter.UNREAD:
            is_unread: list[ColumnElement[bool]] = [
                table.c.reading_order == reading_order(ReadingStatus.UNREAD)
            ]
            return is_unread
        case StudyFilter.FLAGGED:
            return [_has_state(table, StudyState.FLAGGED)]
        case StudyFilter.NOT_PROCESSED:
            return [_has_state(table, StudyState.NOT_PROCESSED)]
        case StudyFilter.TODAY:
            return [table.c.waiting_since >= datetime.combine(clock.date(), time())]
        case StudyFilter.MINE:
            is_begun = table.c.reading_order != reading_order(ReadingStatus.UNREAD)
            return [table.c.reader == query.reader, is_begun]
        case StudyFilter.ALL:
            return []


def _has_state(table: Table, state: StudyState) -> ColumnElement[bool]:
    return false() if table is studies else study_results.c.state == str(state)


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
