"""What the database says of files and of itself, for those who compare it with the disk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, or_, select, update

from triage_app.worklist.arrival_records import ArrivalState
from triage_app.worklist.book import Book
from triage_app.worklist.delivery_records import DeliveryState
from triage_app.worklist.dialect import is_sqlite
from triage_app.worklist.records import EventKind, ReadingStatus
from triage_app.worklist.schema import (
    arrivals,
    deliveries,
    instances,
    metadata,
    models,
    studies,
)
from triage_app.worklist.study_summary import add_event, find_stale_results, refresh_result

__all__ = ["KeptFile", "Upkeep"]

_PORTION = 500
_DONE = (ArrivalState.COMPLETE, ArrivalState.REPORTED)
_READ = tuple(str(status) for status in ReadingStatus if not status.is_open)


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that the queue of arrivals knows.

    Attributes
    ----------
    digest : of what was sent, as in `Arrival.digest`
    state : of its instance; REMOVED where it is gone on purpose
    """

    sop_instance_uid: str
    path: str
    digest: str
    state: ArrivalState


class Upkeep(Book):
    """The database as its keeper sees it; `WorklistStore.upkeep` gives it."""

    def list_received(self) -> Iterator[KeptFile]:
        """Give every file that came over the network, in portions, so that memory stays flat."""
        last = 0
        while True:
            statement = (
                select(arrivals).where(arrivals.c.id > last).order_by(arrivals.c.id).limit(_PORTION)
            )
            with self._reading() as connection:
                rows = connection.execute(statement).mappings().all()
            if not rows:
                return
            for row in rows:
                last = row["id"]
                yield KeptFile(
                    row["sop_instance_uid"],
                    row["path"],
                    row["digest"],
                    ArrivalState(row["state"]),
                )

    def list_other_paths(self) -> Iterator[str]:
        """Give the files of instances that were read where they lie, and never came in."""
        last = 0
        came_in = exists().where(arrivals.c.path == instances.c.path)
        while True:
            statement = (
                select(instances.c.id, instances.c.path)
                .where(instances.c.id > last, instances.c.path.is_not(None), ~came_in)
                .order_by(instances.c.id)
                .limit(_PORTION)
            )
            with self._reading() as connection:
                rows = connection.execute(statement).all()
            if not rows:
                return
            last = rows[-1].id
            yield from (row.path for row in rows)

    def list_unsent_paths(self) -> list[str]:
        """Give the files that still have to reach another system."""
        statement = select(deliveries.c.path).where(_is_unsent()).order_by(deliveries.c.id)
        with self._reading() as connection:
            return list(connection.execute(statement).scalars())

    def find_contradictions(self) -> list[str]:
        """Look through the whole database; give a sentence for each thing that cannot be."""
        with self._reading() as connection:
            if not is_sqlite(connection):
                return []  # the server keeps these by itself
            found = connection.exec_driver_sql("PRAGMA integrity_check(20)").scalars().all()
            sentences = [f"its pages contradict each other: {each}" for each in found]
            if sentences == ["its pages contradict each other: ok"]:
                sentences = []
            for table in metadata.sorted_tables:
                statement = f'PRAGMA foreign_key_check("{table.name}")'
                loose = connection.exec_driver_sql(statement).all()
                if loose:
                    sentences.append(
                        f"{len(loose)} rows of the table {table.name} stand for nothing"
                    )
        return sentences

    def find_stale_results(self) -> list[tuple[str, str]]:
        """Compute every study's result anew; give study and model of those that differ.

        Such results are shown wrongly in the list until they are mended.
        """
        found: list[tuple[str, str]] = []
        last = 0
        while True:
            statement = (
                select(studies.c.id).where(studies.c.id > last).order_by(studies.c.id)
            ).limit(_PORTION)
            with self._reading() as connection:
                ids = connection.execute(statement).scalars().all()
                found += find_stale_results(connection, ids)
            if not ids:
                return found
            last = ids[-1]

    def mend_result(self, study_key: str, model_device_uid: str) -> None:
        """Compute a study's result by a model anew, and keep it."""

        def mend(connection: Connection) -> None:
            this_study = studies.c.study_key == study_key
            lock = select(studies.c.id).where(this_study).with_for_update(key_share=True)
            study_id = connection.execute(lock).scalar()
            this_model = models.c.device_uid == model_device_uid
            model_id = connection.execute(select(models.c.id).where(this_model)).scalar()
            if study_id is not None and model_id is not None:
                refresh_result(connection, study_id, model_id, self._now())

        self._write(mend)

    def let_go(self, before: datetime, *, awaits_report: bool) -> int:
        """Mark the files whose pixels need not be kept any more; say how many.

        That is what came before a moment, of studies that are complete and that a reader has read,
        none of whose files or results still has to reach another system.

        Parameters
        ----------
        awaits_report : whether results are made by themselves, so that a study without them is not
            yet done
        """
        done = [ArrivalState.REPORTED] if awaits_report else list(_DONE)

        def mark(connection: Connection) -> int:
            rows = connection.execute(_select_expired(before, done)).all()
            for row in rows:
                connection.execute(
                    update(arrivals)
                    .where(arrivals.c.id == row.id, arrivals.c.state.in_([str(s) for s in done]))
                    .values(state=str(ArrivalState.REMOVED))
                )
            for study_id in dict.fromkeys(row.study_id for row in rows):
                count = sum(1 for row in rows if row.study_id == study_id)
                detail = f"{count} received files were removed after their time; results stay"
                add_event(connection, study_id, self._now(), EventKind.RETENTION, detail=detail)
            return len(rows)

        marked = 0
        while portion := self._write(mark):
            marked += portion
        return marked

    def count_studies(self) -> int:
        """Count the studies, whatever a model said of them."""
        with self._reading() as connection:
            return connection.execute(select(func.count()).select_from(studies)).scalar_one()

    def removed_paths(self) -> set[str]:
        """Give the files that are, or are to be, gone on purpose."""
        is_removed = arrivals.c.state == str(ArrivalState.REMOVED)
        with self._reading() as connection:
            return set(connection.execute(select(arrivals.c.path).where(is_removed)).scalars())

    def move_paths(self, old_folder: str, new_folder: str) -> None:
        """Let every path under a folder lie under another one, such as on another machine."""
        tables = [table for table in metadata.sorted_tables if "path" in table.c]
        with self._writing() as connection:
            for table in tables:
                key = next(iter(table.primary_key))
                statement = select(key, table.c.path).where(
                    table.c.path.startswith(old_folder, autoescape=True)
                )
                for row in connection.execute(statement).all():
                    moved = new_folder + row.path.removeprefix(old_folder)
                    connection.execute(update(table).where(key == row[0]).values(path=moved))


def _is_unsent() -> ColumnElement[bool]:
    return deliveries.c.state != str(DeliveryState.DELIVERED)


def _select_expired(before: datetime, done: list[ArrivalState]) -> Select[tuple[int, int]]:
    others = arrivals.alias("others")
    is_growing = (
        exists()
        .where(others.c.study_key == arrivals.c.study_key)
        .where(others.c.state.not_in([*map(str, done), str(ArrivalState.REMOVED)]))
    )
    is_unsent = exists().where(
        and_(
            _is_unsent(),
            or_(
                deliveries.c.path == arrivals.c.path,
                deliveries.c.study_instance_uid == arrivals.c.study_key,
            ),
        )
    )
    return (
        select(arrivals.c.id, studies.c.id.label("study_id"))
        .join(studies, studies.c.study_key == arrivals.c.study_key)
        .where(
            arrivals.c.received_at < before,
            arrivals.c.state.in_([str(state) for state in done]),
            studies.c.reading_status.in_(_READ),
            ~is_growing,
            ~is_unsent,
        )
        .order_by(arrivals.c.id)
        .limit(_PORTION)
    )
