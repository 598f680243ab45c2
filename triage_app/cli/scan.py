"""``triage-app scan``: score files and folders without a window, one row per file."""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from triage_app.cli.arguments import add_paths, count, paths_exist
from triage_app.cli.exits import Exit
from triage_app.errors import TriageError

if TYPE_CHECKING:
    from triage_app.inference.card import ModelCard
    from triage_app.intake.events import Assessed
    from triage_app.results.parquet import ParquetWriter
    from triage_app.results.rows import EarlierRow, RowFormat, RowWriter
    from triage_app.results.scanned_files import ScannedFiles

__all__ = ["add_arguments", "run"]

_FAILED_BEFORE = "failed before"
"""Counts rows of an earlier scan, so that one that goes on ends with the code of a whole one."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    add_paths(parser)
    parser.add_argument(
        "-o",
        "--output",
        default="-",
        metavar="FILE",
        help="rows as FILE.csv, FILE.jsonl or FILE.parquet, or in parts in a folder FILE.parquet/; "
        "standard output, as CSV, where it is not given",
    )
    parser.add_argument("--model", type=Path, metavar="M.onnx", help="instead of the shipped model")
    parser.add_argument(
        "--workers",
        type=count,
        metavar="N",
        help="processes at work; as many as there are cores where it is not given",
    )
    parser.add_argument(
        "--scheduler",
        default="",
        metavar="ADDRESS",
        help="let a Dask cluster do the work, such as tcp://10.0.0.5:8786; see docs/scale.md",
    )
    parser.add_argument(
        "--heatmaps",
        type=Path,
        metavar="DIR",
        help="write the heatmap of each scored image as DIR/<SOP Instance UID>.png",
    )
    parser.add_argument(
        "--resume",
        action="store_true",
        help="keep the rows that FILE holds and go on where they end; a file whose size or time "
        "has changed is scored again",
    )
    parser.add_argument(
        "--unordered",
        action="store_true",
        help="write each row as soon as it is known, not in the order of the files",
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the scan; see `Exit` for what it returns."""
    if not paths_exist("scan", arguments.paths):
        return Exit.USAGE
    row_format = _format_of(arguments.output)
    if row_format is None:
        print(
            f"triage-app scan: {arguments.output}: expected a name that ends in .csv, .jsonl or "
            ".parquet.",
            file=sys.stderr,
        )
        return Exit.USAGE
    if arguments.resume and arguments.output == "-":
        print("triage-app scan: --resume needs --output FILE.", file=sys.stderr)
        return Exit.USAGE
    if arguments.resume and _is_one_parquet(arguments.output):
        print(
            f"triage-app scan: {arguments.output}: a Parquet file is not gone on with; give a "
            f"folder, {arguments.output}/, and its parts are.",
            file=sys.stderr,
        )
        return Exit.USAGE
    counts: Counter[str] = Counter()
    try:
        _scan(arguments, row_format, counts)
    except KeyboardInterrupt:
        _print_summary(counts, "interrupted; what was done is kept")
        return Exit.INTERRUPTED
    _print_summary(counts, "done")
    has_failures = counts["failed"] or counts[_FAILED_BEFORE]
    return Exit.DONE_WITH_FAILURES if has_failures else Exit.DONE


def _format_of(output: str) -> RowFormat | None:
    from triage_app.results.rows import RowFormat

    if output == "-":
        return RowFormat.CSV
    with contextlib.suppress(ValueError):
        return RowFormat(Path(output).suffix.lower())
    return None


def _is_one_parquet(output: str) -> bool:
    is_folder = output.endswith(("/", os.sep)) or Path(output).is_dir()
    return Path(output).suffix.lower() == ".parquet" and not is_folder


