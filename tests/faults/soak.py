"""Receive, score and list without end, and see that memory, threads and files stay as they are.

``python -m tests.faults.soak --seconds 3600`` sends new images to ``triage-app receive``, ten over
an association, and looks through the list meanwhile. It prints a line each ten seconds, and ends
with exit code 1 where something was lost, or where the last quarter holds more than the second.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, ComputedRadiographyImageStorage, ExplicitVRLittleEndian
from pynetdicom import AE

from tests.tiny_model import DEVICE_UID, write_tiny_model
from tests.waiting import wait_until
from triage_app.imaging.authoring import new_radiograph
from triage_app.imaging.description import (
    PatientDescription,
    RadiographDescription,
    StudyDescription,
)
from triage_app.worklist.arrival_records import ArrivalState
from triage_app.worklist.records import StudyQuery
from triage_app.worklist.store import WorklistStore

__all__ = ["Soak", "run"]

ROOT = Path(__file__).resolve().parents[2]
_PER_ASSOCIATION = 10
_PAGE = 200
_ENDED = (ArrivalState.SETTLED, ArrivalState.COMPLETE, ArrivalState.REPORTED)


@dataclass(frozen=True, slots=True)
class Sample:
    """What the program and its workers hold at one moment."""

    seconds: float
    sent: int
    memory_mb: float
    threads: int
    open_files: int


@dataclass
class Soak:
    """What was seen.

    Attributes
    ----------
    sent, settled : images that were acknowledged; that have their outcome
    samples : one after each round
    """

    sent: int = 0
    settled: int = 0
    samples: list[Sample] = field(default_factory=list)

    def growth(self, of: Callable[[Sample], float]) -> float:
        """Give how much more the last quarter holds than the second; the first fills caches."""
        quarter = max(1, len(self.samples) // 4)
        middle = statistics.median(map(of, self.samples[quarter : 2 * quarter]))
        return statistics.median(map(of, self.samples[-quarter:])) - middle

    @property
    def memory_growth_mb(self) -> float:
        """Give by how much memory grew."""
        return self.growth(lambda sample: sample.memory_mb)


def run(
    folder: Path,
    goes_on: Callable[[Soak], bool],
    tell: Callable[[Sample], None] = lambda _sample: None,
) -> Soak:
    """Send round after round.

    Parameters
    ----------
    folder : for everything; empty
    goes_on : is asked before each round
    tell : is given what was seen after each
    """
    soak, began = Soak(), time.monotonic()
    dataset = _image()
    with _receiver(folder) as (process, port), WorklistStore.open(folder / "w.sqlite") as store:
        while goes_on(soak):
            soak.sent += _send(dataset, port, soak.sent)
            # the work keeps up, so that what is held is not what waits
            wait_until(lambda: _settled(store) == soak.sent, "the outcomes of a round")
            store.count_by_filter(DEVICE_UID)
            store.list_studies(StudyQuery(DEVICE_UID, limit=_PAGE))
            sample = _sample(process, time.monotonic() - began, soak.sent)
            soak.samples.append(sample)
            tell(sample)
        soak.settled = _settled(store)
    return soak


def _image() -> Dataset:
    pixels = np.random.default_rng(7).integers(0, 4096, (300, 310), dtype=np.uint16)
    dataset = new_radiograph(
        pixels,
        RadiographDescription(
            PatientDescription(patient_id="S-1", age="003Y"), StudyDescription(), uid_seed="soak"
        ),
    )
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.MediaStorageSOPClassUID = ComputedRadiographyImageStorage
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    return dataset


def _send(dataset: Dataset, port: int, number: int) -> int:
    ae = AE(ae_title="SOAK")
    ae.add_requested_context(ComputedRadiographyImageStorage, ExplicitVRLittleEndian)
    association = ae.associate("127.0.0.1", port, ae_title="TRIAGE")
    association.dimse_timeout = None
    dataset.StudyInstanceUID = UID(f"1.2.88.{number}")
    dataset.SeriesInstanceUID = UID(f"1.2.88.{number}.1")
    for each in range(_PER_ASSOCIATION):
        dataset.SOPInstanceUID = UID(f"1.2.88.{number}.1.{each}")
        dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
        status = association.send_c_store(dataset).Status
        assert status == 0x0000, f"{status:#06x}"
    association.release()
    return _PER_ASSOCIATION


def _settled(store: WorklistStore) -> int:
    states = store.arrivals.count_by_state()
    return sum(states[state] for state in _ENDED)


@contextlib.contextmanager
def _receiver(folder: Path) -> Iterator[tuple[int, int]]:
    model = write_tiny_model(folder)
    settings = folder / "settings.toml"
    settings.write_text(
        f'database = "{folder / "w.sqlite"}"\nspool = "{folder / "spool"}"\nworkers = 1\n'
        f'model = "{model}"\n[receiver]\nport = 0\nleast_free_mib = 0\nquiet_seconds = 1\n'
    )
    said = folder / "said.txt"
    with said.open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "triage_app", "receive"],
            cwd=ROOT,
            stderr=errors,
            env={**os.environ, "TRIAGE_APP_SETTINGS": str(settings), "OMP_NUM_THREADS": "1"},
        )
    try:
        ready = wait_until(
            lambda: re.search(r"ready: .* port (\d+)", said.read_text()) or process.poll(),
            "the receiver to be ready",
        )
        assert isinstance(ready, re.Match), said.read_text()
        yield process.pid, int(ready[1])
        process.send_signal(signal.SIGTERM)
        assert process.wait() == 0, said.read_text()
    finally:
        process.kill()
        process.wait()


def _sample(process: int, seconds: float, sent: int) -> Sample:
    """Look at a program and the processes that it has started."""
    folder = Path(f"/proc/{process}")
    children = (folder / "task" / str(process) / "children").read_text().split()
    pages = threads = files = 0
    for each in (str(process), *children):
        place = Path("/proc") / each
        pages += int((place / "statm").read_text().split()[1])
        threads += len(list((place / "task").iterdir()))
        files += len(list((place / "fd").iterdir()))
    return Sample(seconds, sent, pages * os.sysconf("SC_PAGE_SIZE") / 2**20, threads, files)


def main() -> int:
    """Run for a while; print what is held."""
    parser = argparse.ArgumentParser(prog="tests.faults.soak", description=__doc__)
    parser.add_argument("--seconds", type=float, default=3600.0)
    parser.add_argument("--growth-mb", type=float, default=20.0, help="allowed")
    arguments = parser.parse_args()
    end, told = time.monotonic() + arguments.seconds, [-10.0]

    def tell(sample: Sample) -> None:
        if sample.seconds - told[-1] >= 10:
            told.append(sample.seconds)
            sys.stdout.write(
                f"{sample.seconds:7.0f} s {sample.sent:7} images {sample.memory_mb:8.1f} MB "
                f"{sample.threads:4} threads {sample.open_files:4} files\n"
            )
            sys.stdout.flush()

    with tempfile.TemporaryDirectory(prefix="triage-soak-") as folder:
        soak = run(Path(folder), lambda _soak: time.monotonic() < end, tell)
    threads = soak.growth(lambda sample: sample.threads)
    files = soak.growth(lambda sample: sample.open_files)
    sys.stdout.write(
        f"{soak.sent} sent, {soak.settled} scored; from the second quarter to the last: "
        f"{soak.memory_growth_mb:+.1f} MB, {threads:+g} threads, {files:+g} files\n"
    )
    is_flat = soak.memory_growth_mb <= arguments.growth_mb and threads <= 2 and files <= 4
    return 0 if is_flat and soak.sent == soak.settled else 1


if __name__ == "__main__":
    sys.exit(main())
