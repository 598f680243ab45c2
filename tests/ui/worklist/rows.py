"""Rows of a worklist as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from triage_app.imaging.instance import PatientFacts, StudyFacts
from triage_app.triage.priority import tier_of
from triage_app.triage.study import StudyResult, StudyState
from triage_app.ui.services import PAGE_ROWS, ListSnapshot
from triage_app.worklist.records import ReadingStatus, StudyQuery, StudyRow

QUERY = StudyQuery("1.2.3")


def make_row(
    key: str,
    probability: float | None = 0.7,
    status: ReadingStatus = ReadingStatus.UNREAD,
    reasons: tuple[str, ...] = (),
    priority: str = "",
) -> StudyRow:
    if probability is None:
        result = StudyResult(StudyState.NOT_PROCESSED, excluded=1, reasons=reasons)
    else:
        is_flagged = probability >= 0.5
        result = StudyResult(
            StudyState.FLAGGED if is_flagged else StudyState.NOT_FLAGGED,
            probability,
            scored=1,
            reasons=reasons,
        )
    return StudyRow(
        study_key=key,
        patient=PatientFacts(f"Name, {key}", f"ID-{key}", None, 4.0, "F"),
        study=StudyFacts(
            accession_number=f"A-{key}",
            study_date=date(2025, 3, 1),
            study_time=time(8, 15),
            requested_priority=priority,
        ),
        modality="CR",
        images=1,
        result=result,
        tier=tier_of(result),
        reading_status=status,
        reader="",
        received=datetime(2025, 3, 1, 8, 20, tzinfo=UTC),
        waiting_since=datetime(2025, 3, 1, 8, 15),
    )


def make_snapshot(
    rows: Sequence[StudyRow], pages: Sequence[int] | None = None, query: StudyQuery = QUERY
) -> ListSnapshot:
    """Make a snapshot of rows, with some of their pages or all."""
    last = max(len(rows) - 1, 0) // PAGE_ROWS
    wanted = range(last + 1) if pages is None else pages
    return ListSnapshot(
        query=query,
        total=len(rows),
        pages={page: tuple(rows[page * PAGE_ROWS : (page + 1) * PAGE_ROWS]) for page in wanted},
        counts={},
        change_token=0,
    )
