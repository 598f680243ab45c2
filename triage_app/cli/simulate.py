"""``triage-app simulate``: what reading flagged studies first does to waiting times."""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from triage_app.cli.exits import Exit
from triage_app.errors import TriageError

if TYPE_CHECKING:
    from triage_app.cli.simulation_report import Flags, Setting
    from triage_app.inference.card import Estimate, ModelCard, OperatingPoint
    from triage_app.triage.reading_log import LoggedDay, ReadingLog
    from triage_app.triage.simulation import FlagAccuracy, ReadingDay, Replication

__all__ = ["add_arguments", "run"]

_MOST_STUDIES = 20_000_000  # in all replications; beyond it memory ends before patience
_DEFAULT_ARRIVALS_PER_HOUR = 10.0
_DEFAULT_HOURS = 8.0
_DEFAULT_PREVALENCE = 0.1
_DEFAULT_READING_VARIATION = 0.5
_DEFAULT_REPLICATIONS = 200
_EPILOG = """\
examples:
  triage-app simulate --arrivals-per-hour 12 --reading-minutes 4 --maximum-wait-minutes 60
  triage-app simulate --sensitivity 0.95 --specificity 0.9 --prevalence 0.05 --readers 2
  triage-app simulate --log studies.csv --json waits.json

columns of a log: arrival (ISO 8601, date and time); optional: reading_minutes, diseased (0/1),
flagged (0/1) or probability (0 to 1).

Research use only - not a medical device."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.epilog = _EPILOG
    day = parser.add_argument_group("the day")
    day.add_argument(
        "--arrivals-per-hour",
        type=_above_zero,
        metavar="N",
        help=f"studies that come in ({_DEFAULT_ARRIVALS_PER_HOUR:g})",
    )
    length = day.add_mutually_exclusive_group()
    length.add_argument(
        "--hours", type=_above_zero, metavar="H", help=f"of arrivals ({_DEFAULT_HOURS:g})"
    )
    length.add_argument(
        "--studies", type=_whole, metavar="N", help="end after so many studies instead"
    )
    day.add_argument(
        "--prevalence",
        type=_fraction,
        metavar="P",
        help=f"fraction of studies with the disease, 0 to 1 ({_DEFAULT_PREVALENCE:g})",
    )
    day.add_argument(
        "--log", type=Path, metavar="FILE.csv", help="replay these studies instead of made ones"
    )
    day.add_argument(
        "--by-day",
        action="store_true",
        help="each date of the log by itself, beginning with an empty list; dates are the "
        "replications",
    )
    reading = parser.add_argument_group("the reading")
    reading.add_argument("--readers", type=_whole, default=1, metavar="N", help="at work (1)")
    reading.add_argument(
        "--reading-minutes",
        type=_above_zero,
        default=5.0,
        metavar="M",
        help="mean time to read a study (5)",
    )
    reading.add_argument(
        "--reading-distribution",
        choices=("exponential", "lognormal"),
        default="exponential",
        help="how reading times vary (exponential)",
    )
    reading.add_argument(
        "--reading-variation",
        type=_variation,
        metavar="V",
        help="standard deviation divided by mean, of lognormal times "
        f"({_DEFAULT_READING_VARIATION:g})",
    )
    rule = parser.add_argument_group("the rule and the model")
    rule.add_argument(
        "--maximum-wait-minutes",
        type=_wait,
        default=120.0,
        metavar="M",
        help="after which a study is read before all others; inf for never (120)",
    )
    rule.add_argument(
        "--preemptive",
        action="store_true",
        help="a flagged study interrupts the reading of one that is not flagged",
    )
    rule.add_argument("--model", type=Path, metavar="M.onnx", help="instead of the shipped model")
    rule.add_argument(
        "--operating-point", metavar="NAME", help="of the model card, instead of its default"
    )
    rule.add_argument(
        "--population",
        metavar="NAME",
        help="of the model card; without it, the one for unknown age",
    )
    rule.add_argument(
        "--sensitivity", type=_fraction, metavar="P", help="instead of the card's, 0 to 1"
    )
    rule.add_argument(
        "--specificity", type=_fraction, metavar="P", help="instead of the card's, 0 to 1"
    )
    run_group = parser.add_argument_group("the run")
    run_group.add_argument(
        "--replications",
        type=_whole,
        metavar="N",
        help=f"independent days ({_DEFAULT_REPLICATIONS})",
    )
    run_group.add_argument(
        "--seed", type=_seed, default=1, metavar="N", help="equal numbers give equal figures (1)"
    )
    run_group.add_argument(
        "--json", type=Path, metavar="FILE.json", help="also write the figures to this file"
    )


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if math.isnan(number):
        raise argparse.ArgumentTypeError(f"expected a number, received {text!r}")
    return number


def _above_zero(text: str) -> float:
    number = _number(text)
    if not 1e-6 <= number <= 1e6:  # beyond, times would run out of a float's digits
        raise argparse.ArgumentTypeError(
            f"expected a number above 0 and up to a million, received {text!r}"
        )
    return number


def _zero_or_more(text: str) -> float:
    number = _number(text)
    if not 0 <= number <= 1e6:
        raise argparse.ArgumentTypeError(
            f"expected a number from 0 to a million, received {text!r}"
        )
    return number


def _variation(text: str) -> float:
    number = _number(text)
    if not 0 <= number <= 100:
        raise argparse.ArgumentTypeError(f"expected a number from 0 to 100, received {text!r}")
    return number


def _wait(text: str) -> float:
    return math.inf if _number(text) == math.inf else _zero_or_more(text)


def _fraction(text: str) -> float:
    number = _number(text)
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f"expected a number from 0 to 1, received {text!r}")
    return number


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number above 0, received {text!r}")
    return int(text)


def _seed(text: str) -> int:
    if not text.isascii() or not text.isdecimal():
        raise argparse.ArgumentTypeError(f"expected a whole number of 0 or more, received {text!r}")
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    """Simulate and print the figures; see `Exit` for what it returns."""
    from triage_app.cli.simulation_report import print_report, write_json
    from triage_app.triage.simulation import replicate
    from triage_app.triage.waiting_times import compare_rules

    log = _read_log(arguments.log) if arguments.log else None
    if refusal := _refusal(arguments, log):
        print(f"triage-app simulate: {refusal}", file=sys.stderr)
        return Exit.USAGE
    setting = _setting(arguments, log)
    replications = replicate(
        setting.replicated_sources(), setting.rule, readers=setting.readers, seed=setting.seed
    )
    comparisons = compare_rules(
        _with_progress(replications, setting.replications), seed=setting.seed
    )
    if not comparisons:
        raise TriageError("no study came in; give more --hours or --arrivals-per-hour.")
    print_report(setting, comparisons)
    if arguments.json:
        write_json(arguments.json, setting, comparisons)
    return Exit.DONE


def _read_log(path: Path) -> ReadingLog:
    from triage_app.triage.reading_log import read_reading_log

    try:
        with path.open(encoding="utf-8", newline="") as file:
            return read_reading_log(file, str(path))
    except OSError as error:
        raise TriageError(f"{path}: cannot be read ({error.strerror or error}).") from error
    except UnicodeDecodeError as error:
        raise TriageError(f"{path}: is no text in UTF-8; save it as CSV in UTF-8.") from error


def _refusal(arguments: argparse.Namespace, log: ReadingLog | None) -> str:
    """Say which arguments contradict each other; empty where none do."""
    if arguments.reading_distribution != "lognormal" and arguments.reading_variation is not None:
        return "--reading-variation is of lognormal times; add --reading-distribution lognormal."
    if arguments.by_day and log is None:
        return "--by-day is of a log; add --log FILE.csv."
    if arguments.by_day and arguments.replications is not None:
        return "--by-day makes each date of the log a replication; leave --replications out."
    for name in _settled_by(log):
        if getattr(arguments, name) is not None:
            option = name.replace("_", "-")
            return f"--{option}: {arguments.log} already says it; leave the option out."
    if log is not None:
        studies: float = len(log)
    else:
        studies = arguments.studies or (
            (arguments.hours or _DEFAULT_HOURS)
            * (arguments.arrivals_per_hour or _DEFAULT_ARRIVALS_PER_HOUR)
        )
    studies *= 1 if arguments.by_day else arguments.replications or _DEFAULT_REPLICATIONS
    if studies > _MOST_STUDIES:
        return (
            f"{studies:,.0f} studies in all replications are more than "
            f"the {_MOST_STUDIES:,} that fit; give fewer --replications or a shorter day."
        )
    return ""


def _settled_by(log: ReadingLog | None) -> tuple[str, ...]:
    """Which options a log leaves without effect."""
    if log is None:
        return ()
    settled: tuple[str, ...] = ("arrivals_per_hour", "hours", "studies")
    if not log.lacks_flags:
        settled += ("prevalence", "sensitivity", "specificity")
    if log.flagged is not None:
        settled += ("model", "operating_point", "population")
    return settled


def _setting(arguments: argparse.Namespace, log: ReadingLog | None) -> Setting:
    from triage_app.cli.simulation_report import Flags, Setting
    from triage_app.triage.reading_log import LoggedDay
    from triage_app.triage.simulation import (
        ReadingDay,
        ReadingDistribution,
        ReadingRule,
        ReadingTimes,
    )

    variation = arguments.reading_variation
    reading_times = ReadingTimes(
        arguments.reading_minutes,
        ReadingDistribution(arguments.reading_distribution),
        _DEFAULT_READING_VARIATION if variation is None else variation,
    )
    prevalence = _DEFAULT_PREVALENCE if arguments.prevalence is None else arguments.prevalence
    source: ReadingDay | LoggedDay
    if log is not None:
        flags = _flags_of_log(arguments, log)
        source = LoggedDay(log, reading_times, flags.threshold, prevalence, flags.accuracy)
    else:
        accuracy, origin = _accuracy(arguments)
        flags = Flags(origin, accuracy)
        source = ReadingDay(
            arguments.arrivals_per_hour or _DEFAULT_ARRIVALS_PER_HOUR,
            reading_times,
            prevalence,
            accuracy,
            arguments.hours or _DEFAULT_HOURS,
            arguments.studies,
        )
    return Setting(
        source,
        ReadingRule(arguments.maximum_wait_minutes, arguments.preemptive),
        flags,
        readers=arguments.readers,
        replications=_replications(arguments, source),
        is_by_day=arguments.by_day,
        seed=arguments.seed,
    )


def _replications(arguments: argparse.Namespace, source: ReadingDay | LoggedDay) -> int:
    from triage_app.triage.reading_log import LoggedDay

    if isinstance(source, LoggedDay):
        if arguments.by_day:
            return source.log.days
        if source.is_complete:
            return 1  # nothing is drawn: every other would be the same
    return arguments.replications or _DEFAULT_REPLICATIONS


def _flags_of_log(arguments: argparse.Namespace, log: ReadingLog) -> Flags:
    from triage_app.cli.simulation_report import Flags

    if log.flagged is not None:
        return Flags("as the log has them")
    if log.probability is not None:
        card, point = _operating_point(arguments)
        return Flags(
            f"where the log's probability is {point.threshold:g} or more, the operating point "
            f"{point.title!r} of {card.title}",
            threshold=point.threshold,
        )
    accuracy, origin = _accuracy(arguments)
    return Flags(origin, accuracy)


def _accuracy(arguments: argparse.Namespace) -> tuple[FlagAccuracy, str]:
    """Give how often flags are right, and say by whom; the card is read only where needed."""
    from triage_app.triage.simulation import FlagAccuracy

    sensitivity, specificity = arguments.sensitivity, arguments.specificity
    if sensitivity is not None and specificity is not None:
        return (
            FlagAccuracy(sensitivity, specificity),
            f"drawn with sensitivity {sensitivity:g} and specificity {specificity:g}, as given",
        )
    card, point = _operating_point(arguments)
    words = [
        f"{name} {_with_interval(measured) if given is None else f'{given:g} (as given)'}"
        for name, given, measured in (
            ("sensitivity", sensitivity, point.sensitivity),
            ("specificity", specificity, point.specificity),
        )
    ]
    return (
        FlagAccuracy(
            point.sensitivity.value if sensitivity is None else sensitivity,
            point.specificity.value if specificity is None else specificity,
        ),
        f"drawn with {words[0]} and {words[1]}: the operating point {point.title!r} of "
        f"{card.title}, measured per image on {point.data_set} (n = {point.n:,})",
    )


def _with_interval(estimate: Estimate) -> str:
    if estimate.low is None or estimate.high is None:
        return f"{estimate.value:.3g}"
    return f"{estimate.value:.3g} ({estimate.low:.3g} to {estimate.high:.3g})"


def _operating_point(arguments: argparse.Namespace) -> tuple[ModelCard, OperatingPoint]:
    from triage_app.inference.card import card_path_for, read_card
    from triage_app.inference.models import shipped_model_path

    card = read_card(card_path_for(arguments.model or shipped_model_path()))
    population = arguments.population or card.population_without_age
    for point in card.operating_points:
        asked = arguments.operating_point in (None, point.name, point.title)
        if asked and point.population == population:
            return card, point
    names = ", ".join(repr(point.title) for point in card.operating_points)
    wanted = arguments.operating_point or f"of {population}"
    raise TriageError(f"{card.title} has no operating point {wanted!r}; it has {names}.")


def _with_progress(replications: Iterable[Replication], total: int) -> Iterator[Replication]:
    for count, replication in enumerate(replications, start=1):
        if sys.stderr.isatty():
            print(f"\r{count} of {total} replications", end="\r", file=sys.stderr, flush=True)
        yield replication
    if sys.stderr.isatty():
        print(" " * 40, end="\r", file=sys.stderr, flush=True)
