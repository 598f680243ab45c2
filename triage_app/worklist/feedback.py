"""What readers say of a model's results."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, delete, func, select

from triage_app.triage.study import StudyState
from triage_app.worklist.book import Book
from triage_app.worklist.dialect import upsert
from triage_app.worklist.records import EventKind, Feedback, Verdict
from triage_app.worklist.schema import feedback, models, studies, study_results
from triage_app.worklist.study_summary import add_event

__all__ = ["FeedbackBook", "ReadResult"]


@dataclass(frozen=True, slots=True)
class ReadResult:
    """A study's result by a model, with what is needed to count it.

    Attributes
    ----------
    model_title : name and version
    moment : of the study by the department's clock, else when it came in
    scanner : maker, model and station name; empty where unknown
    state, probability : of the result
    verdict : the newest that a reader gave to the result as it stands; None where nobody did
    """

    model_title: str
    moment: datetime
    scanner: str
    state: StudyState
    probability: float | None
    verdict: Verdict | None


class FeedbackBook(Book):
    """Keeps one verdict of each reader on each study's result by a model; a new one replaces it.

    Every change is in the study's history, so that nothing said is lost by saying something else.
    """

    def find(self, study_key: str, model_device_uid: str, reader: str) -> Feedback | None:
        """Give what a reader said of a result; None where they said nothing."""
        with self._reading() as connection:
            ids = _find_ids(connection, study_key, model_device_uid)
            row = _find_row(connection, ids, reader) if ids else None
        return _feedback(row) if row else None

    def list_of_study(self, study_key: str, model_device_uid: str) -> list[Feedback]:
        """Give what all readers said of a result, the newest first."""
        statement = (
            select(feedback)
            .join(studies, studies.c.id == feedback.c.study_id)
            .join(models, models.c.id == feedback.c.model_id)
            .where(studies.c.study_key == study_key, models.c.device_uid == model_device_uid)
            .order_by(feedback.c.at.desc(), feedback.c.id.desc())
        )
        with self._reading() as connection:
            return [_feedback(row) for row in connection.execute(statement).mappings()]

    def give(
        self,
        study_key: str,
        model_device_uid: str,
        reader: str,
        verdict: Verdict,
        *,
        reason: str = "",
        note: str = "",
    ) -> None:
        """Note what a reader says of a result, with the result as it is now.

        Raises
        ------
        ValueError
            where the worklist has no result of that study by that model
        """
        with self._writing() as connection:
            ids = _require_ids(connection, study_key, model_device_uid)
            result = (
                connection.execute(
                    select(
                        study_results.c.state,
                        study_results.c.probability,
                        study_results.c.operating_point,
                    ).where(
                        study_results.c.study_id == ids["study_id"],
                        study_results.c.model_id == ids["model_id"],
                    )
                )
                .mappings()
                .one()
            )
            self._keep(
                connection,
                ids,
                {"reader": reader, "verdict": str(verdict), "reason": reason, "note": note}
                | dict(result),
            )

    def restore(
        self, study_key: str, model_device_uid: str, reader: str, before: Feedback | None
    ) -> None:
        """Put back what a reader had said before; None for nothing.

        Raises
        ------
        ValueError
            where the worklist has no result of that study by that model
        """
        with self._writing() as connection:
            ids = _require_ids(connection, study_key, model_device_uid)
            if before is not None:
                told = {
                    "reader": reader,
                    "verdict": str(before.verdict),
                    "reason": before.reason,
                    "note": before.note,
                    "state": str(before.state),
                    "probability": before.probability,
                    "operating_point": before.operating_point,
                }
                self._keep(connection, ids, told)
                return
            row = _find_row(connection, ids, reader)
            if row is None:
                return
            connection.execute(delete(feedback).where(feedback.c.id == row["id"]))
            self._note(connection, ids, reader, f"{row['verdict']} taken back")

    def read_results(self) -> list[ReadResult]:
        """Give every study's result by every model, with the newest verdict on it."""
        # a verdict counts for the result that it was given to, and for no later one
        latest = (
            select(
                feedback.c.study_id,
                feedback.c.model_id,
                feedback.c.verdict,
                func.row_number()
                .over(
                    partition_by=(feedback.c.study_id, feedback.c.model_id),
                    order_by=(feedback.c.at.desc(), feedback.c.id.desc()),
                )
                .label("place"),
            )
            .join(
                study_results,
                and_(
                    study_results.c.study_id == feedback.c.study_id,
                    study_results.c.model_id == feedback.c.model_id,
                    study_results.c.state == feedback.c.state,
                ),
            )
            .subquery()
        )
        statement = (
            select(
                models.c.title,
                study_results.c.waiting_since,
                studies.c.scanner,
                study_results.c.state,
                study_results.c.probability,
                latest.c.verdict,
            )
            .select_from(study_results)
            .join(models, models.c.id == study_results.c.model_id)
            .join(studies, studies.c.id == study_results.c.study_id)
            .outerjoin(
                latest,
                and_(
                    latest.c.study_id == study_results.c.study_id,
                    latest.c.model_id == study_results.c.model_id,
                    latest.c.place == 1,
                ),
            )
            .where(study_results.c.state != str(StudyState.PENDING))
            .order_by(study_results.c.waiting_since, study_results.c.study_id)
        )
        with self._reading() as connection:
            return [
                ReadResult(
                    model_title=row.title,
                    moment=row.waiting_since,
                    scanner=row.scanner,
                    state=StudyState(row.state),
                    probability=row.probability,
                    verdict=Verdict(row.verdict) if row.verdict else None,
                )
                for row in connection.execute(statement)
            ]

    def _keep(self, connection: Connection, ids: RowMapping, told: dict[str, Any]) -> None:
        keys = {"study_id": ids["study_id"], "model_id": ids["model_id"]}
        row = told | keys | {"at": self._now()}
        upsert(connection, feedback, ("study_id", "model_id", "reader"), row)
        # a note is free text and may name a patient: it stands in its own table only
        detail = f"{told['verdict']} with {told['state']}"
        if told["operating_point"]:
            detail += f" at operating point {told['operating_point']}"
        self._note(connection, ids, told["reader"], detail)

    def _note(self, connection: Connection, ids: RowMapping, reader: str, detail: str) -> None:
        text = f"{ids['title']}: {detail}"
        kind = EventKind.FEEDBACK
        add_event(connection, ids["study_id"], self._now(), kind, actor=reader, detail=text)


