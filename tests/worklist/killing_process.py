"""A program that kills its children, without warning, at random moments of their work.

``python -m tests.worklist.killing_process TASK FOLDER COUNT SEED`` prints one line: how many
children were killed in the midst, and how many had done their work. After each death the work is
begun again and must come to the same end as without one. Children are forked, so that thousands
cost minutes.

Tasks: ``migrate`` opens a worklist of the first version; ``score`` claims and settles what came in.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from alembic import command
from sqlalchemy import create_engine

from tests.worklist.made import MODEL, Clock, make_facts
from tests.worklist.test_arrivals import LEASE, arrival
from tests.worklist.writing_process import outcome_of
from triage_app.worklist.migrations import alembic_config
from triage_app.worklist.records import EventKind, StudyQuery
from triage_app.worklist.store import WorklistStore

INSTANCES = 12
OWNER = "the one who dies"


def make_first_version(database: Path) -> None:
    """Write a worklist as its first version did, with a few studies."""
    engine = create_engine(f"sqlite:///{database}")
    with engine.begin() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("INSERT INTO models VALUES (1, '1.2', 'lung 1', 'balanced', 0.5)")
        for number in range(300):
            connection.execute(
                "INSERT INTO studies VALUES (?, ?, 'Name', 'ID', NULL, 4.0, 'F', ?, '2026-01-01',"
                " NULL, 'Chest', 'CR', 1, 'unread', '', '2026-01-01 08:00:00', 'name id chest',"
                " 'name', 'id', 'chest', '2026-01-01 00:00:00', '2026-01-01 00:00:00', 0)",
                (number, f"study {number}", f"A{number}"),
            )


def migrate(database: Path) -> None:
    """Bring the worklist up to date."""
    WorklistStore.open(database, busy_seconds=60.0).close()


def make_queue(database: Path) -> None:
    """Let instances of a few studies wait for their outcome."""
    with WorklistStore.open(database, now=Clock()) as store:
        items = [arrival(str(n), f"1.{n % 4}") for n in range(INSTANCES)]
        store.arrivals.register(items)


def score(database: Path) -> None:
    """Take what waits to its outcome, as a worker does that takes up what another left."""
    with WorklistStore.open(database, now=Clock(), busy_seconds=60.0) as store:
        store.arrivals.release(OWNER)
        while claim := store.arrivals.claim(OWNER, LEASE):
            study, _, sop = claim.sop_instance_uid.rpartition(".")
            facts = make_facts(sop, study, path=claim.path)
            store.arrivals.settle(OWNER, claim, facts, outcome_of(int(sop)), MODEL, 0.1)


def rows_of(database: Path) -> list[object]:
    """Give all that the worklist holds, but numbers and orders that no reader sees."""
    with WorklistStore.open(database) as store:
        seen: list[object] = [list(map(str, store.arrivals.count_by_state().items()))]
        for model in store.list_models():
            rows = store.list_studies(StudyQuery(model.device_uid))
            seen += sorted((repr(row) for row in rows), key=str)
            for row in rows:
                seen += sorted(map(repr, store.list_instances(row.study_key, model.device_uid)))
                # which outcome came first, and changed the result more often, is by chance
                kinds = [event.kind for event in store.list_events(row.study_key)]
                seen.append(kinds.count(EventKind.RECEIVED))
        assert store.upkeep.find_contradictions() == []
    return seen


TASKS: dict[str, tuple[Callable[[Path], None], Callable[[Path], None]]] = {
    "migrate": (make_first_version, migrate),
    "score": (make_queue, score),
}


def start(act: Callable[[Path], None], database: Path) -> int:
    """Let a child do the work; give its process id."""
    child = os.fork()
    if child == 0:
        act(database)
        os._exit(0)
    return child


def main() -> None:
    """Kill, begin again, compare."""
    task, folder, count, seed = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    prepare, act = TASKS[task]
    dice = random.Random(seed)  # noqa: S311 - not for secrets
    fresh, whole, database = folder / "fresh", folder / "whole", folder / "killed" / "w.sqlite"
    prepare(fresh)
    with closing(sqlite3.connect(fresh)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")  # all in one file, to be copied
    shutil.copyfile(fresh, whole)
    began = time.monotonic()
    _, status = os.waitpid(start(act, whole), 0)
    assert status == 0
    seconds = time.monotonic() - began
    expected = rows_of(whole)
    killed = 0
    for number in range(count):
        shutil.rmtree(database.parent, ignore_errors=True)
        database.parent.mkdir()
        shutil.copyfile(fresh, database)
        child = start(act, database)
        time.sleep(dice.uniform(0, seconds))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        killed += os.WIFSIGNALED(status)
        _, status = os.waitpid(start(act, database), 0)
        assert status == 0, f"{number}: could not begin again"
        found = rows_of(database)
        assert found == expected, f"{number}: another end: {found} instead of {expected}"
    print(killed, count - killed)  # noqa: T201 - read by the test


if __name__ == "__main__":
    main()
