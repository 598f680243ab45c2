"""Which studies stand on a page of the worklist: found by narrow indexes, before any row is read.

Three ways, each with a bound. An order without a filter is read off its own index. The order of
priority is put together from the urgent, the overdue and the rest, which have an index each. All
else is one walk over the index that holds every column an order, a filter or a search may need.
"""

from __future__ import annotations

import math
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Table,
    and_,
    case,
    false,
    func,
    select,
    true,
)

from triage_app.triage.priority import PriorityRule
from triage_app.triage.study import StudyState
from triage_app.worklist.dialect import contains_text, is_sqlite
from triage_app.worklist.recording import reading_order
from triage_app.worklist.records import (
    ReadingStatus,
    SortKey,
    StudyFilter,
    StudyOrder,
    StudyQuery,
)
from triage_app.worklist.schema import studies, study_results
from triage_app.worklist.search import search_words

__all__ = ["conditions", "find_ids", "of_model", "of_tab", "table_of", "wall_clock"]

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


def wall_clock(now: datetime) -> datetime:
    """Give the moment as the department's clock shows it, which is what headers tell."""
    return now.astimezone().replace(tzinfo=None)


def table_of(model_id: int | None) -> Table:
    """Give the one table that finds a page; a known model has a result of every study."""
    return studies if model_id is None else study_results


def of_model(table: Table, model_id: int | None) -> list[ColumnElement[bool]]:
    """Give the condition of a model's results; of a table without results, none."""
    return [] if table is studies else [study_results.c.model_id == model_id]


def find_ids(
    connection: Connection, query: StudyQuery, model_id: int | None, clock: datetime
) -> list[int]:
    """Give the studies of a page, in their order.

    Parameters
    ----------
    model_id : None for a model that has no results
    clock : the moment on the department's wall
    """
    table = table_of(model_id)
    if query.order is StudyOrder.PRIORITY and not search_words(query.whole_text):
        return _find_ids_by_priority(connection, query, model_id, clock)
    keys = [SortKey(query.order, query.is_descending), *query.then]
    is_whole = query.filter is StudyFilter.ALL and not search_words(query.whole_text)
    names = _ORDERS.get(query.order, ())
    if is_whole and len(keys) == 1 and names and all(name in studies.c for name in names):
        table = studies  # has an index in this order
    is_walked = (
        is_sqlite(connection)  # PostgreSQL chooses well by itself
        and table is study_results
        and not (is_whole and len(keys) == 1 and names)
    )
    columns: list[ColumnElement[Any]] = []
    for key in keys:
        columns += _directed_columns(table, key, query.rule, clock, is_walked=is_walked)
    columns.append(_directed(table.c.study_key, query.is_descending))
    within = [
        *of_model(table, model_id),
        *conditions(table, query, clock, is_walked=is_walked),
    ]
    if is_walked:
        # leads the planner to the index of all columns, which begins with model and state
        within.append(study_results.c.state >= "")
    statement = (
        select(_id_of(table))
        .where(*within)
        .order_by(*columns)
        .limit(query.limit)
        .offset(query.offset or None)
    )
    return list(connection.execute(statement).scalars())


def _find_ids_by_priority(
    connection: Connection, query: StudyQuery, model_id: int | None, clock: datetime
) -> list[int]:
    """Find a page part by part: the urgent, the overdue, the rest; each has its index."""
    table = table_of(model_id)
    found: list[int] = []
    offset, limit = query.offset, query.limit
    parts = _parts(table, query.rule, clock)
    for part, names in reversed(parts) if query.is_descending else parts:
        if limit is not None and len(found) >= limit:
            break
        within = and_(true(), *of_model(table, model_id), *conditions(table, query, clock), *part)
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


def conditions(
    table: Table, query: StudyQuery, clock: datetime, *, is_walked: bool = False
) -> list[ColumnElement[bool]]:
    """Give the conditions of the query's text and tab."""
    found = [contains_text(table.c.search_text, word) for word in search_words(query.whole_text)]
    return [*found, *of_tab(table, query, clock, is_walked=is_walked)]


def of_tab(
    table: Table, query: StudyQuery, clock: datetime, *, is_walked: bool = False
) -> list[ColumnElement[bool]]:
    """Give the conditions of the query's tab."""
    order = table.c.reading_order
    match query.filter:
        case StudyFilter.UNREAD:
            is_unread: list[ColumnElement[bool]] = [
                (func.coalesce(order, order) if is_walked else order)
                == reading_order(ReadingStatus.UNREAD)
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
