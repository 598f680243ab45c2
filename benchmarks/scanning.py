"""What a scan costs: beside plain loops, beside the bare decoders, and at many times the files."""

from __future__ import annotations

import csv
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.corpus import SYNTAXES, make_corpus
from benchmarks.measurement import Bound, Goal, Measurement, NotMeasuredError

__all__ = [
    "measure_bare_limit",
    "measure_growth",
    "measure_keras_loop",
    "measure_worker_memory",
]

_FOLDER = Path("build/benchmarks")
_ROWS, _COLUMNS = 2600, 2106
_REPEATS = 2
_FEW, _MANY = 1_000, 20_000
_SMALL_SIDE = 256
_MEMORY_IMAGES = 2_000


def measure_keras_loop() -> Iterator[Measurement]:
    """Compare a scan with two workers with pydicom and Keras, one file after the other."""
    make_corpus(_FOLDER / "each_syntax", images=28, rows=_ROWS, columns=_COLUMNS)
    folder = _FOLDER / "each_syntax"
    files = 28
    ours, keras, runtime, alone = [], [], [], []
    for _ in range(_REPEATS):
        ours.append(files / _scan(folder, workers=2))
        keras.append(files / _loop("keras", folder))
        runtime.append(files / _loop("onnxruntime", folder))
        alone.append(files / _scan(folder, workers=1))
    goal = Goal(5.0, Bound.AT_LEAST, is_ratio=True)
    yield Measurement("scan_vs_keras_loop", max(ours), "images/s", max(keras), goal)
    yield Measurement("scan_vs_onnxruntime_loop", max(ours), "images/s", max(runtime))
    yield Measurement("scan_vs_one_worker", max(ours), "images/s", max(alone))


def measure_bare_limit() -> Iterator[Measurement]:
    """Compare the seconds that a scan's rows state, one process, with decode, resize, network."""
    goal = Goal(1.25, Bound.AT_MOST, is_ratio=True)
    lines = []
    for name in SYNTAXES:
        folder = _FOLDER / f"limit_{name}"
        images = len(make_corpus(folder, images=6, rows=_ROWS, columns=_COLUMNS, syntaxes=(name,)))
        ours, bare = [], []
        for _ in range(_REPEATS):
            ours.append(_assess(folder) / images)
            bare.append(_loop("bare", folder) / images)
        lines.append(
            Measurement(f"scan_vs_bare_limit_{name}", min(ours) * 1e3, "ms/image", min(bare) * 1e3)
        )
    ours_ms = sum(each.value for each in lines) / len(lines)
    bare_ms = sum(each.baseline or 0.0 for each in lines) / len(lines)
    yield Measurement("scan_vs_bare_limit", ours_ms, "ms/image", bare_ms, goal)
    yield from lines


def measure_growth() -> Iterator[Measurement]:
    """Compare the cost of an image among many small files with that among few."""
    costs = {}
    for images in (_FEW, _MANY):
        folder = _FOLDER / f"small_{images}"
        side = _SMALL_SIDE
        make_corpus(folder, images=images, rows=side, columns=side, syntaxes=("raw",), phantoms=1)
        costs[images] = _scan(folder, workers=2, counts_start=False) / images * 1e3
    goal = Goal(1.1, Bound.AT_MOST, is_ratio=True)
    yield Measurement("scan_growth", costs[_MANY], "ms/image", costs[_FEW], goal)


def measure_worker_memory() -> Iterator[Measurement]:
    """Measure the largest memory that a worker came to over a scan of large images."""
    folder = _FOLDER / "each_syntax"
    make_corpus(folder, images=28, rows=_ROWS, columns=_COLUMNS)
    memory = float(_run_module("benchmarks.scan_memory", str(folder)))
    yield Measurement("worker_memory_mb", memory, "MB", goal=Goal(400.0, Bound.AT_MOST))


def _scan(folder: Path, *, workers: int, counts_start: bool = True) -> float:
    """Give the seconds of the whole command, or without what it takes to start."""
    output = folder.with_suffix(".csv")
    command = ["scan", str(folder), "-o", str(output), "--workers", str(workers)]
    start_seconds = 0.0
    if not counts_start:
        started = time.perf_counter()
        _run_command("scan", str(folder / "complete"), "-o", str(output), "--workers", str(workers))
        start_seconds = time.perf_counter() - started
    started = time.perf_counter()
    _run_command(*command)
    return time.perf_counter() - started - start_seconds


def _assess(folder: Path) -> float:
    """Give the seconds that the rows of a scan state, in one process."""
    output = folder.with_suffix(".csv")
    _run_command("scan", str(folder), "-o", str(output), "--workers", "0")
    with output.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["path"].endswith(".dcm")]
    if not all(row["status"] == "scored" for row in rows):
        raise NotMeasuredError(f"{folder}: not every image was scored; see {output}.")
    return sum(float(row["seconds"]) for row in rows)


def _loop(name: str, folder: Path) -> float:
    return float(_run_module("benchmarks.plain_loops", name, str(folder)))


def _run_command(*arguments: str) -> None:
    _run([str(Path(sys.executable).with_name("triage-app")), *arguments])


def _run_module(module: str, *arguments: str) -> str:
    return _run([sys.executable, "-m", module, *arguments])


def _run(command: list[str]) -> str:
    run = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603
    if run.returncode:
        raise NotMeasuredError(f"{' '.join(command[:3])} failed: {run.stderr.strip()[-300:]}")
    return run.stdout.strip().splitlines()[-1] if run.stdout.strip() else ""
