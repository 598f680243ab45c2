"""How long it takes from the command to a list that can be used, in a fresh process.

The command is the one that people type. It opens a worklist of made studies, and its first rows are
on the screen when the time is taken. The first of the starts is left out: the others find the
program and the database in the operating system's cache ("warm").
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.measurement import Bound, Goal, Measurement

__all__ = ["measure_start"]

START_GOAL_SECONDS = 1.5
_STUDIES = 2000
_REPEATS = 7
_CHILD = "--in-this-process"


def measure_start() -> Iterator[Measurement]:
    """Start the window again and again."""
    from benchmarks.worklist_list import make_database  # noqa: PLC0415 - for the parent only

    with tempfile.TemporaryDirectory(prefix="triage-start-") as folder:
        database = Path(folder) / "worklist.sqlite"
        make_database(database, _STUDIES)
        starts = [_start_once(database) for _ in range(_REPEATS + 1)][1:]
    goal = Goal(START_GOAL_SECONDS, Bound.AT_MOST)
    yield Measurement("start_seconds", statistics.median(starts), "s", goal=goal)


def _start_once(database: Path) -> float:
    command = [sys.executable, "-m", "benchmarks.start_window", _CHILD, str(database)]
    environment = os.environ | {
        "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen"),
        "TRIAGE_APP_SETTINGS": str(database.with_name("settings.toml")),
        "XDG_CONFIG_HOME": str(database.parent),
    }
    began = time.monotonic()  # of the system's clock, the same in each process
    run = subprocess.run(command, check=True, env=environment, stdout=subprocess.PIPE)  # noqa: S603 - this program
    return float(run.stdout) - began


def _open_window(database: str) -> int:
    """Run the command, and print the moment at which the first rows stand on the screen."""
    from triage_app.cli.main import main as triage_app  # noqa: PLC0415 - what is measured
    from triage_app.ui import app  # noqa: PLC0415 - what is measured

    class Timed(app.MainWindow):
        """The window, that leaves as soon as its list can be used."""

        def __init__(self, *arguments: Any, **named: Any) -> None:
            super().__init__(*arguments, **named)
            self.feed.refreshed.connect(self._tell)

        def _tell(self) -> None:
            self.repaint()
            print(time.monotonic(), flush=True)
            self.close()

    app.MainWindow = Timed  # type: ignore[misc]
    return triage_app(["--database", database])


def main() -> None:
    """Measure and print, or be the process that is measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument(_CHILD, dest="database", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.database:
        raise SystemExit(_open_window(arguments.database))
    for each in measure_start():
        print(f"{each.name}: {each.value:.2f} {each.unit}, goal {START_GOAL_SECONDS:g} s")


if __name__ == "__main__":
    main()
