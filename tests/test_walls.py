"""The walls between the rooms stand: in the imports as written, and in what a process loads."""

from __future__ import annotations

import json
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import triage_app

REPOSITORY = Path(__file__).resolve().parents[1]

# Packages that cost time or ties, and the rooms in which they may be loaded, by whatever way.
EVERYWHERE_ABOVE = {
    "onnxruntime": {"inference", "triage", "worklist", "intake", "results", "ui"},
    "sqlalchemy": {"worklist", "intake", "results", "ui"},
    "pynetdicom": {"intake", "results", "ui"},
    "PySide6": {"ui"},
}
NOWHERE = {"tensorflow", "keras", "tf2onnx", "sklearn", "matplotlib", "torch"}
ROOMS = sorted(module.name for module in pkgutil.iter_modules(triage_app.__path__))

IMPORT_A_ROOM = """
import importlib, json, pkgutil, sys
room = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(getattr(room, "__path__", []), room.__name__ + "."):
    if not module.name.endswith("migrations.env"):  # run by Alembic, in a setting of its making
        importlib.import_module(module.name)
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def loaded_by(code: str, *arguments: str) -> set[str]:
    """Give the packages that a fresh process has loaded when it prints them as JSON."""
    done = subprocess.run(  # noqa: S603 - this interpreter, on code of ours
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=REPOSITORY,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


def test_the_import_contracts_are_kept() -> None:
    done = subprocess.run(  # noqa: S603 - a program of our own environment
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        capture_output=True,
        text=True,
        check=False,
        cwd=REPOSITORY,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_every_room_is_known_to_the_walls() -> None:
    known = {"errors", "imaging", "inference", "triage", "worklist", "intake", "results"}
    known |= {"demonstration", "ui", "cli", "settings", "damaged_settings", "logs", "__main__"}
    known |= {"crash_reports", "support_bundle", "versions"}
    assert set(ROOMS) <= known, "a new room needs its place in the contracts and in this table"


@pytest.mark.parametrize("room", [room for room in ROOMS if room != "__main__"])
def test_a_room_loads_nothing_that_belongs_above_it(room: str) -> None:
    loaded = loaded_by(IMPORT_A_ROOM, f"triage_app.{room}")
    forbidden = NOWHERE | {
        package for package, rooms in EVERYWHERE_ABOVE.items() if room not in rooms
    }
    assert "triage_app" in loaded
    assert loaded & forbidden == set()
    assert loaded & {"training", "converters"} == set()
