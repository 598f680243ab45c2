"""A program that kills its children, without warning, at random moments of their work.

``python -m tests.faults.killing_process TASK FOLDER COUNT SEED`` prints one line: how many children
were killed in the midst, and how many had done their work. After each death the work is begun again
and must come to the same end as without one. Children are forked, so that thousands cost minutes.

Tasks
    scan      ``triage-app scan --resume`` with heatmaps
    receive   images over an association, some of them twice and with other content, then their
              outcomes; what was acknowledged must be there as soon as the child is dead
    score     what waits in the queue is claimed and settled
    rescore   what one model has seen is scored by another, as the window does
    migrate   a worklist of the first version is opened
"""

from __future__ import annotations

import csv
import hashlib
import os
import random
import shutil
import sqlite3
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing, redirect_stderr
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from alembic import command
from pydicom.uid import ExplicitVRLittleEndian
from sqlalchemy import create_engine

from tests.faults.dying_children import DeathError, kill_at, start, wait_for
from tests.intake.receiving.listening import Station, call
from tests.tiny_model import write_tiny_model
from tests.worklist.made import MODEL, Clock, make_facts
from tests.worklist.test_arrivals import LEASE, arrival
from tests.worklist.writing_process import outcome_of
from triage_app.cli.exits import Exit
from triage_app.cli.main import main as triage_app
from triage_app.imaging.authoring import new_radiograph, write_radiograph
from triage_app.imaging.description import (
    PatientDescription,
    RadiographDescription,
    StudyDescription,
)
from triage_app.imaging.source import FileSource
from triage_app.inference.card import card_path_for, read_card
from triage_app.inference.session import load_model
from triage_app.intake.custody import digest_of, split_file
from triage_app.intake.events import CancelToken
from triage_app.intake.receiving.options import ReceiverOptions
from triage_app.triage.assess import assess_source
from triage_app.ui.services import Services
from triage_app.worklist.migrations import alembic_config
from triage_app.worklist.records import EventKind, ModelIdentity, StudyQuery
from triage_app.worklist.store import WorklistStore

INSTANCES = 12
STUDIES = 4
CUT_OFF = "03.dcm"
OWNER = "the one who dies"
BUSY_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Task:
    """A piece of work whose state lies in one folder; what lies beside the folder never changes.

    Attributes
    ----------
    prepare : makes the state before the work
    act : does the work, or goes on with it
    look : gives what can be seen at its end
    check : is asked as soon as a child is dead, before the work is begun again
    """

    prepare: Callable[[Path], None]
    act: Callable[[Path], None]
    look: Callable[[Path], object]
    check: Callable[[Path], None] = lambda _folder: None


def worklist_in(folder: Path) -> Path:
    """Give the worklist of a state."""
    return folder / "worklist.sqlite"


def beside(folder: Path, name: str) -> Path:
    """Give what never changes."""
    return folder.parent / name


# --- migrate ---------------------------------------------------------------------------------


def make_first_version(folder: Path) -> None:
    """Write a worklist as its first version did, with a few studies."""
    database = worklist_in(folder)
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


def migrate(folder: Path) -> None:
    """Bring the worklist up to date."""
    WorklistStore.open(worklist_in(folder), busy_seconds=BUSY_SECONDS).close()


# --- score -----------------------------------------------------------------------------------


def make_queue(folder: Path) -> None:
    """Let instances of a few studies wait for their outcome."""
    with WorklistStore.open(worklist_in(folder), now=Clock()) as store:
        items = [arrival(str(n), f"1.{n % STUDIES}") for n in range(INSTANCES)]
        store.arrivals.register(items)


def score(folder: Path) -> None:
    """Take what waits to its outcome, as a worker does that takes up what another left."""
    with WorklistStore.open(worklist_in(folder), now=Clock(), busy_seconds=BUSY_SECONDS) as store:
        store.arrivals.release(OWNER)
        while claim := store.arrivals.claim(OWNER, LEASE):
            study, _, sop = claim.sop_instance_uid.rpartition(".")
            facts = make_facts(sop, study, path=claim.path)
            store.arrivals.settle(OWNER, claim, facts, outcome_of(int(sop)), MODEL, 0.1)


