"""The figures of ``triage-app simulate``: for people on standard output, for programs as JSON."""

from __future__ import annotations

import json
import math
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import repeat
from pathlib import Path
from typing import Any

from triage_app.errors import TriageError
from triage_app.inference.card import Estimate
from triage_app.triage.queueing import (
    first_come_wait,
    flagged_fraction,
    non_preemptive_waits,
    preemptive_waits,
    waits_by_disease,
)
from triage_app.triage.reading_log import LoggedDay
from triage_app.triage.simulation import (
    FlagAccuracy,
    ReadingDay,
    ReadingDistribution,
    ReadingRule,
    ReadingTimes,
)
from triage_app.triage.waiting_times import (
    FEWEST_REPLICATIONS_FOR_INTERVAL,
    GroupComparison,
    WaitingTimes,
)

__all__ = ["Flags", "Setting", "print_report", "write_json"]

_DISCLAIMER = "Research use only - not a medical device."
_FIGURES = (("mean", "mean"), ("percentile_95", "95th percentile"), ("longest", "longest (mean)"))
_COLUMN = 26
_WIDTH = 96


@dataclass(frozen=True, slots=True)
class Flags:
    """Where flags come from.

    Attributes
    ----------
    origin : ends the sentence that begins "Flags: "
    accuracy : where they are drawn
    threshold : where they follow from probabilities
    """

    origin: str
    accuracy: FlagAccuracy | None = None
    threshold: float | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """What is simulated.

    Attributes
    ----------
    source : of workloads
    rule : to compare with first come, first served
    flags : where they come from
    readers, replications, seed : as in `triage_app.triage.simulation.replicate`
    is_by_day : each date of the log is a replication
    """

    source: ReadingDay | LoggedDay
    rule: ReadingRule
    flags: Flags
    readers: int
    replications: int
    seed: int
    is_by_day: bool = False

    def replicated_sources(self) -> Iterator[ReadingDay | LoggedDay]:
        """Give the source of each replication."""
        if self.is_by_day and isinstance(self.source, LoggedDay):
            return (replace(self.source, log=log) for log in self.source.log.split_by_day())
        return repeat(self.source, self.replications)


def print_report(setting: Setting, comparisons: Sequence[GroupComparison]) -> None:
    """Print figures, what they assume, and what they are not."""
    print(f"Minutes of waiting, {_replications(setting)}")
    heads = ("first come, first served", "flagged first", "difference")
    print(" " * 18 + "".join(f"{head:<{_COLUMN}}" for head in heads).rstrip())
    for comparison in comparisons:
        print(f"{comparison.group}, {_counted(comparison.studies, 'study', 'studies')}")
        for field, words in _FIGURES:
            cells = [
                _format(getattr(times, field), sign="+" if times is comparison.difference else "")
                for times in (comparison.first_come, comparison.priority, comparison.difference)
            ]
            print(f"  {words:<16}" + "".join(f"{cell:<{_COLUMN}}" for cell in cells).rstrip())
    print("\nWhat the figures mean and assume")
    for sentence in _assumptions(setting):
        print(textwrap.fill(sentence, _WIDTH, initial_indent="- ", subsequent_indent="  "))
    print(f"\n{_DISCLAIMER}")


