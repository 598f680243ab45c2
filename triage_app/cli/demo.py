"""``triage-app demo``: write the demonstration studies into a folder."""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from triage_app.cli.exits import Exit

if TYPE_CHECKING:
    from triage_app.demonstration.studies import DemonstrationStudy

__all__ = ["add_arguments", "run"]

_BOX_SET_ROWS = 512


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument(
        "folder",
        type=Path,
        metavar="DIR",
        help="where the studies go; empty, or made by this command",
    )
    parser.add_argument(
        "--seed",
        type=int,
        metavar="N",
        help="draws other persons, findings and noise; equal numbers give equal files",
    )
    parser.add_argument(
        "--rows",
        type=_rows,
        metavar="N",
        help="height of a chest image in pixels, at least 192; fewer are drawn quicker",
    )
    parser.add_argument(
        "--ground-truth",
        type=Path,
        metavar="FILE.json",
        help="also write what was drawn where: expected outcome and opacities of each file",
    )
    parser.add_argument(
        "--box-set",
        type=_pairs,
        metavar="N",
        help="write no studies but N pictures of chests with an opacity and N without, and a table "
        "of the opacities' boxes that 'triage-train evaluate' reads",
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the studies and say where they are and what comes next."""
    from triage_app.demonstration.studies import (
        DEFAULT_ROWS,
        DEFAULT_SEED,
        write_demonstration_studies,
    )

    folder: Path = arguments.folder
    seed = DEFAULT_SEED if arguments.seed is None else arguments.seed
    rows = arguments.rows or DEFAULT_ROWS
    if arguments.box_set:
        return _write_box_set(folder, arguments.box_set, seed, arguments.rows or _BOX_SET_ROWS)
    if refusal := _refusal(folder):
        print(f"triage-app demo: {refusal}", file=sys.stderr)
        return Exit.COULD_NOT_RUN
    try:
        studies = []
        for study in write_demonstration_studies(folder, seed=seed, rows=rows):
            studies.append(study)
            _show_progress(len(studies))
        if arguments.ground_truth:
            _write_ground_truth(arguments.ground_truth, folder, studies)
    except OSError as error:
        return _tell_unwritable(folder, error)
    files = sum(len(study.images) for study in studies)
    count = sum(bool(study.study_instance_uid) for study in studies)
    name = shlex.quote(str(folder))
    print(f"{count} demonstration studies ({files} files) are in {folder}.")
    print("They are drawn and show no person. What next:")
    print(f"  triage-app {name}")
    print(f"  triage-app scan {name} --output demo.csv")
    return Exit.DONE


def _write_box_set(folder: Path, pairs: int, seed: int, rows: int) -> int:
    from triage_app.demonstration.box_set import BOX_TABLE, write_box_set

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        print(
            f"triage-app demo: {folder} is a file or holds other files; name an empty folder.",
            file=sys.stderr,
        )
        return Exit.COULD_NOT_RUN
    try:
        pictures = sum(1 for _ in write_box_set(folder, pairs, seed=seed, rows=rows))
    except OSError as error:
        return _tell_unwritable(folder, error)
    table = folder / BOX_TABLE
    print(f"{pictures} drawn chests are in {folder}; they show no person. What next:")
    print(f"  triage-train evaluate MODEL.onnx {shlex.quote(str(table))} --output results")
    return Exit.DONE


def _tell_unwritable(folder: Path, error: OSError) -> int:
    print(
        f"triage-app demo: {error.filename or folder} cannot be written "
        f"({error.strerror or error}); choose a folder with room that you may write.",
        file=sys.stderr,
    )
    return Exit.COULD_NOT_RUN


def _pairs(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 10_000:
        raise argparse.ArgumentTypeError(f"expected a number from 1 to 10000, received {text!r}")
    return int(text)


def _rows(text: str) -> int:
    if not text.isdigit() or not 192 <= int(text) <= 8192:
        raise argparse.ArgumentTypeError(f"expected a number from 192 to 8192, received {text!r}")
    return int(text)


def _show_progress(count: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{count} studies drawn", end="\r", file=sys.stderr, flush=True)


def _refusal(folder: Path) -> str:
    """Say why nothing may be written there; empty where it may."""
    from triage_app.demonstration.studies import demonstration_paths

    if folder.exists() and not folder.is_dir():
        return f"{folder} is a file; name a folder."
    own = set(demonstration_paths(folder))
    for path in sorted(folder.rglob("*")) if folder.is_dir() else []:
        if not path.is_dir() and path not in own:
            return (
                f"{folder} holds other files ({path.relative_to(folder)}); name an empty folder, "
                "so that demonstration studies never lie among real ones."
            )
    return ""


def _write_ground_truth(path: Path, folder: Path, studies: list[DemonstrationStudy]) -> None:
    images = [
        {
            "path": image.path.relative_to(folder).as_posix(),
            "study_instance_uid": study.study_instance_uid,
            "expected_status": image.expected_status,
            "expected_reason": image.expected_reason,
            "opacity_boxes": [asdict(box) for box in image.opacity_boxes],
        }
        for study in studies
        for image in study.images
    ]
    path.write_text(json.dumps({"images": images}, indent=2) + "\n", encoding="utf-8")
