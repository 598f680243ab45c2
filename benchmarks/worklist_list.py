"""How long the worklist makes its reader wait: a made database, every order, tab and search.

``python -m benchmarks.worklist_list`` prints a table: name, milliseconds, goal. Each figure is the
median of several calls that fetch one page of rows (or, where it says so, all that the window asks
for), on a database that was opened before and so lies in the operating system's cache.
"""

from __future__ import annotations

import argparse
import itertools
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from datetime import time as clock_time
from pathlib import Path

import numpy as np

from benchmarks.measurement import Bound, Goal, Measurement
from triage_app.errors import FailureReason
from triage_app.imaging.eligibility import Exclusion, ExclusionReason
from triage_app.imaging.instance import ImageFacts, InstanceFacts, PatientFacts, StudyFacts
from triage_app.triage.outcome import Excluded, Failed, Outcome, Scored
from triage_app.triage.priority import PriorityRule
from triage_app.ui.services import PAGE_ROWS, Services
from triage_app.worklist.records import (
    ModelIdentity,
    ReadingStatus,
    SortKey,
    StudyFilter,
    StudyOrder,
    StudyQuery,
)
from triage_app.worklist.store import WorklistStore

__all__ = ["make_database", "measure_first_rows", "measure_sorting", "time_questions"]

MODEL = ModelIdentity("1.2.826.0.1.3680043.10.999", "made 1.0", "balanced", 0.5)
READER = "Dr Probe"
FIRST_ROWS_GOAL_MS = 300.0
SORT_GOAL_MS = 50.0
_REPEATS = 9
_BATCH = 2000
_FAMILIES = ("Kowalczyk", "Müller", "Østergård", "Nguyễn", "田中", "O'Neil", "Probe", "García")
_GIVEN = ("Anna", "Bo", "Chloé", "Dora", "Émile", "Fatima", "Göran", "太郎")
_DESCRIPTIONS = ("Chest PA", "Chest AP portable", "Thorax", "Chest 2 views", "Rib series", "")


@dataclass(frozen=True, slots=True)
class Timing:
    """One line of the table; where other programs keep the cores busy, processor time says more."""

    name: str
    milliseconds: float
    cpu_milliseconds: float
    goal: float