def _scan(arguments: argparse.Namespace, row_format: RowFormat, counts: Counter[str]) -> None:
    from triage_app.cli.progress import ScanProgress
    from triage_app.damaged_settings import find_settings
    from triage_app.inference.models import shipped_model_path
    from triage_app.inference.session import load_model
    from triage_app.intake.events import Assessed, Found
    from triage_app.intake.scan import default_workers, scan
    from triage_app.results.rows import make_row
    from triage_app.triage.outcome import Status

    found = find_settings()
    settings = found.settings
    if found.notice:
        print(f"triage-app scan: {found.notice}", file=sys.stderr)
    model_path = arguments.model or settings.model or shipped_model_path()
    card = load_model(model_path).card
    earlier = _earlier_rows(arguments, row_format, card)
    earlier = _without_changed(arguments, row_format, earlier)
    done = {row.path for row in earlier}
    counts[_FAILED_BEFORE] = sum(row.status is Status.FAILED for row in earlier)
    if arguments.heatmaps:
        _make_folder(arguments.heatmaps)
    workers = settings.workers if arguments.workers is None else arguments.workers
    workers = default_workers() if workers is None else workers
    busy_of = 0 if arguments.scheduler else max(1, workers)
    output = _open_rows(arguments, row_format, has_header=_has_header(arguments))
    with output as writer, _open_files(arguments) as files, ScanProgress(busy_of) as progress:

        def skip(path: str) -> bool:
            if path in done:
                return True
            files.look_at(path)
            return False

        for event in scan(
            arguments.paths,
            model_path=model_path,
            workers=workers,
            seconds_per_file=settings.seconds_per_file,
            scheduler=arguments.scheduler,
            provider=settings.execution_provider,
            skip=skip,
            keeps_order=not arguments.unordered,
            known_sop_instance_uids={row.sop_instance_uid for row in earlier if row.was_read},
            exclude=_own_outputs(arguments),
        ):
            if isinstance(event, Found):
                progress.found(event.files, event.is_complete)
                continue
            if isinstance(event, Assessed):
                _write_heatmap(arguments.heatmaps, event, card)
                files.write(event.facts.path)
                writer.write(make_row(event.facts, event.outcome, event.seconds, card))
                counts[event.outcome.status] += 1
            else:
                counts["skipped"] += 1
            progress.advance(event.seconds if isinstance(event, Assessed) else 0.0)


def _earlier_rows(
    arguments: argparse.Namespace, row_format: RowFormat, card: ModelCard
) -> list[EarlierRow]:
    from triage_app.results.rows import read_earlier_rows

    if not arguments.resume or not Path(arguments.output).exists():
        return []
    earlier = read_earlier_rows(Path(arguments.output), row_format)
    others = {row.model for row in earlier if card.device_uid not in row.model}
    if others:
        raise TriageError(
            f"{arguments.output}: holds rows of another model, {min(others)}; two models never "
            "share a file. Give another --output."
        )
    return earlier


def _without_changed(
    arguments: argparse.Namespace, row_format: RowFormat, earlier: list[EarlierRow]
) -> list[EarlierRow]:
    """Take the rows of files out that were written anew since; of one that is gone, it stays."""
    from triage_app.results.rows import drop_rows
    from triage_app.results.scanned_files import identify, read_scanned_files

    place = _files_place(arguments)
    if not earlier or place is None:
        return earlier
    try:
        known = read_scanned_files(place)
        changed = {
            row.path
            for row in earlier
            if row.path in known and identify(row.path) not in (None, known[row.path])
        }
        if changed:
            drop_rows(Path(arguments.output), row_format, changed)
    except (OSError, ValueError) as error:
        raise TriageError(
            f"{place}: does not tell which files the rows belong to ({error}); give another output "
            "file."
        ) from error
    return [row for row in earlier if row.path not in changed]


def _files_place(arguments: argparse.Namespace) -> Path | None:
    """Name what is kept of the files beside the rows, where the rows can be gone on with."""
    from triage_app.results.scanned_files import place_beside

    if arguments.output == "-" or _is_one_parquet(arguments.output):
        return None
    output = Path(arguments.output)
    return place_beside(output, is_folder=output.suffix.lower() == ".parquet")