def write_json(path: Path, setting: Setting, comparisons: Sequence[GroupComparison]) -> None:
    """Write the same figures as JSON; minutes throughout, null for what there is not.

    Raises
    ------
    TriageError
        where the file cannot be written
    """
    maximum_wait = setting.rule.maximum_wait_minutes
    document: dict[str, Any] = {
        "disclaimer": _DISCLAIMER,
        "unit": "minutes",
        "assumptions": _assumptions(setting),
        "readers": setting.readers,
        "offered_load": None
        if setting.is_by_day
        else _finite(setting.source.offered_load(setting.readers)),
        "maximum_wait_minutes": _finite(maximum_wait),
        "preemptive": setting.rule.is_preemptive,
        "sensitivity": setting.flags.accuracy.sensitivity if setting.flags.accuracy else None,
        "specificity": setting.flags.accuracy.specificity if setting.flags.accuracy else None,
        "threshold": setting.flags.threshold,
        "replications": setting.replications,
        "seed": setting.seed,
        "groups": [
            {
                "group": comparison.group,
                "studies": comparison.studies,
                "replications": comparison.replications,
                "first_come_first_served": _times_as_json(comparison.first_come),
                "priority": _times_as_json(comparison.priority),
                "difference": _times_as_json(comparison.difference),
            }
            for comparison in comparisons
        ],
    }
    try:
        path.write_text(json.dumps(document, indent=2, allow_nan=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise TriageError(
            f"{path}: cannot be written ({error.strerror or error}); "
            "check that its folder exists and that you may write there."
        ) from error


def _times_as_json(times: WaitingTimes) -> dict[str, dict[str, float | None]]:
    return {
        field: {
            "value": getattr(times, field).value,
            "low": getattr(times, field).low,
            "high": getattr(times, field).high,
        }
        for field, _ in _FIGURES
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _format(estimate: Estimate, *, sign: str) -> str:
    value = f"{estimate.value:{sign}z.1f}"
    if estimate.low is None or estimate.high is None:
        return value
    return f"{value} ({estimate.low:{sign}z.1f} to {estimate.high:{sign}z.1f})"


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _replications(setting: Setting) -> str:
    count = _counted(setting.replications, "replication", "replications")
    source = setting.source
    if isinstance(source, LoggedDay):
        if setting.is_by_day:
            return f"{_counted(len(source.log), 'study', 'studies')} of a log, each date by itself"
        return f"{count} of the log's {_counted(len(source.log), 'study', 'studies')}"
    if source.studies is not None:
        return f"{count} of {_counted(source.studies, 'study', 'studies')}"
    return f"{count} of {source.hours:g} hours"


def _assumptions(setting: Setting) -> list[str]:
    source = setting.source
    return [
        *(
            _day_assumptions(source)
            if isinstance(source, ReadingDay)
            else _log_assumptions(source, setting)
        ),
        *_flag_assumptions(setting),
        f"Readers: {setting.readers}, all alike, at work without a pause from the first arrival "
        "until all is read, each taking the next study at once; flags are there on arrival.",
        *([] if setting.is_by_day else [_load(source.offered_load(setting.readers))]),
        _rule(setting),
        "Waiting is the time from arrival to the start of reading"
        + (", and interruptions of the reading." if setting.rule.is_preemptive else "."),
        _intervals(setting),
        *_long_run(setting),
    ]


def _day_assumptions(day: ReadingDay) -> list[str]:
    return [
        f"Arrivals: at random at an even rate of {day.arrivals_per_hour:g} an hour (Poisson). Each "
        "replication begins with an empty list and ends when all is read.",
        f"Reading times: {_reading_times(day.reading_times)}, with the disease as without.",
        f"Disease: {100 * day.prevalence:g} % of studies, each by itself.",
    ]


def _log_assumptions(day: LoggedDay, setting: Setting) -> list[str]:
    log = day.log
    sentences = ["Arrivals: as logged; the list is empty before the first."]
    if setting.is_by_day:
        sentences = [
            "Arrivals: as logged; each date begins with an empty list and ends when all of it is "
            "read, be it after midnight."
        ]
    elif log.days > 1:
        sentences[0] += (
            f" The {log.days} dates are one stretch that is read day and night; --by-day replays "
            "each by itself."
        )
    lacking = log.lacks_reading_minutes
    if lacking < len(log):
        sentences.append(f"Reading times: as logged for {len(log) - lacking:,} studies.")
    if lacking:
        sentences.append(
            f"Reading times of {_counted(lacking, 'study', 'studies')} that the log lacks: drawn, "
            f"{_reading_times(day.reading_times)}."
        )
    if log.lacks_disease:
        what = (
            f"drawn, {100 * (day.prevalence or 0.0):g} % of them"
            if log.lacks_flags
            else "not known, and in neither group"
        )
        count = _counted(log.lacks_disease, "study", "studies")
        sentences.append(f"Disease of {count} that the log lacks: {what}.")
    return sentences


def _reading_times(times: ReadingTimes) -> str:
    if times.distribution is ReadingDistribution.EXPONENTIAL:
        return f"exponential with a mean of {times.mean_minutes:g} minutes"
    return (
        f"lognormal with a mean of {times.mean_minutes:g} minutes and a standard deviation of "
        f"{times.mean_minutes * times.variation:g}"
    )


def _flag_assumptions(setting: Setting) -> list[str]:
    sentences = [f"Flags: {setting.flags.origin}."]
    if setting.flags.accuracy is not None:
        sentences.append(
            "Each study is flagged by itself: no kind of study is missed or flagged more often "
            "than another. How uncertain sensitivity and specificity are is not in the intervals."
        )
    return sentences


def _load(load: float) -> str:
    sentence = f"Load: reading takes {100 * load:.0f} % of the readers' time while studies arrive."
    if load >= 1:
        sentence += (
            " The list grows for as long as they do: the figures belong to this length of day, and "
            "to no other."
        )
    return sentence if math.isfinite(load) else "Load: all studies arrive at once."


def _rule(setting: Setting) -> str:
    rule, source = setting.rule, setting.source
    limit = rule.maximum_wait_minutes
    sentence = "Rule: flagged first, then the oldest first; "
    sentence += (
        f"a study that has waited {limit:g} minutes stands before all others"
        if math.isfinite(limit)
        else "no maximum wait, so that a study that is not flagged may wait for ever"
    )
    if rule.is_preemptive:
        sentence += (
            "; a flagged study interrupts the reading of one that is neither flagged nor past the "
            "maximum wait, which goes on later where it was left"
        )
    if isinstance(source, LoggedDay) and not source.log.lacks_flags:
        sentence += ". Studies without a result stand between flagged and not flagged"
    return sentence + "."


def _intervals(setting: Setting) -> str:
    meaning = (
        "Mean and percentile are over the studies of all replications; longest is the longest of "
        "each replication, averaged, so that few bad days can lift the percentile above it."
    )
    is_logged = isinstance(setting.source, LoggedDay)
    if (
        isinstance(setting.source, LoggedDay)
        and setting.source.is_complete
        and (not setting.is_by_day)
    ):
        return (
            "The log says everything, so nothing is drawn and there is one replication: what would "
            "have happened to these studies, without an interval for others."
        )
    if setting.replications < FEWEST_REPLICATIONS_FOR_INTERVAL:
        return (
            f"{meaning} Fewer than {FEWEST_REPLICATIONS_FOR_INTERVAL} replications give no "
            "intervals: how much of a figure is chance is not known."
        )
    of_what = "of what endlessly many would give; single days differ more"
    if setting.is_by_day:
        of_what = "with dates as replications: how far the figures hold for other such dates"
    elif is_logged:
        of_what = "of what is drawn alone: other studies than the logged would differ more"
    return (
        f"In brackets: 95 % intervals over replications (bootstrap), {of_what}. {meaning} The "
        "difference compares the same studies."
    )


def _long_run(setting: Setting) -> list[str]:
    """Give the closed form where there is one, so that a reader can check the simulation."""
    source, accuracy = setting.source, setting.flags.accuracy
    if (
        not isinstance(source, ReadingDay)
        or accuracy is None
        or source.reading_times.distribution is not ReadingDistribution.EXPONENTIAL
        or source.offered_load(setting.readers) >= 1
    ):
        return []
    flagged = flagged_fraction(source.prevalence, accuracy.sensitivity, accuracy.specificity)
    if not 0 < flagged < 1:
        return []
    arrivals = source.arrivals_per_hour / 60
    reading = 1 / source.reading_times.mean_minutes
    rates = (arrivals * flagged, arrivals * (1 - flagged))
    waits_of = preemptive_waits if setting.rule.is_preemptive else non_preemptive_waits
    flagged_wait, other_wait = waits_of(rates, reading, setting.readers)
    waits = waits_by_disease(flagged_wait, other_wait, accuracy.sensitivity, accuracy.specificity)
    first_come = first_come_wait(arrivals, reading, setting.readers)
    return [
        "For comparison, queueing theory's mean waits for days without end and no maximum wait: "
        f"first come, first served {first_come:.1f} minutes; flagged first {waits.diseased:.1f} "
        f"with the disease and {waits.not_diseased:.1f} without."
    ]
