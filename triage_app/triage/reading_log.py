"""A site's own log of studies, as a source of reading days.

A CSV with a header and the columns ``arrival`` (ISO 8601, date and time), and as far as known
``reading_minutes``, ``diseased`` (0 or 1), ``flagged`` (0 or 1) or ``probability`` (0 to 1). Other
columns are not looked at. What the log does not hold is drawn anew for each replication.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from triage_app.errors import TriageError
from triage_app.triage.priority import Tier
from triage_app.triage.simulation import FlagAccuracy, ReadingTimes, Workload, draw_flags

__all__ = ["LoggedDay", "ReadingLog", "read_reading_log"]

_ARRIVAL = "arrival"
_COLUMNS = (_ARRIVAL, "reading_minutes", "diseased", "flagged", "probability")
_LONGEST_READING_MINUTES = 100_000.0  # what is longer is in another unit
_YES = ("1", "1.0", "true", "yes")
_NO = ("0", "0.0", "false", "no")


@dataclass(frozen=True, slots=True)
class ReadingLog:
    """The studies of a log, in the order of their arrival.

    Attributes
    ----------
    arrival_minutes : (n,) float64, from the first arrival
    arrival_days : (n,) int64, the dates as written in the log, as `datetime.date.toordinal`
    reading_minutes : (n,) float64, NaN where the log has none
    diseased : (n,) int8: 1, 0, or -1 where the log does not say
    flagged : (n,) int8: 1, 0, or -1 where the model gave no result; None where the log has neither
        flags nor probabilities
    probability : (n,) float64, NaN where the model gave no result; None where the log has flags, or
        no probabilities
    """

    arrival_minutes: NDArray[np.float64]
    arrival_days: NDArray[np.int64]
    reading_minutes: NDArray[np.float64]
    diseased: NDArray[np.int8]
    flagged: NDArray[np.int8] | None = None
    probability: NDArray[np.float64] | None = None

    def __len__(self) -> int:
        return len(self.arrival_minutes)

    @property
    def days(self) -> int:
        """On how many dates studies came in."""
        return len(np.unique(self.arrival_days))

    @property
    def lacks_reading_minutes(self) -> int:
        """How many studies have none."""
        return int(np.isnan(self.reading_minutes).sum())

    @property
    def lacks_disease(self) -> int:
        """Of how many studies the log does not say whether the disease was there."""
        return int((self.diseased < 0).sum())

    @property
    def lacks_flags(self) -> bool:
        """The log has neither flags nor probabilities."""
        return self.flagged is None and self.probability is None

    def split_by_day(self) -> list[ReadingLog]:
        """Give a log for each date, the earliest first."""
        return [
            self._select(self.arrival_days == day) for day in np.unique(self.arrival_days).tolist()
        ]

    def _select(self, chosen: NDArray[np.bool_]) -> ReadingLog:
        arrival_minutes = self.arrival_minutes[chosen]
        return ReadingLog(
            arrival_minutes - arrival_minutes[0],
            self.arrival_days[chosen],
            self.reading_minutes[chosen],
            self.diseased[chosen],
            None if self.flagged is None else self.flagged[chosen],
            None if self.probability is None else self.probability[chosen],
        )


@dataclass(frozen=True, slots=True)
class LoggedDay:
    """A log as a source of replications.

    Attributes
    ----------
    log : what is known
    reading_times : from which times are drawn that the log lacks
    threshold : at and above which a probability is flagged; needed where the log has probabilities
    prevalence, accuracy : from which disease, where unknown, and flags are drawn; needed where the
        log lacks flags
    """

    log: ReadingLog
    reading_times: ReadingTimes
    threshold: float | None = None
    prevalence: float | None = None
    accuracy: FlagAccuracy | None = None

    @property
    def is_complete(self) -> bool:
        """Nothing is drawn, so that every replication is the same."""
        return not self.log.lacks_flags and not self.log.lacks_reading_minutes

    def draw(self, random: np.random.Generator) -> Workload:
        """Fill what the log lacks.

        Raises
        ------
        ValueError
            where something is needed for it that was not given
        """
        log = self.log
        drawn_minutes = self.reading_times.draw(random, len(log))
        reading_minutes = np.where(
            np.isnan(log.reading_minutes), drawn_minutes, log.reading_minutes
        )
        diseased = log.diseased
        if log.flagged is not None:
            tiers = _tiers_of_flags(log.flagged)
        elif log.probability is not None:
            if self.threshold is None:
                raise ValueError("expected a threshold for a log with probabilities, received none")
            flagged = np.where(np.isnan(log.probability), -1, log.probability >= self.threshold)
            tiers = _tiers_of_flags(flagged)
        else:
            if self.prevalence is None or self.accuracy is None:
                raise ValueError("expected prevalence and accuracy for a log without flags")
            is_drawn = random.random(len(log)) < self.prevalence
            diseased = np.where(diseased < 0, is_drawn, diseased).astype(np.int8)
            tiers = _tiers_of_flags(draw_flags(random, diseased == 1, self.accuracy))
        return Workload(log.arrival_minutes, reading_minutes, tiers, diseased)

    def offered_load(self, readers: int) -> float:
        """Give the reading time as a fraction of the readers' time from first to last arrival."""
        minutes = self.log.reading_minutes
        minutes = np.where(np.isnan(minutes), self.reading_times.mean_minutes, minutes)
        time = readers * float(self.log.arrival_minutes[-1])
        return float(minutes.sum()) / time if time else math.inf


