"""``triage-app deidentify``: copies of images without their patients."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from triage_app.cli.arguments import add_paths, paths_exist
from triage_app.cli.exits import Exit

if TYPE_CHECKING:
    from pydicom import FileDataset

    from triage_app.imaging.source import InstanceSource
    from triage_app.results.deidentification import Deidentifier

__all__ = ["add_arguments", "run"]

# Written out, so that --help needs no DICOM library; a test holds them against the code.
_DATES = ("remove", "keep", "shift")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    add_paths(parser)
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="DIR",
        help="copies go to DIR/<new Study Instance UID>/<new SOP Instance UID>.dcm",
    )
    parser.add_argument(
        "--dates",
        choices=_DATES,
        default=_DATES[0],
        help="shift moves all dates of a patient into the past by the same number of days",
    )
    parser.add_argument(
        "--keep-device",
        action="store_true",
        help="keep what names the device, as its serial number",
    )
    parser.add_argument(
        "--keep-characteristics", action="store_true", help="keep age, sex, size and weight"
    )
    parser.add_argument(
        "--burned-in",
        choices=("refuse", "warn"),
        default="refuse",
        help="what to do with images whose pixels hold text, or may well hold some",
    )
    parser.add_argument(
        "--key-file",
        type=Path,
        metavar="FILE",
        help="a secret that makes later exports map alike; a new one, kept nowhere, without it",
    )


def run(arguments: argparse.Namespace) -> int:
    """Export; see `Exit` for what it returns.

    Raises
    ------
    TriageError
        where the key cannot be read
    """
    if not paths_exist("deidentify", arguments.paths):
        return Exit.USAGE
    from triage_app.errors import NotDicomError, TriageError
    from triage_app.intake.files import Settled, find_sources
    from triage_app.results.deidentification import Dates, Deidentifier, Options
    from triage_app.results.pseudonyms import Pseudonyms, read_key
    from triage_app.triage.outcome import Failed

    key = read_key(arguments.key_file) if arguments.key_file else None
    options = Options(Dates(arguments.dates), arguments.keep_device, arguments.keep_characteristics)
    deidentifier = Deidentifier(Pseudonyms(key), options)
    counts = Counter[str]()
    exclude = frozenset({arguments.output.resolve()})
    for source in find_sources(arguments.paths, exclude=exclude):
        if isinstance(source, Settled):
            is_failed = isinstance(source.outcome, Failed)
            counts["refused" if is_failed else "not_dicom"] += 1
            if isinstance(source.outcome, Failed):
                _say(source.outcome.detail)
            continue
        try:
            counts[_export(source, deidentifier, arguments)] += 1
        except NotDicomError:
            counts["not_dicom"] += 1
        except TriageError as error:
            counts["refused"] += 1
            said = str(error)
            _say(said if said.startswith(source.path) else f"{source.path}: {said}")
    _conclude(counts, arguments.output)
    return Exit.DONE_WITH_FAILURES if counts["refused"] else Exit.DONE


def _export(
    source: InstanceSource, deidentifier: Deidentifier, arguments: argparse.Namespace
) -> str:
    """Write the copy of one instance; give what is known of text in its pixels."""
    from triage_app.errors import ResultError
    from triage_app.results.deidentification import BurnedIn, burned_in_text
    from triage_app.results.dicom.writing import write_dataset

    dataset = _read(source)
    burned_in = burned_in_text(dataset)
    if burned_in in (BurnedIn.STATED, BurnedIn.POSSIBLE):
        says = (
            "its header says that its pixels hold text"
            if burned_in is BurnedIn.STATED
            else "images of its kind often hold text in their pixels, and its header denies nothing"
        )
        if arguments.burned_in == "refuse":
            raise ResultError(
                f"{source.path}: {says}; look at it, and export it with --burned-in warn."
            )
        _say(f"{source.path}: {says}; look at the copy before you give it away.")
    clean = deidentifier.apply(dataset)
    name = f"{clean.SOPInstanceUID}.dcm"
    folder = arguments.output / str(clean.get("StudyInstanceUID", "")) / name
    write_dataset(clean, folder)
    return str(burned_in)


def _read(source: InstanceSource) -> FileDataset:
    from pydicom import dcmread
    from pydicom.errors import InvalidDicomError

    from triage_app.errors import NotDicomError, UnreadableError
    from triage_app.imaging.elements import MALFORMED_DATA_ERRORS

    try:
        with source.open() as file:
            return dcmread(file)
    except InvalidDicomError as error:
        raise NotDicomError(f"{source.path}: is no DICOM file.") from error
    except (OSError, *MALFORMED_DATA_ERRORS) as error:
        raise UnreadableError(f"{source.path}: cannot be read; fetch it again.") from error


def _conclude(counts: Counter[str], output: Path) -> None:
    written = sum(counts[each] for each in ("stated", "possible", "unstated", "denied"))
    _say(
        f"{written} copies written to {output}; {counts['refused']} refused; "
        f"{counts['not_dicom']} files were no DICOM instances"
    )
    if counts["unstated"]:
        _say(
            f"{counts['unstated']} of them do not say whether their pixels hold text; look at them "
            "before you give them away"
        )


def _say(sentence: str) -> None:
    print(f"triage-app deidentify: {sentence}", file=sys.stderr)
