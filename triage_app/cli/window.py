"""``triage-app``: the window."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path

from triage_app.cli.exits import Exit
from triage_app.errors import ModelError

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument(
        "paths",
        nargs="*",
        type=Path,
        metavar="PATH",
        help="a file, a folder, a DICOMDIR or a zip archive to open",
    )
    parser.add_argument("--model", type=Path, metavar="M.onnx", help="instead of the shipped model")
    parser.add_argument(
        "--database",
        metavar="FILE",
        help="where the worklist is kept; among the user's data where it is not given",
    )
    parser.add_argument(
        "--screenshot",
        type=Path,
        metavar="FILE.png",
        help="open the PATHs, wait for their scores, choose the first flagged study, write a "
        "picture of the window and leave; works without a display",
    )


def run(arguments: argparse.Namespace) -> int:
    """Open the window and stay until it is closed.

    Raises
    ------
    TriageError
        where the settings, the model or the database are refused
    """
    from triage_app.damaged_settings import find_settings
    from triage_app.settings import settings_path
    from triage_app.ui.app import WindowOptions, run_window

    found = find_settings()
    settings = found.settings
    if found.notice:
        print(f"triage-app: {found.notice}", file=sys.stderr)
    missing = [path for path in arguments.paths if not path.exists()]
    for path in missing:
        print(f"triage-app: {path}: no such file or folder; it is left out.", file=sys.stderr)
    status = run_window(
        WindowOptions(
            paths=[path for path in arguments.paths if path not in missing],
            database=arguments.database or settings.database,
            model_path=_find_model(arguments.model or settings.model),
            reader=settings.reader or _reader_name(),
            settings=settings,
            settings_path=settings_path(),
            screenshot=arguments.screenshot,
            notices=(found.notice,) if found.notice else (),
        )
    )
    if arguments.screenshot is None:
        return Exit.DONE
    if status:
        print(
            f"triage-app: {arguments.screenshot}: the picture could not be written; "
            "check the folder and the ending (.png).",
            file=sys.stderr,
        )
        return Exit.COULD_NOT_RUN
    print(f"Picture of the window: {arguments.screenshot.resolve()}")
    return Exit.DONE


def _find_model(given: Path | None) -> Path | None:
    """Give the model that was asked for, else the shipped one; None where none is shipped."""
    from triage_app.inference.models import shipped_model_path

    if given is not None:
        return given
    try:
        return shipped_model_path()
    except ModelError as error:
        print(f"triage-app: {error}", file=sys.stderr)
        return None


def _reader_name() -> str:
    """Give the name that the operating system knows the reader by."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""