def _tiers_of_flags(flagged: NDArray[np.generic]) -> NDArray[np.int8]:
    tiers = np.select([flagged == 1, flagged == 0], [Tier.FLAGGED, Tier.NOT_FLAGGED], Tier.UNKNOWN)
    return tiers.astype(np.int8)


def read_reading_log(lines: Iterable[str], name: str) -> ReadingLog:
    """Read a log.

    Parameters
    ----------
    lines : of the CSV, separated by comma, semicolon (then decimal commas may stand) or tab; in any
        order of time
    name : of the log, for the sentences of errors

    Raises
    ------
    TriageError
        where it is no such log; the sentence names the line and the column
    """
    rows = list(_rows(lines, name))
    if not rows:
        raise TriageError(f"{name}: holds no study below its header.")
    zoned = [row for row in rows if row.arrival.tzinfo is not None]
    if zoned and len(zoned) < len(rows):
        other = next(row for row in rows if row.arrival.tzinfo is None)
        raise TriageError(
            f"{name}, line {other.line}: the arrival has no offset from UTC, and others have; "
            "give one with every arrival or with none."
        )
    rows.sort(key=lambda row: row.arrival)
    first = rows[0].arrival
    columns = rows[0].columns
    return ReadingLog(
        arrival_minutes=np.array([(row.arrival - first).total_seconds() / 60 for row in rows]),
        arrival_days=np.array([row.day for row in rows], dtype=np.int64),
        reading_minutes=np.array([row.reading_minutes for row in rows]),
        diseased=np.array([row.diseased for row in rows], dtype=np.int8),
        flagged=np.array([row.flagged for row in rows], dtype=np.int8)
        if "flagged" in columns
        else None,
        probability=np.array([row.probability for row in rows])
        if "probability" in columns and "flagged" not in columns
        else None,
    )


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    columns: Sequence[str]
    arrival: datetime
    day: int
    reading_minutes: float
    diseased: int
    flagged: int
    probability: float


def _rows(lines: Iterable[str], name: str) -> Iterator[_Row]:
    source = iter(lines)
    header = next(source, "").removeprefix("\ufeff")
    delimiter = max(",;\t", key=header.count)
    columns = [
        column.strip().lower() for column in next(csv.reader([header], delimiter=delimiter), [])
    ]
    known = [column for column in columns if column in _COLUMNS]
    if _ARRIVAL not in known:
        raise TriageError(
            f"{name}, line 1: has no column {_ARRIVAL!r}; its header must name it, and may name "
            f"{', '.join(_COLUMNS[1:])}."
        )
    twice = {column for column in known if known.count(column) > 1}
    if twice:
        raise TriageError(f"{name}, line 1: names the column {min(twice)!r} twice.")
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            line = reader.line_num + 1
            raise TriageError(f"{name}, line {line}: is no line of a CSV ({error}).") from error
        if cells is None:
            return
        line = reader.line_num + 1  # the header was read before
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(columns):
            raise TriageError(
                f"{name}, line {line}: has {len(cells)} cells, and the header {len(columns)}."
            )
        values = {
            column: cell.strip()
            for column, cell in zip(columns, cells, strict=True)
            if column in _COLUMNS
        }
        if delimiter == ";":
            for column in ("reading_minutes", "probability"):
                values[column] = values.get(column, "").replace(",", ".")
        try:
            arrival = _arrival(values)
            yield _Row(
                line,
                known,
                arrival,
                arrival.toordinal(),
                _number(values, "reading_minutes", _LONGEST_READING_MINUTES),
                _yes_no(values, "diseased"),
                _yes_no(values, "flagged"),
                _number(values, "probability", 1.0),
            )
        except ValueError as error:
            raise TriageError(f"{name}, line {line}: {error}.") from error


def _arrival(values: dict[str, str]) -> datetime:
    text = values[_ARRIVAL]
    refusal = f"{_ARRIVAL}: expected date and time as 2024-03-05T09:30:00, received {text!r}"
    try:
        arrival = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(refusal) from error
    try:
        date.fromisoformat(text)
    except ValueError:
        return arrival
    raise ValueError(refusal)  # a date alone would silently be midnight


def _number(values: dict[str, str], column: str, highest: float) -> float:
    text = values.get(column, "")
    if not text:
        return math.nan
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number <= highest:
        raise ValueError(f"{column}: expected a number from 0 to {highest:g}, received {text!r}")
    return number


def _yes_no(values: dict[str, str], column: str) -> int:
    text = values.get(column, "")
    if not text:
        return -1
    if text.lower() not in _YES + _NO:
        raise ValueError(f"{column}: expected 0 or 1, received {text!r}")
    return int(text.lower() in _YES)