def worklist_of(folder: Path) -> list[object]:
    """Give all that the worklist holds, but numbers and orders that no reader sees."""
    with WorklistStore.open(worklist_in(folder)) as store:
        seen: list[object] = [list(map(str, store.arrivals.count_by_state().items()))]
        for model in store.list_models():
            rows = store.list_studies(StudyQuery(model.device_uid))
            # when a study came is not the same at each run
            seen += sorted(
                repr((row.study_key, row.patient, row.result, row.images)) for row in rows
            )
            for row in sorted(rows, key=lambda row: row.study_key):
                shown = store.list_instances(row.study_key, model.device_uid)
                seen += sorted(repr((each.facts, each.outcome)) for each in shown)
                # which outcome came first, and changed the result more often, is by chance
                kinds = [event.kind for event in store.list_events(row.study_key)]
                seen.append(kinds.count(EventKind.RECEIVED))
        assert store.upkeep.find_contradictions() == []
    return seen


# --- scan, and scoring again -----------------------------------------------------------------


def make_images(folder: Path, shade: int = 0) -> list[Path]:
    """Write images of a few studies, one that was cut off, and a text beside them."""
    images = beside(folder, f"images-{shade}")
    if not images.exists():
        images.mkdir()
        rows, columns = np.mgrid[0:64, 0:81]
        for number in range(INSTANCES):
            dataset = new_radiograph(
                ((rows * 40 + columns * 20 + number * 90 + shade) % 4096).astype(np.uint16),
                RadiographDescription(
                    PatientDescription(patient_id=f"K-{number % STUDIES}", age="003Y"),
                    StudyDescription(study_instance_uid=f"1.2.66.{number % STUDIES}"),
                    uid_seed=f"kills-{number}",
                ),
            )
            write_radiograph(dataset, images / f"{number:02}.dcm", ExplicitVRLittleEndian)
        whole = (images / CUT_OFF).read_bytes()
        (images / CUT_OFF).write_bytes(whole[:-3000])
        (images / "notes.txt").write_text("no image")
    return sorted(images.glob("*.dcm"))


def make_models(folder: Path) -> None:
    """Write two models beside a state."""
    place = beside(folder, "models")
    if not place.exists():
        place.mkdir()
        write_tiny_model(place, "first")
        write_tiny_model(place, "second", card_changes={"device_uid": "1.2.3.4.5", "name": "other"})


def make_scan(folder: Path) -> None:
    """Let images wait for a scan."""
    make_models(folder)
    make_images(folder)


def scan(folder: Path) -> None:
    """Scan, or go on where a scan has ended."""
    with (folder / "said.txt").open("a") as said, redirect_stderr(said):
        code = triage_app(
            [
                *("scan", str(beside(folder, "images-0")), "--resume", "--workers", "0"),
                *("--output", str(folder / "rows.csv"), "--heatmaps", str(folder / "heatmaps")),
                *("--model", str(beside(folder, "models") / "first.onnx")),
            ]
        )
    assert code in (Exit.DONE, Exit.DONE_WITH_FAILURES)


def rows_of(folder: Path) -> object:
    """Give the rows but for their seconds, and the heatmaps."""
    with (folder / "rows.csv").open(newline="") as file:
        rows = [row[:-1] for row in csv.reader(file)]
    maps = sorted((path.name, path.read_bytes()) for path in (folder / "heatmaps").iterdir())
    return rows, [(name, hashlib.sha256(content).hexdigest()) for name, content in maps]


def assess_by(folder: Path, name: str) -> None:
    """Score the images into the worklist by one of the models, as the window does."""
    model = beside(folder, "models") / f"{name}.onnx"
    card = read_card(card_path_for(model))
    with closing(
        Services(
            WorklistStore.open(worklist_in(folder), now=Clock(), busy_seconds=BUSY_SECONDS),
            card=card,
            model_path=model,
            reader="",
            scoring_processes=0,
        )
    ) as services:
        for _event in services.assess([beside(folder, "images-0")], CancelToken()):
            pass


def make_scored(folder: Path) -> None:
    """Let one model have seen all."""
    make_scan(folder)
    assess_by(folder, "first")


def rescore(folder: Path) -> None:
    """Let another model see all."""
    assess_by(folder, "second")


# --- receive ---------------------------------------------------------------------------------


def make_sent(folder: Path) -> None:
    """Let images wait to be sent, and the same again with other content."""
    make_models(folder)
    make_images(folder)
    make_images(folder, shade=1000)


def sent_in(folder: Path) -> list[Path]:
    """Give the files in the order in which they are sent; the last ones replace earlier ones."""
    # what a sender sends of the one that was cut off is not what the file holds
    first = [path for path in make_images(folder) if path.name != CUT_OFF]
    return [*first, *make_images(folder, shade=1000)[:3]]


