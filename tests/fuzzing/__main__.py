"""``python -m tests.fuzzing``: damage files and tell what came of them; exit 1 with findings."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.fuzzing.campaign import Campaign, Tally
from tests.fuzzing.corpus import default_seeds, files_under, read_seeds
from tests.tiny_model import write_tiny_model

_SECONDS_BETWEEN_REPORTS = 30.0


def main() -> int:
    """Run a campaign."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzzing", description=__doc__)
    parser.add_argument("-n", "--number", type=int, default=2000, help="files to damage")
    parser.add_argument("--seed", type=int, default=1, help="another one makes other damage")
    parser.add_argument("--start", type=int, default=0, help="number of the first file")
    parser.add_argument("--minutes", type=float, help="stop after so long, whatever is left")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--corpus", type=Path, action="append", help="folder of sound files")
    parser.add_argument("--model", type=Path, help="ONNX file with its card beside it")
    parser.add_argument("--keep", type=Path, default=Path("build/fuzzing"), help="for findings")
    arguments = parser.parse_args()
    seeds = default_seeds()
    for folder in arguments.corpus or ():
        seeds += read_seeds(files_under(folder))
    tell(f"{len(seeds)} sound files")
    with TemporaryDirectory() as folder:
        model_path = arguments.model or write_tiny_model(Path(folder))
        files = Path(folder) / "files"
        files.mkdir()
        campaign = Campaign(seeds, arguments.seed, model_path, files, arguments.keep)
        tally, began = Tally(), time.monotonic()
        told = began
        for tally in campaign.run(arguments.number, arguments.workers, arguments.start):
            if time.monotonic() - told > _SECONDS_BETWEEN_REPORTS:
                told = time.monotonic()
                tell(f"{tally.files} files, {len(tally.findings)} findings")
            if arguments.minutes and time.monotonic() - began > 60 * arguments.minutes:
                break
    report(tally)
    return 1 if tally.findings else 0


def report(tally: Tally) -> None:
    """Print the tally."""
    for what, count in sorted(tally.outcomes.items()):
        tell(f"{count:8} {what}")
    for case in tally.ended_workers:
        tell(f"ended its worker: {case.number} {case.name}")
    for finding in tally.findings:
        tell(f"FINDING {finding.case.number} {finding.case.name}: {finding.what}")
    per_minute = 60 * tally.files / max(tally.seconds, 1e-9)
    tell(f"slowest {tally.slowest_seconds:.2f} s: {tally.slowest}")
    tell(f"most memory {tally.largest_bytes / 1e6:.0f} MB: {tally.largest}")
    tell(
        f"{tally.files} damaged files in {tally.seconds:.0f} s ({per_minute:.0f} a minute): "
        f"{len(tally.ended_workers)} ended a worker, {len(tally.findings)} findings"
    )


def tell(line: str) -> None:
    """Print one line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
