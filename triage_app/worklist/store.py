"""The worklist database, as the rest of the program uses it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, delete, false, select, update
from sqlalchemy.exc import DBAPIError

from triage_app.errors import StoreUnavailableError
from triage_app.imaging.instance import InstanceFacts
from triage_app.triage.outcome import Outcome
from triage_app.worklist import listing
from triage_app.worklist.arrivals import ArrivalQueue
from triage_app.worklist.commitments import CommitmentQueue
from triage_app.worklist.deliveries import DeliveryQueue
from triage_app.worklist.dialect import Database, database_for
from triage_app.worklist.feedback import FeedbackBook
from triage_app.worklist.migrations import find_version, migrate
from triage_app.worklist.orders import OrderBook
from triage_app.worklist.priors import PriorStudy, find_priors
from triage_app.worklist.recording import Recording, reading_order
from triage_app.worklist.records import (
    Event,
    EventKind,
    InstanceRow,
    ModelIdentity,
    ReadingStatus,
    StudyFilter,
    StudyQuery,
    StudyRow,
)
from triage_app.worklist.schema import events, files, models, studies
from triage_app.worklist.search import sortable
from triage_app.worklist.study_summary import add_event, copy_to_results
from triage_app.worklist.workitem_claims import WorkitemClaims

__all__ = ["BUSY_SECONDS", "WorklistStore"]

BUSY_SECONDS = 10.0
"""How long a call waits while another program writes; every writing takes milliseconds."""


def _now() -> datetime:
    return datetime.now(UTC)


class WorklistStore:
    """Studies, their instances and outcomes by any number of models, reading status and history.

    Every method is one short transaction on a connection of its own and may be called from any
    thread. What a method that writes has returned from survives a power cut. Each may raise
    `StoreUnavailableError`, whose sentence says what keeps the database from answering.

    `open` makes one; close it, or use it as a context manager.
    """

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now
        self._reader, self._writer = database.connect()
        self._is_open = True
        try:
            with self._telling_errors():
                # before anything is written: a file that is not ours stays as it is
                with self._reader.begin() as connection:
                    find_version(connection, database.name)
                database.prepare(self._reader)
                with self._writer.begin() as connection:
                    migrate(connection, database.name)
                    # changes nothing, but a file that is read-only says so here
                    connection.execute(delete(models).where(false()))
                self._watch = database.watch(self._reader)
        except BaseException:
            self._is_open = False
            self._reader.dispose()
            raise

    @classmethod
    def open(
        cls,
        path_or_url: Path | str,
        *,
        now: Callable[[], datetime] = _now,
        busy_seconds: float = BUSY_SECONDS,
    ) -> Self:
        """Open a worklist, creating it where there is none and bringing it to the newest schema.

        Parameters
        ----------
        path_or_url : a file, made with its folder for their owner only; or a ``sqlite:///`` URL
        now : the clock; gives a moment with its time zone
        busy_seconds : how long a call waits while another program writes

        Raises
        ------
        StoreVersionError
            where a newer program wrote it
        StoreUnavailableError
            where it is no worklist database, damaged, read-only, locked, or its disk is full
        """
        return cls(database_for(path_or_url, busy_seconds), now)

    def close(self) -> None:
        """Give every connection back; a second time does nothing."""
        if self._is_open:
            self._is_open = False
            self._watch.close()
            self._reader.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def name(self) -> str:
        """Where the worklist is kept, for people."""
        return self._database.name

    @property
    def arrivals(self) -> ArrivalQueue:
        """The queue of what came over the network."""
        return ArrivalQueue(self._reading, self._writing, self._now)

    @property
    def feedback(self) -> FeedbackBook:
        """What readers say of results."""
        return FeedbackBook(self._reading, self._writing, self._now)

    @property
    def commitments(self) -> CommitmentQueue:
        """Storage commitments that wait for their answer."""
        return CommitmentQueue(self._reading, self._writing, self._now)

    @property
    def deliveries(self) -> DeliveryQueue:
        """The queue of what goes to other systems."""
        return DeliveryQueue(self._reading, self._writing, self._now)

    @property
    def orders(self) -> OrderBook:
        """What modality worklists say of studies."""
        return OrderBook(self._reading, self._writing, self._now)

    @property
    def workitem_claims(self) -> WorkitemClaims:
        """The unified procedure steps that we have in hand."""
        return WorkitemClaims(self._reading, self._writing, self._now)

    def record(
        self, facts: InstanceFacts, outcome: Outcome, model: ModelIdentity, seconds: float
    ) -> str:
        """Keep the outcome of one instance by a model, and bring its study up to date.

        The same instance again replaces its outcome by this model; that by another model stays.
        An instance is known by its SOP Instance UID; a file without one, or one that was excluded
        as a duplicate, by its path.

        Parameters
        ----------
        facts, outcome : of the instance
        model : whose outcome it is
        seconds : that reading and scoring took

        Returns
        -------
        str
            the key of the study, as in `StudyRow.study_key`

        Raises
        ------
        ValueError
            where a probability is not from 0 to 1, or a heatmap has not two dimensions
        """
        return self.record_many([(facts, outcome, model, seconds)])[0]

    def record_many(
        self, items: Iterable[tuple[InstanceFacts, Outcome, ModelIdentity, float]]
    ) -> list[str]:
        """Keep many outcomes in one transaction: all of them, or, where it fails, none.

        Parameters
        ----------
        items : the arguments of `record`; other writers wait until the last one was taken, so
            give what is ready and not a generator that computes

        Returns
        -------
        list of str
            the keys of their studies, in the same order
        """
        with self._writing() as connection:
            recording = Recording(connection, self._now())
            study_keys = [recording.add(*item) for item in items]
            recording.finish()
        return study_keys

    def list_studies(self, query: StudyQuery) -> list[StudyRow]:
        """Give one page of the worklist.

        A study that the model has not seen is pending. Where two are equal in what is sorted by,
        their keys decide, so that no page repeats or leaves out a row. What is absent stands last
        in both directions.
        """
        if query.offset < 0 or (query.limit is not None and query.limit < 0):
            raise ValueError(
                f"expected an offset and a limit of at least 0, "
                f"received {query.offset} and {query.limit}"
            )
        with self._reading() as connection:
            return listing.list_studies(connection, query, self._now())

    def count_studies(self, query: StudyQuery) -> int:
        """Count the studies of a query over all its pages."""
        with self._reading() as connection:
            return listing.count_studies(connection, query, self._now())

    def count_by_filter(
        self, model_device_uid: str, text: str = "", reader: str = ""
    ) -> dict[StudyFilter, int]:
        """Count the studies under each filter, at one moment."""
        with self._reading() as connection:
            return listing.count_by_filter(connection, model_device_uid, text, reader, self._now())

    def find_study(self, study_key: str, model_device_uid: str) -> StudyRow | None:
        """Give one study's row; None where there is no such study."""
        with self._reading() as connection:
            return listing.find_study(connection, study_key, model_device_uid)

    def list_instances(self, study_key: str, model_device_uid: str) -> list[InstanceRow]:
        """Give a study's instances by series number, instance number and path.

        Outcomes are rebuilt to the last bit. The path is empty where the instance's file was
        overwritten by another instance.
        """
        with self._reading() as connection:
            return listing.list_instances(connection, study_key, model_device_uid)

    def list_events(self, study_key: str) -> list[Event]:
        """Give a study's history, oldest first."""
        statement = (
            select(events)
            .join(studies, studies.c.id == events.c.study_id)
            .where(studies.c.study_key == study_key)
            .order_by(events.c.id)
        )
        with self._reading() as connection:
            return [
                Event(row["at"], EventKind(row["kind"]), row["actor"], row["detail"])
                for row in connection.execute(statement).mappings()
            ]

    def find_priors(self, study_key: str, model_device_uid: str) -> tuple[PriorStudy, ...]:
        """Give the earlier chest studies of a study's patient, the newest first.

        See `triage_app.worklist.priors.find_priors` for who is taken for the same patient.
        """
        with self._reading() as connection:
            return find_priors(connection, study_key, model_device_uid)

    def list_models(self) -> list[ModelIdentity]:
        """Give the models that outcomes are kept of, with their newest operating point."""
        with self._reading() as connection:
            rows = connection.execute(select(models).order_by(models.c.id)).mappings()
            return [
                ModelIdentity(
                    row["device_uid"], row["title"], row["operating_point"], row["threshold"]
                )
                for row in rows
            ]

    def set_reading_status(self, study_key: str, status: ReadingStatus, reader: str) -> None:
        """Note how far a person has come with a study.

        Parameters
        ----------
        study_key : as in `StudyRow.study_key`
        status : the new one
        reader : who sets it; may be empty

        Raises
        ------
        ValueError
            where the worklist has no such study
        """
        with self._writing() as connection:
            this_study = studies.c.study_key == study_key
            statement = select(studies.c.id, studies.c.reading_status, studies.c.reader)
            before = connection.execute(statement.where(this_study).with_for_update()).one_or_none()
            if before is None:
                raise ValueError("expected the key of a study in the worklist, received another")
            if (before.reading_status, before.reader) == (status, reader):
                return
            at = self._now()
            connection.execute(
                update(studies)
                .where(this_study)
                .values(
                    reading_status=str(status),
                    reading_order=reading_order(status),
                    reader=reader,
                    reader_order=sortable(reader),
                    status_at=at,
                    open_since=studies.c.waiting_since if status.is_open else None,
                )
            )
            copy_to_results(connection, before.id)
            detail = f"{before.reading_status} -> {status}"
            kind = EventKind.READING_STATUS
            add_event(connection, before.id, at, kind, actor=reader, detail=detail)

    def was_assessed(
        self, path: str, model_device_uid: str, operating_points: Collection[str] | None = None
    ) -> bool:
        """Tell whether a file has an outcome by a model that stands.

        A failed one does not: the file may be readable the next time.

        Parameters
        ----------
        path : as in `InstanceFacts.path`
        model_device_uid : whose outcome
        operating_points : at one of which a score must have been flagged or not; None for any
        """
        statement = listing.select_assessed_paths(model_device_uid, operating_points)
        with self._reading() as connection:
            row = connection.execute(statement.where(files.c.path == path).limit(1)).one_or_none()
        return row is not None

    def known_paths(
        self, model_device_uid: str, operating_points: Collection[str] | None = None
    ) -> set[str]:
        """Give all files for which `was_assessed` says yes; one question for a whole scan."""
        statement = listing.select_assessed_paths(model_device_uid, operating_points)
        with self._reading() as connection:
            return {row.path for row in connection.execute(statement)}

    def paths_without_outcome(self, model_device_uid: str) -> list[str]:
        """Give the files of instances that a model has not seen, as in `InstanceFacts.path`."""
        with self._reading() as connection:
            statement = listing.select_paths_without_outcome(model_device_uid)
            return [row.path for row in connection.execute(statement)]

    def change_token(self) -> int:
        """Give a number that is higher whenever anything changed since the last call.

        Costs microseconds and sees the writings of other programs too. Compare it with earlier
        ones of the same open store only.
        """
        self._require_open()
        with self._telling_errors():
            return self._watch.token()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        self._require_open()
        with self._telling_errors(), self._reader.begin() as connection:
            try:
                yield connection
            except (LookupError, ValueError) as error:
                # no statement of ours stores what we cannot read again
                raise StoreUnavailableError(
                    f"{self.name}: the worklist database holds a value that cannot be read; it is "
                    "damaged. Move the file away and open the images again, or put a backup in "
                    "its place."
                ) from error

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        self._require_open()
        with self._telling_errors(), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def _telling_errors(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            if (sentence := self._database.sentence_for(error)) is None:
                raise
            raise StoreUnavailableError(sentence) from error

    def _require_open(self) -> None:
        if not self._is_open:
            raise StoreUnavailableError(f"{self.name}: the worklist was closed.")
