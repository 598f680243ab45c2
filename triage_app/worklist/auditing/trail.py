"""The audit trail: messages that are only ever added, each bound to the one before by its digest.

Whoever may write to the database could still compute the whole chain anew, or cut off its end. Only
what lies elsewhere shows that: the export, or the head that `AuditTrail.verify` gives, noted
outside of the database and compared the next time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import Connection, RowMapping, insert, select

from triage_app.worklist.auditing.events import AuditedStudy, application_activity
from triage_app.worklist.auditing.message import AuditMessage
from triage_app.worklist.book import Book
from triage_app.worklist.dialect import lock_against_changes
from triage_app.worklist.schema import audit_records, studies

__all__ = [
    "AuditRecord",
    "AuditTrail",
    "Verified",
    "append_message",
    "as_audited",
    "audited_study",
    "verify_records",
]

_BEGINNING = "0" * 64
_PORTION = 1000
_STUDIES_PER_MESSAGE = 20


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One message of the trail.

    Attributes
    ----------
    number : from 1, without a gap
    message : XML
    digest : SHA-256 over the digest before, the number and the message
    """

    number: int
    message: str
    digest: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What a look along the chain found.

    Attributes
    ----------
    records : how many hold, from the first on
    digest : of the last of them, the head of the chain
    fault : what does not hold, for people; empty where all does
    """

    records: int
    digest: str
    fault: str = ""


class AuditTrail(Book):
    """The trail; `WorklistStore.audit` gives it."""

    def note(self, message: AuditMessage) -> None:
        """Add a message."""
        at = self._now()
        self._write(lambda connection: append_message(connection, message, at))

    def find_studies(self, study_keys: Iterable[str]) -> list[AuditedStudy]:
        """Give what messages say of studies; of one that is unknown here, its key."""
        with self._reading() as connection:
            return [audited_study(connection, key) for key in study_keys]

    def note_studies(
        self,
        audited: Iterable[AuditedStudy],
        message_of: Callable[[Sequence[AuditedStudy]], AuditMessage],
    ) -> None:
        """Add messages on many studies, each on a few, so that a datagram holds it."""
        found = iter(audited)
        while part := list(islice(found, _STUDIES_PER_MESSAGE)):
            self.note(message_of(part))

    @contextmanager
    def application(self, user: str, command: str = "") -> Iterator[None]:
        """Note the start of the program, and its end, however it ends in order."""
        self.note(application_activity(is_start=True, user=user, command=command))
        try:
            yield
        finally:
            self.note(application_activity(is_start=False, user=user, command=command))

    def read(self, after: int = 0) -> Iterator[AuditRecord]:
        """Give the records after a number, in their order."""
        while True:
            statement = (
                select(audit_records)
                .where(audit_records.c.number > after)
                .order_by(audit_records.c.number)
                .limit(_PORTION)
            )
            with self._reading() as connection:
                rows = connection.execute(statement).mappings().all()
            for row in rows:
                yield AuditRecord(row["number"], row["message"], row["digest"])
            if len(rows) < _PORTION:
                return
            after = rows[-1]["number"]

    def verify(self, expected: Verified | None = None) -> Verified:
        """Go along the chain from its beginning.

        Parameters
        ----------
        expected : an earlier answer, kept elsewhere, that must lie in the chain
        """
        return verify_records(self.read(after=-(2**62)), expected)


def verify_records(records: Iterable[AuditRecord], expected: Verified | None = None) -> Verified:
    """Go along a chain from its beginning; see `AuditTrail.verify`."""
    number, digest = 0, _BEGINNING
    is_met = expected is None or (expected.records == 0 and expected.digest == _BEGINNING)
    for record in records:
        if record.number != number + 1:
            gap = f"record {number + 1} is missing, before record {record.number}"
            return Verified(number, digest, gap)
        if record.digest != _chain(digest, record.number, record.message):
            return Verified(number, digest, f"record {record.number} was changed")
        number, digest = record.number, record.digest
        is_met |= expected is not None and (number, digest) == (
            expected.records,
            expected.digest,
        )
    if not is_met and expected is not None:
        if number < expected.records:
            fault = f"it ends with record {number}; {expected.records} were there"
        else:
            fault = f"record {expected.records} is another than it was"
        return Verified(number, digest, fault)
    return Verified(number, digest)


def append_message(connection: Connection, message: AuditMessage, at: datetime) -> None:
    """Add a message in a transaction that is open, last, since others wait from here on."""
    lock_against_changes(connection, audit_records)
    last = (
        connection.execute(
            select(audit_records.c.number, audit_records.c.digest)
            .order_by(audit_records.c.number.desc())
            .limit(1)
        )
        .mappings()
        .one_or_none()
    )
    number, before = (last["number"] + 1, last["digest"]) if last else (1, _BEGINNING)
    text = message.to_xml(at)
    digest = _chain(before, number, text)
    connection.execute(insert(audit_records).values(number=number, message=text, digest=digest))


def audited_study(connection: Connection, study_key: str) -> AuditedStudy:
    """Give what messages say of a study; of one that is unknown here, its key."""
    statement = select(studies).where(studies.c.study_key == study_key)
    row = connection.execute(statement).mappings().one_or_none()
    return AuditedStudy(study_key) if row is None else as_audited(row)


def as_audited(row: RowMapping) -> AuditedStudy:
    """Give what messages say of a study, from its row."""
    return AuditedStudy(
        row["study_key"], row["patient_id"], row["patient_name"], row["accession_number"]
    )


def _chain(before: str, number: int, message: str) -> str:
    return hashlib.sha256(f"{before}\n{number}\n{message}".encode()).hexdigest()
