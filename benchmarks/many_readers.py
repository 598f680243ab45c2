"""Many readers and workers on one PostgreSQL worklist of 100,000 studies.

``python -m benchmarks.many_readers`` starts a server of its own (Debian: postgresql), fills it,
lets 20 readers look through the list, search it and take studies in progress while 4 workers claim
and settle what comes in, and prints a table: calls a second, their times, how soon a change is
noticed elsewhere, and errors, of which there must be none. Each reader and each worker has a store,
and so connections, of its own.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import func, literal_column, select, text

from benchmarks.worklist_list import MODEL, make_study
from tests.postgresql_server import find_programs, postgresql_server
from triage_app.errors import StoreError
from triage_app.ui.services import PAGE_ROWS
from triage_app.worklist.arrival_records import Arrival
from triage_app.worklist.records import ReadingStatus, StudyFilter, StudyOrder, StudyQuery
from triage_app.worklist.schema import (
    files,
    instances,
    outcomes,
    series,
    studies,
    study_results,
)
from triage_app.worklist.store import WorklistStore

_RECORDED = 1000
_LEASE_SECONDS = 60.0
_TABLES = (studies, series, instances, files, outcomes, study_results)
_NUMBERED = {"study_id": studies, "series_id": series, "driving_series_id": series}
_NAMED = ("study_key", "series_instance_uid", "sop_instance_uid", "path")


def fill(url: str, count: int) -> None:
    """Record some studies, and let the server copy them under other names."""
    dice = random.Random(1)  # noqa: S311 - the same studies each time, no secret
    with WorklistStore.open(url) as store:
        store.record_many((*make_study(n, dice), MODEL, 0.1) for n in range(min(count, _RECORDED)))
        with store._writing() as connection:
            for table in _TABLES:
                copied = []
                for column in table.c:
                    owner = table if column.name == "id" else _NUMBERED.get(column.name)
                    owner = instances if column.name == "instance_id" else owner
                    if owner is not None:
                        copied.append(column + literal_column(f"k * {_RECORDED * 4}"))
                    elif column.name in _NAMED:
                        copied.append(column.concat(literal_column("'.' || k")))
                    else:
                        copied.append(column)
                copies = func.generate_series(1, count // _RECORDED - 1).alias("k")
                rows = select(*copied).select_from(table).join(copies, text("true"))
                connection.execute(table.insert().from_select([c.name for c in table.c], rows))
            for table in (studies, series, instances):
                largest = f"(SELECT max(id) FROM {table.name})"  # noqa: S608 - our tables
                connection.exec_driver_sql(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), {largest})"
                )


class Load:
    """What readers and workers did, by kind of call."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.errors: list[str] = []
        self.stop = threading.Event()

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Time a call; an error is kept and the load goes on."""
        began = time.perf_counter()
        try:
            yield
        except (StoreError, ArithmeticError, LookupError) as error:
            self.errors.append(f"{name}: {error}")
        else:
            self.seconds[name].append(time.perf_counter() - began)


def read(url: str, number: int, load: Load) -> None:
    """Do what a reader does: look, search, sort, take a study, finish it."""
    dice = random.Random(number)  # noqa: S311 - no secret
    reader = f"Dr {number}"
    with WorklistStore.open(url) as store:
        while not load.stop.is_set():
            query = StudyQuery(
                MODEL.device_uid,
                filter=dice.choice((StudyFilter.ALL, StudyFilter.UNREAD, StudyFilter.FLAGGED)),
                order=dice.choice((StudyOrder.PRIORITY, StudyOrder.PATIENT_NAME)),
                limit=PAGE_ROWS,
            )
            with load.timed("list a page"):
                rows = store.list_studies(query)
            with load.timed("count the tabs"):
                store.count_by_filter(MODEL.device_uid, "", reader)
            with load.timed("search"):
                word = f"a{dice.randrange(10**4):04}"
                store.list_studies(StudyQuery(MODEL.device_uid, text=word, limit=PAGE_ROWS))
            if rows:
                key = dice.choice(rows).study_key
                with load.timed("begin a study"):
                    holder = store.begin_reading(key, reader)
                if holder is None:
                    with load.timed("finish a study"):
                        store.set_reading_status(key, ReadingStatus.REVIEWED, reader)
            load.stop.wait(dice.uniform(0.1, 0.5))


def work(url: str, number: int, load: Load) -> None:
    """Do what receiver and worker do: register, claim, settle."""
    dice = random.Random(1000 + number)  # noqa: S311 - no secret
    count = 0
    with WorklistStore.open(url) as store:
        owner = f"worker {number}"
        while not load.stop.is_set():
            count += 1
            uid = f"1.9.{number}.{count}"
            arrival = Arrival(uid, "1.2", f"/spool/{uid}.dcm", uid, "CR1")
            with load.timed("register"):
                store.arrivals.register([arrival])
            with load.timed("claim and settle"):
                claim = store.arrivals.claim(owner, _LEASE_SECONDS)
                if claim is not None:
                    facts, outcome = make_study(10**7 + claim.arrival_id, dice)
                    store.arrivals.settle(owner, claim, facts, outcome, MODEL, 0.1)
            load.stop.wait(0.05)


def follow(url: str, load: Load) -> None:
    """Time from the end of a change until another store has notice of it."""
    with WorklistStore.open(url) as writer, WorklistStore.open(url) as window:
        [row] = writer.list_studies(StudyQuery(MODEL.device_uid, limit=1))
        number = 0
        while not load.stop.wait(0.25):
            number += 1
            with load.timed("another store has notice"):
                before = window.change_token()
                writer.set_reading_status(row.study_key, ReadingStatus.DICTATED, f"Dr {number}")
                while window.change_token() == before:
                    time.sleep(0.002)


def run(url: str, readers: int, workers: int, seconds: float) -> Load:
    """Let all of them work at once for a while."""
    load = Load()
    tasks: list[tuple[Callable[..., None], tuple[object, ...]]] = [(follow, (url, load))]
    tasks += [(read, (url, number, load)) for number in range(readers)]
    tasks += [(work, (url, number, load)) for number in range(workers)]
    threads = [threading.Thread(target=act, args=given) for act, given in tasks]
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    load.stop.set()
    for thread in threads:
        thread.join()
    return load


def main() -> int:
    """Fill, load, print; exit 1 where there was an error."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--studies", type=int, default=100_000)
    parser.add_argument("--readers", type=int, default=20)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=30.0)
    arguments = parser.parse_args()
    programs = find_programs()
    if programs is None:
        print("no PostgreSQL server here (Debian: postgresql)", file=sys.stderr)
        return 1
    with postgresql_server(programs) as server:
        url = server.create_database()
        fill(url, arguments.studies)
        server.tell("VACUUM ANALYZE", url.split("/")[3].split("?")[0])
        load = run(url, arguments.readers, arguments.workers, arguments.seconds)
    print(f"{arguments.readers} readers, {arguments.workers} workers, {arguments.studies} studies")
    for name, seconds in sorted(load.seconds.items()):
        ordered = sorted(seconds)
        late = ordered[int(len(ordered) * 0.95)]
        print(
            f"{name:28}{len(seconds) / arguments.seconds:8.1f} /s"
            f"{statistics.median(seconds) * 1000:9.1f} ms median{late * 1000:9.1f} ms in 95 %"
        )
    print(f"{'errors':28}{len(load.errors):8}")
    for error in sorted(set(load.errors))[:10]:
        print(f"  {error}")
    return 1 if load.errors else 0


if __name__ == "__main__":
    sys.exit(main())
