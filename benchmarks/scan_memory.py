"""Prints the most memory, in MB, that a worker of a scan of FOLDER came to; run as a module."""

from __future__ import annotations

import sys
from pathlib import Path

from triage_app.inference.models import shipped_model_path
from triage_app.intake.events import Assessed
from triage_app.intake.scan import scan


def _largest_worker_mb(own: int) -> float:
    """Read the peak of this process's children from Linux's accounts of them."""
    largest = 0.0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            lines = status.read_text(encoding="utf-8").splitlines()
        except OSError:
            continue
        facts = dict(line.split(":", 1) for line in lines if ":" in line)
        if int(facts["PPid"]) == own and "VmHWM" in facts:
            largest = max(largest, int(facts["VmHWM"].split()[0]) / 1e3)
    return largest


def main() -> None:
    """Scan, and look at the workers after every image."""
    own = int(Path("/proc/self").resolve().name)
    largest = 0.0
    for event in scan([Path(sys.argv[1])], model_path=shipped_model_path(), workers=2):
        if isinstance(event, Assessed):
            largest = max(largest, _largest_worker_mb(own))
    print(largest)


if __name__ == "__main__":
    main()