@contextlib.contextmanager
def _open_files(arguments: argparse.Namespace) -> Iterator[ScannedFiles]:
    from triage_app.results.scanned_files import ScannedFiles

    place = _files_place(arguments)
    if place is None:
        with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
            yield ScannedFiles(nowhere)
        return
    try:
        with place.open("a" if arguments.resume else "w", encoding="utf-8") as file:
            yield ScannedFiles(file)
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        raise TriageError(
            f"{arguments.output}: could not be written on ({error.strerror or error}); make room, "
            "and go on with --resume."
        ) from error


def _has_header(arguments: argparse.Namespace) -> bool:
    """Tell whether the rows' file is gone on with; a scan may have ended before its first row."""
    path = Path(arguments.output)
    return arguments.resume and path.is_file() and path.stat().st_size > 0


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TriageError(f"{folder}: cannot be made a folder ({error.strerror}).") from error


@contextlib.contextmanager
def _open_rows(
    arguments: argparse.Namespace, row_format: RowFormat, *, has_header: bool
) -> Iterator[ParquetWriter | RowWriter]:
    from triage_app.results.parquet import ParquetWriter
    from triage_app.results.rows import RowFormat, RowWriter

    if row_format is not RowFormat.PARQUET:
        with _open_output(arguments) as file:
            yield RowWriter(file, row_format, has_header=has_header)
        return
    place = Path(arguments.output)
    is_folder = not _is_one_parquet(arguments.output)
    if is_folder and not arguments.resume and any(place.glob("part-*")):
        raise TriageError(
            f"{place}: holds parts of an earlier scan; go on with --resume, or give another folder."
        )
    try:
        with ParquetWriter(place, is_folder=is_folder) as writer:
            yield writer
    except OSError as error:
        raise TriageError(
            f"{place}: cannot be written ({error.strerror or error}); check that its folder exists "
            "and has room, and that you may write there."
        ) from error


@contextlib.contextmanager
def _open_output(arguments: argparse.Namespace) -> Iterator[TextIO]:
    """Open the rows' file; file names that are no UTF-8 are written as the bytes that they are."""
    if arguments.output == "-":
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="surrogateescape")
        yield sys.stdout
        return
    try:
        file = Path(arguments.output).open(  # noqa: SIM115 - errors of opening and writing differ
            "a" if arguments.resume else "w",
            encoding="utf-8",
            errors="surrogateescape",
            newline="",
        )
    except OSError as error:
        raise TriageError(
            f"{arguments.output}: cannot be written ({error.strerror}); "
            "check that its folder exists and that you may write there."
        ) from error
    try:
        with file:
            yield file
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        raise TriageError(
            f"{arguments.output}: could not be written on ({error.strerror or error}); make room, "
            "and go on with --resume."
        ) from error


def _own_outputs(arguments: argparse.Namespace) -> frozenset[Path]:
    outputs = [arguments.heatmaps] if arguments.heatmaps else []
    if arguments.output != "-":
        outputs.append(Path(arguments.output))
    place = _files_place(arguments)
    if place is not None:
        outputs.append(place)
    return frozenset(path.resolve() for path in outputs)


def _write_heatmap(folder: Path | None, assessed: Assessed, card: ModelCard) -> None:
    from triage_app.results.heatmaps import write_heatmap
    from triage_app.triage.outcome import Scored

    if folder is not None and isinstance(assessed.outcome, Scored):
        write_heatmap(
            folder,
            assessed.facts,
            assessed.outcome,
            card.preprocessing,
            card.heatmap_geometry,
        )


def _print_summary(counts: Counter[str], ending: str) -> None:
    skipped = f", {counts['skipped']} known from before" if counts["skipped"] else ""
    print(
        f"{counts['scored']} scored, {counts['excluded']} excluded, {counts['failed']} failed"
        f"{skipped}: {ending}.",
        file=sys.stderr,
    )