def _find_ids(connection: Connection, study_key: str, device_uid: str) -> RowMapping | None:
    statement = (
        select(study_results.c.study_id, study_results.c.model_id, models.c.title)
        .join(studies, studies.c.id == study_results.c.study_id)
        .join(models, models.c.id == study_results.c.model_id)
        .where(studies.c.study_key == study_key, models.c.device_uid == device_uid)
    )
    return connection.execute(statement).mappings().one_or_none()


def _require_ids(connection: Connection, study_key: str, device_uid: str) -> RowMapping:
    ids = _find_ids(connection, study_key, device_uid)
    if ids is None:
        raise ValueError("expected a study with a result by the model, received another")
    return ids


def _find_row(connection: Connection, ids: RowMapping, reader: str) -> RowMapping | None:
    statement = select(feedback).where(
        feedback.c.study_id == ids["study_id"],
        feedback.c.model_id == ids["model_id"],
        feedback.c.reader == reader,
    )
    return connection.execute(statement).mappings().one_or_none()


def _feedback(row: RowMapping) -> Feedback:
    return Feedback(
        verdict=Verdict(row["verdict"]),
        reason=row["reason"],
        note=row["note"],
        state=StudyState(row["state"]),
        probability=row["probability"],
        operating_point=row["operating_point"],
        reader=row["reader"],
        at=row["at"],
    )
