"""Proves a frozen program: what a reader and an administrator do with it first.

``python installer/frozen_check.py dist/triage-app`` runs the program of that folder with an
environment that knows nothing of the sources, and ends with 1 where a proof fails. It prints the
size of the folder and how long a warm start takes.
"""

from __future__ import annotations

import csv
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from triage_app.cli.exits import Exit
from triage_app.demonstration.catalogue import CATALOGUE

__all__ = ["FrozenProgram", "main"]

NAME = "triage-app"
LARGEST_MIB = 300
"""Of the folder; more is a library that nobody meant to ship. The goal is 250, not reached yet."""
_SECONDS = 600.0
"""For a step, on a slow and busy machine."""
_STEP_SECONDS = 0.2


class FrozenProgram:
    """A frozen program, and a home of its own.

    Parameters
    ----------
    folder : what PyInstaller made
    home : empty folder for settings, worklist and results
    """

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder, self.home = folder.resolve(), home
        self._program = self.folder / (f"{NAME}.exe" if sys.platform == "win32" else NAME)
        self._environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PYTHON", "VIRTUAL_ENV", "QT_", "XDG_", "TRIAGE_"))
        }
        self._environment |= {
            "HOME": str(home),
            "TRIAGE_APP_SETTINGS": str(home / "settings.toml"),
            "QT_QPA_PLATFORM": "offscreen",
        }

    def run(
        self, *arguments: str | Path, expects: tuple[Exit, ...] = (Exit.DONE,)
    ) -> subprocess.CompletedProcess[str]:
        """Run it to its end.

        Raises
        ------
        AssertionError
            where it ends with an exit code that is not expected
        """
        ended = subprocess.run(  # noqa: S603 - the program that was built
            [self._program, *arguments],
            env=self._environment,
            cwd=self.home,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=_SECONDS,
        )
        if ended.returncode not in expects:
            raise AssertionError(
                f"{NAME} {' '.join(map(str, arguments))}: ended with {ended.returncode}\n"
                f"{ended.stdout}{ended.stderr}"
            )
        return ended

    @contextmanager
    def running(self, *arguments: str | Path) -> Iterator[subprocess.Popen[bytes]]:
        """Run it until the block ends."""
        process = subprocess.Popen(  # noqa: S603 - the program that was built
            [self._program, *arguments], env=self._environment, cwd=self.home
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait(_SECONDS)


def prove_self_test(program: FrozenProgram) -> str:
    """Let the program prove itself."""
    return program.run("self-test").stdout


def prove_scan(program: FrozenProgram) -> str:
    """Score the demonstration by two worker processes; each file has the outcome it is made for."""
    studies, rows = program.home / "studies", program.home / "rows.csv"
    program.run("demo", studies)
    program.run(
        "scan", studies, "--output", rows, "--workers", "2", expects=(Exit.DONE_WITH_FAILURES,)
    )
    with rows.open(encoding="utf-8", newline="") as file:
        found = sorted((row["status"], row["reason"]) for row in csv.DictReader(file))
    images = [image for plan in CATALOGUE for image in plan.images]
    expected = sorted(
        [(image.expected_status, image.expected_reason) for image in images]
        + [("excluded", "not_dicom")]
    )
    if found != expected:
        raise AssertionError(f"expected {expected}, found {found}")
    return f"{len(found)} files, each with the outcome that it is made for"


def prove_results(program: FrozenProgram) -> str:
    """Write every kind of result of a study, and messages of its report."""
    study = program.home / "studies" / CATALOGUE[0].patient_id / CATALOGUE[0].study_id
    results = program.home / "results"
    program.run("export-sr", study, "--output", results, "--kinds", "sr,sc,gsps,map,pdf")
    messages = program.home / "messages"
    for form in ("hl7", "fhir"):
        program.run("message", results, "--format", form, "--output", messages)
    counts = [len(list(folder.rglob("*.*"))) for folder in (results, messages)]
    if not all(counts):
        raise AssertionError(f"{counts[0]} results and {counts[1]} messages were written")
    return f"{counts[0]} results, {counts[1]} messages"


def prove_window(program: FrozenProgram) -> str:
    """Open the window on the demonstration, in a language that is not English."""
    (program.home / "settings.toml").write_text('language = "de"\n', encoding="utf-8")
    picture = program.home / "window.png"
    program.run(program.home / "studies", "--screenshot", picture)
    return f"picture of {picture.stat().st_size} bytes"


def prove_receiver(program: FrozenProgram) -> str:
    """Receive the demonstration from pynetdicom's storescu, and score it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = program.home / "studies" / CATALOGUE[0].patient_id
    files = sum(path.is_file() for path in folder.rglob("*"))
    worklist = ("--database", program.home / "received.sqlite", "--spool", program.home / "spool")
    with program.running("receive", "--port", str(port), "--workers", "1", *worklist) as process:
        _wait_for(lambda: _answers(port) or process.poll() is not None, "a receiver that answers")
        subprocess.run(  # noqa: S603 - of the build's environment
            [
                *(sys.executable, "-m", "pynetdicom", "storescu", "127.0.0.1", str(port)),
                *(str(folder), "--recurse", "--called-aet", "TRIAGE", "--quiet"),
            ],
            check=True,
            timeout=_SECONDS,
        )
    program.run("receive", "--once", "--workers", "1", *worklist)
    scored = program.run("check", "--database", worklist[1]).stdout
    kept = sum(path.is_file() for path in (program.home / "spool").rglob("*"))
    if kept < files:
        raise AssertionError(f"{files} files were sent, {kept} lie in the spool\n{scored}")
    return f"{files} files received, scored, and found in order"


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _wait_for(condition: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + _SECONDS
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"waited for {what}, in vain")
        time.sleep(_STEP_SECONDS)


def prove_size(program: FrozenProgram) -> str:
    """Hold the folder against `LARGEST_MIB`."""
    sizes = {path: path.lstat().st_size for path in program.folder.rglob("*") if not path.is_dir()}
    mib = sum(sizes.values()) / 2**20
    if mib > LARGEST_MIB:
        largest = sorted(sizes, key=sizes.__getitem__)[-20:]
        raise AssertionError(f"{mib:.0f} MiB; the largest: {', '.join(map(str, largest))}")
    return f"{mib:.0f} MiB in {len(sizes)} files (at most {LARGEST_MIB})"


def measure_start(program: FrozenProgram) -> str:
    """Open an empty window and close it, three times; the shortest is what a warm start takes."""
    worklist = program.home / "empty.sqlite"
    arguments = ("--screenshot", program.home / "empty.png", "--database", worklist)
    seconds = []
    for _ in range(3):
        started = time.perf_counter()
        program.run(*arguments)
        seconds.append(time.perf_counter() - started)
    return f"{min(seconds):.1f} s from the command to the window's picture, and its end"


PROOFS: dict[str, Callable[[FrozenProgram], str]] = {
    "size": prove_size,
    "self-test": prove_self_test,
    "demo and scan": prove_scan,
    "results and messages": prove_results,
    "window": prove_window,
    "receiver": prove_receiver,
    "warm start": measure_start,
}


def main(folder: Path) -> int:
    """Run every proof, and print what each found."""
    home = Path(tempfile.mkdtemp(prefix="triage-frozen-"))
    failed = 0
    try:
        for name, proof in PROOFS.items():
            try:
                said = proof(FrozenProgram(folder, home))
            except (AssertionError, OSError, subprocess.SubprocessError) as error:
                failed += 1
                said = f"FAILED: {error}"
            print(f"{name}: {said}", flush=True)  # noqa: T201 - a command
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
