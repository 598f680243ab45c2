"""``triage-app export-sr``: score studies and write the results as DICOM, a new series in each."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from triage_app.cli.arguments import add_paths, count, paths_exist
from triage_app.cli.exits import Exit
from triage_app.errors import ResultError, TriageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from triage_app.inference.card import ModelCard
    from triage_app.intake.events import Assessed
    from triage_app.results.dicom.provenance import ResultKind
    from triage_app.results.dicom.study import AssessedStudy

__all__ = ["add_arguments", "run"]

# Written out, so that --help needs no DICOM library; a test holds them against the code.
_KINDS = ("sr", "sc", "gsps", "map", "pdf")
_DEFAULT_KINDS = "sr,sc,gsps,map"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    add_paths(parser)
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="DIR",
        help="results go to DIR/<Study Instance UID>/; those that lie there already are kept",
    )
    parser.add_argument(
        "--kinds",
        type=_kinds,
        default=_kinds(_DEFAULT_KINDS),
        metavar="KIND,...",
        help=(
            "sr (structured report), sc (picture with the heat), gsps (outline of the heat as a "
            "presentation state), map (the heat's numbers as a parametric map), pdf; "
            f"{_DEFAULT_KINDS} where it is not given"
        ),
    )
    parser.add_argument(
        "--enhanced-sr",
        action="store_true",
        help="write Enhanced SR, for receivers that do not take Comprehensive 3D SR",
    )
    parser.add_argument("--model", type=Path, metavar="M.onnx", help="instead of the shipped model")
    parser.add_argument(
        "--workers",
        type=count,
        metavar="N",
        help="processes at work; as many as there are cores where it is not given",
    )


def _kinds(text: str) -> tuple[str, ...]:
    kinds = tuple(part.strip().lower() for part in text.split(",") if part.strip())
    unknown = [kind for kind in kinds if kind not in _KINDS]
    if unknown or not kinds:
        raise argparse.ArgumentTypeError(
            f"expected some of {', '.join(_KINDS)}, received {', '.join(unknown) or 'none'}"
        )
    return kinds


def run(arguments: argparse.Namespace) -> int:
    """Score and write; see `Exit` for what it returns."""
    if not paths_exist("export-sr", arguments.paths):
        return Exit.USAGE
    from triage_app.inference.models import shipped_model_path
    from triage_app.inference.session import load_model
    from triage_app.intake.scan import default_workers
    from triage_app.results.dicom.provenance import ResultKind
    from triage_app.settings import load_settings

    settings = load_settings()
    model_path = arguments.model or settings.model or shipped_model_path()
    card = load_model(model_path).card
    workers = settings.workers if arguments.workers is None else arguments.workers
    assessed = _scan(
        arguments,
        model_path,
        default_workers() if workers is None else workers,
        settings.seconds_per_file,
    )
    failed = sum(event.outcome.status == "failed" for event in assessed)
    kinds = [ResultKind(kind) for kind in arguments.kinds]
    complaints = _Complaints()
    studies = written = 0
    for study in _studies(assessed, complaints):
        studies += 1
        try:
            written += _write(study, card, arguments, kinds)
        except TriageError as error:
            complaints.add(str(error))
    print(
        f"{studies} studies: {written} results written to {arguments.output}; {failed} files "
        f"failed, {complaints.count} times no result could be written.",
        file=sys.stderr,
    )
    return Exit.DONE_WITH_FAILURES if failed or complaints.count else Exit.DONE


class _Complaints:
    """Tells what could not be written, and counts it."""

    def __init__(self) -> None:
        self.count = 0

    def add(self, sentence: str) -> None:
        self.count += 1
        print(f"triage-app export-sr: {sentence}", file=sys.stderr)


def _scan(
    arguments: argparse.Namespace, model_path: Path, workers: int, seconds_per_file: float
) -> list[Assessed]:
    from triage_app.cli.progress import ScanProgress
    from triage_app.intake.events import Assessed, Found
    from triage_app.intake.scan import scan

    assessed = []
    with ScanProgress() as progress:
        for event in scan(
            arguments.paths,
            model_path=model_path,
            workers=workers,
            seconds_per_file=seconds_per_file,
            exclude=frozenset({arguments.output.resolve()}),
        ):
            if isinstance(event, Found):
                progress.found(event.files, event.is_complete)
                continue
            progress.advance()
            if isinstance(event, Assessed):
                assessed.append(event)
    return assessed


def _studies(assessed: Sequence[Assessed], complaints: _Complaints) -> Iterator[AssessedStudy]:
    """Read the headers again, study by study, so that only one study's lie in memory."""
    from triage_app.imaging.header import read_instance
    from triage_app.imaging.source import source_from_path
    from triage_app.results.dicom.study import AssessedInstance, group_by_study

    by_study: dict[str, list[Assessed]] = {}
    for event in assessed:
        if event.facts.sop_class_uid or event.facts.study.study_instance_uid:
            by_study.setdefault(event.facts.study.study_instance_uid, []).append(event)
    for events in by_study.values():
        instances = []
        for event in events:
            try:
                instance = read_instance(source_from_path(event.facts.path))
            except TriageError as error:
                complaints.add(str(error))
                continue
            instances.append(AssessedInstance(instance, event.outcome))
        studies, homeless = group_by_study(instances)
        for item in homeless:
            sentence = (
                f"{item.instance.source.path}: has no valid Study Instance UID; no result can be "
                "attached to it."
            )
            if item.outcome.status == "excluded":  # no result is missing
                print(f"triage-app export-sr: {sentence}", file=sys.stderr)
            else:
                complaints.add(sentence)
        yield from studies


def _write(
    study: AssessedStudy,
    card: ModelCard,
    arguments: argparse.Namespace,
    kinds: Sequence[ResultKind],
) -> int:
    from datetime import UTC, datetime

    from triage_app.results.dicom.writing import write_results

    try:
        written = write_results(
            study,
            card,
            arguments.output,
            datetime.now(UTC),
            kinds,
            is_enhanced=arguments.enhanced_sr,
        )
    except (ValueError, TypeError, AttributeError, LookupError) as error:
        raise ResultError(
            f"{study.leading.instance.source.path}: no result could be made of its study "
            f"({type(error).__name__}); please report it."
        ) from error
    return len(written)