def receive(folder: Path) -> None:
    """Receive all over an association, note what was acknowledged, and score it."""
    receive_files(folder, sent_in(folder))


def receive_files(folder: Path, paths: Sequence[Path]) -> None:
    """Receive files; several programs may do so on one folder."""
    options = ReceiverOptions.model_validate({"port": 0, "least_free_mib": 0})
    station = Station(options, folder)
    station.custody.recover()
    association = call(station)
    ledger = os.open(folder / "acknowledged", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    association.dimse_timeout = None  # however busy the machine is
    for path in paths:
        content = path.read_bytes()
        instance = split_file(content, "")
        answer = association.send_c_store(path)
        assert answer.Status == 0x0000, answer
        os.write(ledger, f"{instance.sop_instance_uid} {digest_of(instance)}\n".encode())
    os.close(ledger)
    association.release()
    model = load_model(beside(folder, "models") / "first.onnx")
    identity = ModelIdentity.from_card(model.card)
    store, owner = station.store, station.spool.owner
    while claim := store.arrivals.claim(owner, LEASE):
        facts, outcome = assess_source(FileSource(Path(claim.path)), model)
        settlement = store.arrivals.settle(owner, claim, facts, outcome, identity, 0.1)
        if settlement and settlement.obsolete_paths:
            station.custody.remove_obsolete()
    station.close()


def spool_of(folder: Path) -> object:
    """Give the worklist, and what lies in the spool."""
    files = sorted((path.name, path.read_bytes()) for path in (folder / "spool").glob("*/*.dcm"))
    return [*worklist_of(folder), *((name, digest(content)) for name, content in files)]


def digest(content: bytes) -> str:
    """Give the digest of a whole file's data set."""
    return digest_of(split_file(content, ""))


def require_acknowledged(folder: Path) -> None:
    """See that the content of each instance that was acknowledged last is on the disk, whole."""
    ledger = folder / "acknowledged"
    lines = ledger.read_text().split("\n")[:-1] if ledger.exists() else []
    latest = dict(line.split() for line in lines)
    if not latest:
        return
    there = {digest(path.read_bytes()) for path in (folder / "spool").glob("*/*.dcm")}
    with WorklistStore.open(worklist_in(folder), busy_seconds=BUSY_SECONDS) as store:
        known = store.arrivals.find(latest)
    for uid, expected in latest.items():
        # what came after it and was not acknowledged yet may stand in the queue by now
        assert uid in known, f"{uid} was acknowledged and is not in the queue"
        assert expected in there, f"{uid} was acknowledged and is not on the disk"
        assert Path(known[uid].path).is_file()


TASKS = {
    "scan": Task(make_scan, scan, rows_of),
    "receive": Task(make_sent, receive, spool_of, require_acknowledged),
    "score": Task(make_queue, score, worklist_of),
    "rescore": Task(make_scored, rescore, worklist_of),
    "migrate": Task(make_first_version, migrate, worklist_of),
}


def main() -> None:
    """Kill, begin again, compare."""
    name, place, count, seed = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    task = TASKS[name]
    dice = random.Random(seed)  # noqa: S311 - not for secrets
    fresh, state = place / "fresh", place / "state"
    state.mkdir()
    # a library's threads do not survive a fork, so nothing is done in this process
    wait_for(start(lambda: task.prepare(state)))
    state.rename(fresh)

    def begin() -> None:
        shutil.rmtree(state, ignore_errors=True)
        shutil.copytree(fresh, state)

    begin()
    began = time.monotonic()
    wait_for(start(lambda: task.act(state)))
    seconds = time.monotonic() - began
    wait_for(start(lambda: _keep(place / "expected", task.look(state))))
    expected = (place / "expected").read_text()
    killed = 0
    for number in range(count):
        begin()
        killed += kill_at(start(lambda: task.act(state)), dice.uniform(0, seconds))
        try:
            wait_for(start(lambda: task.check(state)))
            wait_for(start(lambda: task.act(state)))
            wait_for(start(lambda: _keep(place / "found", task.look(state))))
        except DeathError as error:
            sys.exit(f"{name} {number}: {error}")
        found = (place / "found").read_text()
        if found != expected:
            sys.exit(f"{name} {number}: another end:\n{found}\ninstead of\n{expected}")
    print(killed, count - killed)  # noqa: T201 - read by the test


def _keep(path: Path, seen: object) -> None:
    path.write_text(repr(seen))


if __name__ == "__main__":
    main()
