"""How many instances a second the receiver takes, beside dcmtk's storescp on the same load.

``python -m benchmarks receive_vs_storescp`` prints a table. The senders are dcmtk's
storescu, several at a time. Our receiver flushes each instance and its registration to the disk
before it answers; storescp leaves both to the operating system, so the comparison favours it.
Nothing is scored meanwhile.
"""

from __future__ import annotations

import argparse
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from pydicom.uid import ComputedRadiographyImageStorage, ExplicitVRLittleEndian

from benchmarks.measurement import Bound, Goal, Measurement, NotMeasuredError
from triage_app.imaging.authoring import new_radiograph, write_radiograph
from triage_app.imaging.description import (
    PatientDescription,
    RadiographDescription,
    StudyDescription,
)
from triage_app.intake.custody import Custody
from triage_app.intake.receiving.options import ReceiverOptions
from triage_app.intake.receiving.receiver import Receiver
from triage_app.intake.spool import Spool, SpoolOptions
from triage_app.worklist.store import WorklistStore

__all__ = ["measure_receiver"]

GOAL = Goal(0.6, Bound.AT_LEAST, is_ratio=True)
_TITLE = "TRIAGE"
_WAIT_SECONDS = 60.0


def measure_receiver(
    *, instances: int = 400, associations: int = 4, side: int = 1024, repeats: int = 3
) -> Iterator[Measurement]:
    """Send the same instances to both receivers in turn, and compare the best of some runs.

    Parameters
    ----------
    instances : in all
    associations : at a time
    side : rows and columns of each image, 16 bits a pixel
    """
    for program in ("storescu", "storescp"):
        if shutil.which(program) is None:
            raise NotMeasuredError(f"{program} is not installed; install dcmtk.")
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        senders = _write_load(base / "load", instances, associations, side)
        for number in range(repeats):
            with _our_receiver(base / f"ours-{number}") as port:
                ours.append(instances / _send(senders, port))
            with _storescp(base / f"theirs-{number}") as port:
                theirs.append(instances / _send(senders, port))
            _require_all(base, number, instances)
    value, baseline = max(ours), max(theirs)
    yield Measurement("receive_vs_storescp", value, "inst./s", baseline, GOAL)


def _write_load(folder: Path, instances: int, associations: int, side: int) -> list[Path]:
    pixels = np.random.default_rng(1).integers(0, 4096, (side, side), dtype=np.uint16)
    senders = []
    for sender in range(associations):
        senders.append(folder / str(sender))
        senders[-1].mkdir(parents=True)
        for number in range(instances // associations):
            dataset = new_radiograph(
                pixels,
                RadiographDescription(
                    patient=PatientDescription(name="Load^Test", patient_id="L"),
                    study=StudyDescription(),
                    bits_stored=12,
                    sop_class_uid=ComputedRadiographyImageStorage,
                    uid_seed=f"{sender}-{number}",
                ),
            )
            write_radiograph(dataset, senders[-1] / f"{number}.dcm", ExplicitVRLittleEndian)
    return senders


def _send(senders: list[Path], port: int) -> float:
    started = time.perf_counter()
    running = [
        subprocess.Popen(  # noqa: S603 - a program that we name
            ["storescu", "-aec", _TITLE, "+sd", "127.0.0.1", str(port), str(folder)]  # noqa: S607
        )
        for folder in senders
    ]
    codes = [process.wait() for process in running]
    if any(codes):
        raise SystemExit(f"a sender failed ({codes})")
    return time.perf_counter() - started


def _require_all(base: Path, number: int, instances: int) -> None:
    kept = len(list((base / f"ours-{number}" / "spool").glob("*/*.dcm")))
    if kept != instances:
        raise SystemExit(f"{kept} of {instances} instances were kept")


@contextmanager
def _our_receiver(folder: Path) -> Iterator[int]:
    with _free_port() as port:
        pass
    command = [sys.executable, "-m", "benchmarks.receive_vs_storescp", "--serve", str(folder)]
    yield from _run([*command, "--port", str(port)], port)


@contextmanager
def _storescp(folder: Path) -> Iterator[int]:
    folder.mkdir()
    with _free_port() as port:
        pass
    command = ["storescp", "--fork", "-aet", _TITLE, "-od", str(folder), str(port)]
    yield from _run(command, port)


@contextmanager
def _free_port() -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        yield int(probe.getsockname()[1])


def _run(command: list[str], port: int) -> Iterator[int]:
    process = subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603 - programs that we name
    try:
        deadline = time.monotonic() + _WAIT_SECONDS
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.05)
        yield port
    finally:
        if process.stdin is not None:
            process.stdin.close()
        process.terminate()
        process.wait()


def _serve(folder: Path, port: int) -> None:
    options = ReceiverOptions(port=port, least_free_mib=0)
    with (
        WorklistStore.open(folder / "worklist.sqlite") as store,
        Spool(SpoolOptions(folder / "spool", 0)) as spool,
        Receiver(
            options,
            [ComputedRadiographyImageStorage],
            store,
            Custody(spool, store.arrivals),
            lambda _event: None,
        ),
    ):
        sys.stdin.read()


def main() -> None:
    """Be the receiver that is measured."""
    parser = argparse.ArgumentParser(prog="benchmarks.receive_vs_storescp", description=__doc__)
    parser.add_argument("--serve", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--port", type=int, required=True)
    arguments = parser.parse_args()
    _serve(arguments.serve, arguments.port)


if __name__ == "__main__":
    main()
