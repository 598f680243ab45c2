"""``python -m benchmarks [NAME ...] [--json FILE]``: measure, print one table, and write JSON."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measurement import Measurement, NotMeasuredError, machine_name, print_table
from benchmarks.registry import BENCHMARKS

_NOT_MEASURED = 4


def main() -> int:
    """Run the named measurements, or all; the exit code is 1 where one could not be made."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the measurements here")
    parser.add_argument("--into", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    unknown = [name for name in arguments.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"unknown {', '.join(unknown)}; expected of {', '.join(BENCHMARKS)}")
    if arguments.into:
        return _measure_here(arguments.names[0], arguments.into)
    found: list[Measurement] = []
    left_out: list[str] = []
    for name in arguments.names or BENCHMARKS:
        print(f"{name} ...", file=sys.stderr, flush=True)
        measured = list(_measure_apart(name))
        found += measured
        left_out += [] if measured else [name]
    print_table(found)
    if arguments.json:
        document = {"machine": machine_name(), "results": [each.to_json() for each in found]}
        arguments.json.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    if left_out:
        print(f"not measured: {', '.join(left_out)}", file=sys.stderr)
    return 1 if left_out else 0


def _measure_apart(name: str) -> Iterator[Measurement]:
    """Measure in a fresh process, where no other measurement has left anything behind."""
    with tempfile.TemporaryDirectory(prefix="triage-benchmark-") as folder:
        into = Path(folder) / "rows.json"
        command = [sys.executable, "-m", "benchmarks", name, "--into", str(into)]
        code = subprocess.run(command, check=False).returncode  # noqa: S603 - this program
        if code == 0:
            rows = json.loads(into.read_text(encoding="utf-8"))
            yield from map(Measurement.from_row, rows)
        elif code != _NOT_MEASURED:
            print(f"{name}: ended with exit code {code}", file=sys.stderr)


def _measure_here(name: str, into: Path) -> int:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    module, _, function = BENCHMARKS[name].partition(":")
    try:
        found = list(getattr(importlib.import_module(module), function)())
    except NotMeasuredError as error:
        print(f"{name}: {error}", file=sys.stderr)
        return _NOT_MEASURED
    if not found or found[0].name != name:
        raise ValueError(f"expected {module} to yield {name} first")
    into.write_text(json.dumps([each.to_row() for each in found]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
