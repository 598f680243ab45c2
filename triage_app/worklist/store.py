"""The worklist database, as the rest of the program uses it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, RowMapping, select

from triage_app.imaging.instance import InstanceFacts
from triage_app.triage.outcome import Outcome
from triage_app.worklist import listing
from triage_app.worklist.arrivals import ArrivalQueue
from triage_app.worklist.auditing.trail import AuditTrail
from triage_app.worklist.commitments import CommitmentQueue
from triage_app.worklist.databases.address import database_for
from triage_app.worklist.databases.kind import Database
from triage_app.worklist.deliveries import DeliveryQueue
from triage_app.worklist.feedback import FeedbackBook
from triage_app.worklist.orders import OrderBook
from triage_app.worklist.priors import PriorStudy, find_priors
from triage_app.worklist.reading_status import change_status
from triage_app.worklist.recording import Recording
from triage_app.worklist.records import (
    Event,
    EventKind,
    Holder,
    InstanceRow,
    ModelIdentity,
    ReadingStatus,
    StudyFilter,
    StudyQuery,
    StudyRow,
)
from triage_app.worklist.schema import events, files, models, studies
from triage_app.worklist.transactions import Transactions
from triage_app.worklist.upkeep import Upkeep
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
        self._transactions = Transactions(database)
        self._reading = self._transactions.reading
        self._writing = self._transactions.writing
        self._now = now

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
        path_or_url : a file, made with its folder for their owner only; or a URL, as
            ``postgresql://user@server/worklist``
        now : the clock; gives a moment with its time zone
        busy_seconds : how long a call waits while another program writes

        Raises
        ------
        StoreVersionError
            where a newer program wrote it
        StoreDamagedError
            where it is damaged; see `triage_app.worklist.salvage`
        StoreUnavailableError
            where it is no worklist database, read-only, locked, out of reach, or its disk is full
        """
        return cls(database_for(path_or_url, busy_seconds), now)

    def close(self) -> None:
        """Give every connection back; a second time does nothing."""
        self._transactions.close()

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
        return self._transactions.name

    @property
    def arrivals(self) -> ArrivalQueue:
        """The queue of what came over the network."""
        return ArrivalQueue(self._transactions, self._now)

    @property
    def feedback(self) -> FeedbackBook:
        """What readers say of results."""
        return FeedbackBook(self._transactions, self._now)

    @property
    def audit(self) -> AuditTrail:
        """Who saw, changed, sent what."""
        return AuditTrail(self._transactions, self._now)

    @property
    def commitments(self) -> CommitmentQueue:
        """Storage commitments that wait for their answer."""
        return CommitmentQueue(self._transactions, self._now)

    @property
    def deliveries(self) -> DeliveryQueue:
        """The queue of what goes to other systems."""
        return DeliveryQueue(self._transactions, self._now)

    @property
    def orders(self) -> OrderBook:
        """What modality worklists say of studies."""
        return OrderBook(self._transactions, self._now)

    @property
    def upkeep(self) -> Upkeep:
        """The database as its keeper sees it."""
        return Upkeep(self._transactions, self._now)

    @property
    def workitem_claims(self) -> WorkitemClaims:
        """The unified procedure steps that we have in hand."""
        return WorkitemClaims(self._transactions, self._now)

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
        known = list(items)

        def write(connection: Connection) -> list[str]:
            recording = Recording(connection, self._now())
            recording.lock((facts, model) for facts, _, model, _ in known)
            study_keys = [recording.add(*item) for item in known]
            recording.finish()
            return study_keys

        return self._transactions.write(write)

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
            before = _lock_study(connection, study_key)
            if (before["reading_status"], before["reader"]) != (status, reader):
                change_status(connection, before, status, reader, self._now())

    def begin_reading(self, study_key: str, reader: str) -> Holder | None:
        """Take an unread study in progress; of two readers at one moment only one does.

        Returns
        -------
        Holder or None
            who else has it in progress; None where nobody has

        Raises
        ------
        ValueError
            where the worklist has no such study
        """
        with self._writing() as connection:
            before = _lock_study(connection, study_key)
            status = ReadingStatus(before["reading_status"])
            if status is ReadingStatus.UNREAD:
                change_status(connection, before, ReadingStatus.IN_PROGRESS, reader, self._now())
            is_anothers = status is ReadingStatus.IN_PROGRESS and before["reader"] != reader
            return Holder(before["reader"], before["status_at"]) if is_anothers else None

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
        return self._transactions.change_token()


def _lock_study(connection: Connection, study_key: str) -> RowMapping:
    statement = select(studies).where(studies.c.study_key == study_key)
    row = connection.execute(statement.with_for_update(key_share=True)).mappings().one_or_none()
    if row is None:
        raise ValueError("expected the key of a study in the worklist, received another")
    return row