def make_database(path: Path, studies: int, seed: int = 1) -> float:
    """Write a worklist of made studies; give how many studies were recorded a second."""
    dice = random.Random(seed)  # noqa: S311 - the same studies each time, no secret
    began = time.perf_counter()
    with WorklistStore.open(path) as store:
        for first in range(0, studies, _BATCH):
            numbers = range(first, min(first + _BATCH, studies))
            store.record_many((*make_study(n, dice), MODEL, 0.1) for n in numbers)
        rate = studies / (time.perf_counter() - began)
        for number in range(0, studies, max(studies // 500, 1)):
            store.set_reading_status(f"1.2.{number}", dice.choice(list(ReadingStatus)), READER)
    return rate


def make_study(number: int, dice: random.Random) -> tuple[InstanceFacts, Outcome]:
    day = date(2024, 1, 1) + timedelta(days=dice.randrange(700))
    facts = InstanceFacts(
        path=f"/archive/{number // 1000}/{number}.dcm",
        sop_class_uid="1.2.840.10008.5.1.4.1.1.1.1",
        sop_instance_uid=f"1.2.{number}.1",
        patient=PatientFacts(
            name=f"{dice.choice(_FAMILIES)}, {dice.choice(_GIVEN)}",
            patient_id=f"{dice.randrange(10**8):08}",
            age_years=dice.uniform(0.0, 95.0),
            sex=dice.choice("MF"),
        ),
        study=StudyFacts(
            study_instance_uid=f"1.2.{number}",
            series_instance_uid=f"1.2.{number}.0",
            accession_number=f"A{dice.randrange(10**7):07}",
            study_date=day,
            study_time=clock_time(dice.randrange(24), dice.randrange(60)),
            study_description=dice.choice(_DESCRIPTIONS),
            requested_priority="STAT" if dice.random() < 0.01 else "",
        ),
        image=ImageFacts(modality=dice.choice(("CR", "DX")), station_name=f"ROOM{number % 5}"),
    )
    return facts, _make_outcome(dice)


def _make_outcome(dice: random.Random) -> Outcome:
    kind = dice.random()
    if kind < 0.08:
        return Excluded(Exclusion(ExclusionReason.BODY_PART, "(0018,0015)", "HAND", "CHEST"))
    if kind < 0.1:
        return Failed(FailureReason.TRUNCATED, "ends before its data does")
    probability = dice.betavariate(1, 4)
    heatmap = np.zeros((7, 7), np.float32)
    return Scored(probability, probability >= MODEL.threshold, MODEL.operating_point, heatmap)


def time_questions(store: WorklistStore) -> Iterator[Timing]:
    """Time every question that the window asks."""
    services = Services(store, card=None, model_path=None, reader=READER)
    whole = StudyQuery(MODEL.device_uid, reader=READER, limit=PAGE_ROWS)
    month = PriorityRule(30 * 86400.0, ("STAT",))
    never = PriorityRule(5000 * 86400.0, ("STAT",))

    def page(**changes: object) -> Callable[[], object]:
        query = StudyQuery(
            **{  # type: ignore[arg-type]
                "model_device_uid": MODEL.device_uid,
                "reader": READER,
                "limit": PAGE_ROWS,
                **changes,
            }
        )
        return lambda: store.list_studies(query)

    yield _time(
        "first rows, counts and all", lambda: services.read_list(whole, [0]), FIRST_ROWS_GOAL_MS
    )
    for order in StudyOrder:
        yield _time(f"sort by {order}", page(order=order))
    for name, rule in (("all overdue", month), ("none overdue", never)):
        yield _time(f"sort by priority, STAT, {name}", page(rule=rule))
        yield _time(f"unread by priority, STAT, {name}", page(rule=rule, filter=StudyFilter.UNREAD))
    for tab in StudyFilter:
        for order in (StudyOrder.PRIORITY, StudyOrder.PATIENT_NAME, StudyOrder.STUDY_DATE):
            yield _time(f"{tab} by {order}", page(filter=tab, order=order))
    for text, found in (("chest", "most"), ("müller", "many"), ("a0012345", "few"), ("?", "none")):
        for order in (StudyOrder.PRIORITY, StudyOrder.PATIENT_NAME, StudyOrder.PROBABILITY):
            yield _time(f"search, {found} found, by {order}", page(text=text, order=order))
        yield _time(
            f"search, {found} found, flagged by name",
            page(text=text, filter=StudyFilter.FLAGGED, order=StudyOrder.PATIENT_NAME),
        )
        yield _time(
            f"search, {found} found, counts of the tabs",
            lambda text=text: store.count_by_filter(MODEL.device_uid, text, READER),
        )
    then = (SortKey(StudyOrder.PATIENT_NAME), SortKey(StudyOrder.STUDY_DATE, is_descending=True))
    yield _time("sort by modality, name, date", page(order=StudyOrder.MODALITY, then=then))
    yield _time("counts of the tabs", lambda: store.count_by_filter(MODEL.device_uid, "", READER))
    half = store.count_studies(whole) // 2
    yield _time("page in the middle, by priority", page(offset=half))
    yield _time("page in the middle, by name", page(offset=half, order=StudyOrder.PATIENT_NAME))
    yield _time("statistics, all results", store.feedback.read_results, 2000.0, repeats=3)


def _time(
    name: str,
    act: Callable[[], object],
    goal: float = SORT_GOAL_MS,
    *,
    repeats: int = _REPEATS,
) -> Timing:
    wall, cpu = [], []
    act()
    for _ in range(repeats):
        began, used = time.perf_counter(), time.process_time()
        act()
        wall.append(time.perf_counter() - began)
        cpu.append(time.process_time() - used)
    return Timing(name, statistics.median(wall) * 1000, statistics.median(cpu) * 1000, goal)


def measure_first_rows() -> Iterator[Measurement]:
    """Time the first rows with all counts, as the window asks for them when it opens."""
    with _open_worklist() as store:
        found = next(time_questions(store))
    goal = Goal(FIRST_ROWS_GOAL_MS, Bound.AT_MOST)
    yield Measurement("list_100k_first_rows_ms", found.milliseconds, "ms", goal=goal)


def measure_sorting() -> Iterator[Measurement]:
    """Time one page in each order; the slowest of them counts."""
    with _open_worklist() as store:
        questions = itertools.islice(time_questions(store), 1, 1 + len(StudyOrder))
        found = {each.name.removeprefix("sort by "): each.milliseconds for each in questions}
    goal = Goal(SORT_GOAL_MS, Bound.AT_MOST)
    slowest = max(found.values())
    yield Measurement("list_100k_sort_ms", slowest, "ms", goal=goal)
    for order, milliseconds in found.items():
        name = f"list_100k_sort_{order.replace(' ', '_')}_ms"
        yield Measurement(name, milliseconds, "ms", goal=goal)


def _open_worklist(path: Path | None = None, studies: int = 100_000) -> WorklistStore:
    """Open the made worklist; make it where it is not there."""
    path = path or Path(f"build/benchmarks/worklist_{studies}.sqlite")
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        rate = make_database(path, studies)
        print(f"{path}: made, {rate:,.0f} studies recorded a second", file=sys.stderr)
    return WorklistStore.open(path)


def main() -> None:
    """Time every question, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--studies", type=int, default=100_000)
    parser.add_argument("--database", type=Path, help="kept and used again; made where absent")
    arguments = parser.parse_args()
    with _open_worklist(arguments.database, arguments.studies) as store:
        for line in time_questions(store):
            mark = "" if line.milliseconds <= line.goal else "   MISSED"
            times = f"{line.milliseconds:9.1f} ms {line.cpu_milliseconds:9.1f} ms cpu"
            print(f"{line.name:44}{times}   goal {line.goal:g} ms{mark}")


if __name__ == "__main__":
    main()
