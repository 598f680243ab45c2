"""Orthanc and dcmtk with our receiver between them, each killed and started again in turn.

``python -m tests.peers.endurance --instances 10000 --associations 8`` runs it whole and prints what
was counted; the test beside it runs it small. dcmtk's storescu and an Orthanc send to
``triage-app receive``, which scores and sends a structured report of each study to another Orthanc.
Meanwhile all four are killed (SIGKILL) at given parts of the way, and started again. A sender whose
association broke off sends all of its folder again, as a modality does.

At the end every instance must be here once, scored once, with the bytes that were sent; and every
report that was written must lie at the other Orthanc once.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
from pydicom import dcmread
from pydicom.uid import ComputedRadiographyImageStorage, ExplicitVRLittleEndian

from tests.peers.programs import (
    Orthanc,
    RunningProgram,
    free_port,
    require,
    start_orthanc,
)
from tests.tiny_model import write_tiny_model
from triage_app.imaging.authoring import new_radiograph, write_radiograph
from triage_app.imaging.description import (
    PatientDescription,
    RadiographDescription,
    StudyDescription,
)
from triage_app.inference.card import card_path_for, read_card
from triage_app.triage.outcome import Scored
from triage_app.worklist.arrival_records import ArrivalState
from triage_app.worklist.delivery_records import DeliveryState
from triage_app.worklist.store import WorklistStore

__all__ = ["Count", "run"]

ROOT = Path(__file__).resolve().parents[2]
_STUDY_INSTANCES = 10
_KILLS = (
    (0.08, "ours"),
    (0.2, "storescu"),
    (0.35, "orthanc that receives"),
    (0.5, "ours"),
    (0.65, "orthanc that sends"),
    (0.8, "ours"),
    (0.9, "orthanc that receives"),
)
_POLL_SECONDS = 0.2


@dataclass
class Count:
    """What was counted at the end.

    Attributes
    ----------
    sent : different instances
    kept, scored : of them that are in the queue; that have an outcome with a probability
    files : in the spool
    altered : whose bytes differ from what was sent
    written, delivered, there : reports that were written; that the queue calls delivered; that lie
        at the other side
    studies, reported : studies; those of which a report lies there
    kills : by whom
    seconds : from the first association to the last report
    """

    sent: int = 0
    kept: int = 0
    scored: int = 0
    files: int = 0
    altered: int = 0
    studies: int = 0
    written: int = 0
    delivered: int = 0
    there: int = 0
    reported: int = 0
    kills: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def is_whole(self) -> bool:
        """Whether nothing was lost and nothing doubled."""
        return (
            self.sent == self.kept == self.scored == self.files
            and self.altered == 0
            and self.written == self.delivered == self.there
            and self.reported == self.studies
        )


class _Restarted:
    """A program that is killed and started again.

    Parameters
    ----------
    start : starts it, and comes back when it is ready
    """

    def __init__(self, start: Callable[[], RunningProgram]) -> None:
        self._start = start
        self.running = start()

    def close(self) -> None:
        self.running.close()

    def kill(self) -> None:
        self.running.process.kill()
        self.running.process.wait()
        self.running.close()
        self.running = self._start()


def run(folder: Path, *, instances: int, associations: int, seconds: float) -> Count:
    """Send, kill, start again, and count.

    Parameters
    ----------
    folder : for everything; empty
    instances : different ones, in all
    associations : at a time, at least 2; one of four is of Orthanc
    seconds : after which it is given up

    Raises
    ------
    AssertionError
        where it does not come to its end in time
    """
    require("storescu")
    deadline = time.monotonic() + seconds
    model = write_tiny_model(folder)
    sent, folders = _write_load(folder / "load", instances, associations)
    port = free_port()
    of_orthanc = max(1, associations // 4)
    with contextlib.ExitStack() as stack:
        taking = _Restarted(_orthanc(folder / "taking", port))
        stack.callback(taking.close)
        giving = _Restarted(_orthanc(folder / "giving", port))
        stack.callback(giving.close)
        ours = _Restarted(_ours(folder, model, port, taking, deadline))
        stack.callback(ours.close)
        started = time.monotonic()
        senders = _Senders(folders, port, giving, of_orthanc, deadline)
        stack.callback(senders.stop)
        count = Count(sent=len(sent))
        with WorklistStore.open(folder / "w.sqlite") as store:
            who = {
                "ours": ours.kill,
                "storescu": senders.kill,
                "orthanc that receives": taking.kill,
                "orthanc that sends": giving.kill,
            }
            for part, name in _KILLS:
                _wait(lambda part=part: _arrived(store) >= part * instances, deadline, name)
                who[name]()
                count.kills[name] = count.kills.get(name, 0) + 1
            _wait(lambda: senders.are_done, deadline, "the senders")
            _wait(lambda: _is_settled(store, instances), deadline, "the reports")
            count.seconds = time.monotonic() - started
            _count(count, store, folder, model, sent)
        assert isinstance(taking.running, Orthanc)
        there = taking.running.rest("/instances?expand")
        count.there = len({each["MainDicomTags"]["SOPInstanceUID"] for each in there})
        if count.there != len(there):
            raise AssertionError(f"{len(there) - count.there} reports lie there twice")
        count.reported = len(taking.running.rest("/studies"))
    return count


def _write_load(
    folder: Path, instances: int, associations: int
) -> tuple[dict[str, str], list[Path]]:
    """Write instances into a folder for each association; give the digests of their pixels."""
    generator = np.random.default_rng(3)
    folders = [folder / str(number) for number in range(associations)]
    for each in folders:
        each.mkdir(parents=True)
    sent = {}
    for number in range(instances):
        pixels = generator.integers(0, 4096, (64, 81), dtype=np.uint16)
        study = number // _STUDY_INSTANCES
        dataset = new_radiograph(
            pixels,
            RadiographDescription(
                PatientDescription(patient_id=f"E-{study}", age="003Y"),
                StudyDescription(study_instance_uid=f"1.2.77.{study}"),
                uid_seed=f"endurance-{number}",
            ),
        )
        dataset.SOPInstanceUID = f"1.2.77.{study}.{number}"
        # the instances of a study come over one association, as a modality sends them
        path = folders[study % associations] / f"{number:06}.dcm"
        write_radiograph(dataset, path, ExplicitVRLittleEndian)
        assert dataset.SOPClassUID == ComputedRadiographyImageStorage
        sent[str(dataset.SOPInstanceUID)] = hashlib.sha256(pixels.tobytes()).hexdigest()
    return sent, folders


def _orthanc(folder: Path, our_port: int) -> Callable[[], RunningProgram]:
    """Give what starts an Orthanc, the same one each time."""
    ports = (free_port(), free_port())

    def start() -> RunningProgram:
        return start_orthanc(
            folder, our_port, DicomPort=ports[0], HttpPort=ports[1], HttpThreadsCount=10
        )

    return start


def _ours(
    folder: Path, model: Path, port: int, taking: _Restarted, deadline: float
) -> Callable[[], RunningProgram]:
    other = taking.running
    assert isinstance(other, Orthanc)
    settings = folder / "settings.toml"
    settings.write_text(
        f'model = "{model}"\nworkers = 1\ndatabase = "{folder / "w.sqlite"}"\n'
        f'spool = "{folder / "spool"}"\nresults = "{folder / "results"}"\n'
        f"[receiver]\nport = {port}\nleast_free_mib = 0\nquiet_seconds = 2\n"
        f'[[peers]]\nname = "archive"\nae_title = "ORTHANC"\nhost = "127.0.0.1"\n'
        f"port = {other.port}\n"
        '[[destinations]]\nname = "archive"\npeer = "archive"\nresults = ["sr"]\n'
        "first_pause_seconds = 0.5\nlongest_pause_seconds = 2\n"
    )
    environment = {**os.environ, "TRIAGE_APP_SETTINGS": str(settings), "OMP_NUM_THREADS": "1"}

    def start() -> RunningProgram:
        place = folder / "ours"
        place.mkdir(exist_ok=True)
        command = [sys.executable, "-m", "triage_app", "receive"]
        program = RunningProgram(command, place, cwd=ROOT, environment=environment)

        def is_ready() -> bool:
            program.require_running()
            return "ready:" in program.said()

        try:
            _wait(is_ready, deadline, "our receiver to be ready")
        except BaseException:
            program.close()
            raise
        return program

    return start


class _Senders:
    """Sends each folder over an association of its own, until all of it has been taken."""

    def __init__(
        self,
        folders: list[Path],
        port: int,
        orthanc: _Restarted,
        of_orthanc: int,
        deadline: float,
    ) -> None:
        self._port, self._orthanc, self._deadline = port, orthanc, deadline
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._is_stopped = False
        self._threads = [
            threading.Thread(
                target=self._by_orthanc if number < of_orthanc else self._by_storescu,
                args=(folder,),
            )
            for number, folder in enumerate(folders)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def are_done(self) -> bool:
        return not any(thread.is_alive() for thread in self._threads)

    def kill(self) -> None:
        with self._lock:
            for process in self._running:
                process.kill()

    def stop(self) -> None:
        self._is_stopped = True
        self.kill()
        for thread in self._threads:
            thread.join()

    def _goes_on(self) -> bool:
        return not self._is_stopped and time.monotonic() < self._deadline

    def _by_storescu(self, folder: Path) -> None:
        command = ["storescu", "-aec", "TRIAGE", "+sd", "127.0.0.1", str(self._port), str(folder)]
        while self._goes_on():
            process = subprocess.Popen(  # noqa: S603 - a program that we name
                command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            with self._lock:
                self._running.add(process)
            code = process.wait()
            with self._lock:
                self._running.discard(process)
            if code == 0:
                return
            time.sleep(_POLL_SECONDS)

    def _by_orthanc(self, folder: Path) -> None:
        left = sorted(folder.iterdir())
        uploaded: list[str] = []
        while left and self._goes_on():
            with self._trying_again() as orthanc:
                answer = orthanc.rest("/instances", content=left[0].read_bytes())
                uploaded.append(answer["ID"])
                del left[0]
        while self._goes_on():
            with self._trying_again() as orthanc:
                orthanc.rest("/modalities/us/store", {"Resources": uploaded, "Synchronous": True})
                return

    @contextlib.contextmanager
    def _trying_again(self) -> Iterator[Orthanc]:
        orthanc = self._orthanc.running
        assert isinstance(orthanc, Orthanc)
        try:
            yield orthanc
        except (OSError, urllib.error.URLError, ValueError):
            time.sleep(_POLL_SECONDS)


def _arrived(store: WorklistStore) -> int:
    return sum(store.arrivals.count_by_state().values())


def _is_settled(store: WorklistStore, instances: int) -> bool:
    if store.arrivals.count_by_state()[ArrivalState.REPORTED] < instances:
        return False
    states = store.deliveries.count_by_state("archive")
    return sum(states.values()) == states[DeliveryState.DELIVERED]


def _count(
    count: Count, store: WorklistStore, folder: Path, model: Path, sent: dict[str, str]
) -> None:
    device_uid = read_card(card_path_for(model)).device_uid
    count.kept = len(store.arrivals.find(sent))
    if _arrived(store) != count.kept:
        raise AssertionError("something arrived that nobody has sent")
    studies = {uid.rpartition(".")[0] for uid in sent}
    count.studies = len(studies)
    for study in studies:
        rows = store.list_instances(study, device_uid)
        count.scored += sum(isinstance(row.outcome, Scored) for row in rows)
    for path in (folder / "spool").glob("*/*.dcm"):
        count.files += 1
        dataset = dcmread(io.BytesIO(path.read_bytes()))
        digest = hashlib.sha256(dataset.PixelData).hexdigest()
        count.altered += digest != sent[str(dataset.SOPInstanceUID)]
    count.written = len(list((folder / "results").glob("*/*.dcm")))
    count.delivered = store.deliveries.count_by_state("archive")[DeliveryState.DELIVERED]


def _wait(condition: Callable[[], bool], deadline: float, what: str) -> None:
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"the time was up before: {what}")
        time.sleep(_POLL_SECONDS)


def main() -> None:
    """Run it whole, and print what was counted."""
    parser = argparse.ArgumentParser(prog="tests.peers.endurance", description=__doc__)
    parser.add_argument("--instances", type=int, default=10_000)
    parser.add_argument("--associations", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=3600.0, help="then it is given up")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        count = run(
            Path(folder),
            instances=arguments.instances,
            associations=arguments.associations,
            seconds=arguments.seconds,
        )
    sys.stdout.write(json.dumps(asdict(count), indent=2) + "\n")
    if not count.is_whole:
        sys.exit("something was lost or doubled")


if __name__ == "__main__":
    main()
