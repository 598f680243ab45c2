"""Writes the manual pages, one for each command, from the parsers that the commands use.

``python installer/man_pages.py FOLDER`` writes ``triage-app.1``, ``triage-app-scan.1`` and so on.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from triage_app.cli.exits import Exit
from triage_app.cli.main import COMMANDS, WINDOW, make_parser

__all__ = ["escape", "make_page", "write_pages"]

PROGRAM = "triage-app"
_WINDOW_DOES = "chest X-ray triage: open the worklist, and read studies into it"
_EXITS = {
    Exit.DONE: "All done; excluded files are no error.",
    Exit.COULD_NOT_RUN: "The command could not run; a sentence says why.",
    Exit.USAGE: "It was called in a way that it does not know.",
    Exit.DONE_WITH_FAILURES: "Done, and files failed that should have been read.",
    Exit.INTERRUPTED: "Stopped by the user; what was done is kept.",
}


def escape(text: str) -> str:
    r"""Write a text so that roff shows it as it is.

    A hyphen becomes ``\-``, so that what is copied from the page is what a shell expects.
    """
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"^(?=[.'])", r"\\&", escaped, flags=re.MULTILINE)


def make_page(name: str, made_on: str) -> str:
    """Write the page of a command.

    Parameters
    ----------
    name : of the command, or `WINDOW` for the program without one
    made_on : date, as YYYY-MM-DD
    """
    parser = make_parser(name)
    title = PROGRAM if name == WINDOW else f"{PROGRAM}-{name}"
    does = COMMANDS.get(name, _WINDOW_DOES)
    head = f'"{title.upper()}" 1 {made_on} "{PROGRAM} {version(PROGRAM)}" "User Commands"'
    lines = [
        f".TH {escape(head)}",
        ".SH NAME",
        escape(f"{title} - {does}"),
        ".SH SYNOPSIS",
        *_synopsis(parser),
        ".SH DESCRIPTION",
        escape(f"{does[0].upper()}{does[1:]}."),
        "Research use only, not a medical device.",
        *_options(parser),
    ]
    if name == WINDOW:
        lines.append(".SH COMMANDS")
        for command, what in COMMANDS.items():
            page = escape(f"{PROGRAM}-{command}")
            lines += [".TP", f".BR {page} (1)", escape(f"{what[0].upper()}{what[1:]}.")]
    lines.append(".SH EXIT STATUS")
    for code, meaning in _EXITS.items():
        lines += [".TP", f".B {int(code)}", escape(meaning)]
    lines += [
        ".SH ENVIRONMENT",
        ".TP",
        ".B TRIAGE_APP_SETTINGS",
        "The settings file, instead of the user's own.",
        ".SH FILES",
        ".TP",
        ".I \\(ti/.config/triage\\-app/settings.toml",
        "Settings of the user.",
        ".TP",
        ".I \\(ti/.local/share/triage\\-app/",
        "Worklist and received images of the user.",
    ]
    if name == "receive":
        lines += _service()
    lines.append(".SH SEE ALSO")
    others = [PROGRAM, *(f"{PROGRAM}-{command}" for command in COMMANDS)]
    shown = [escape(other) for other in others if other != title]
    lines += [f".BR {other} (1){',' if other != shown[-1] else ''}" for other in shown]
    return "\n".join(lines) + "\n"


def _synopsis(parser: argparse.ArgumentParser) -> Iterator[str]:
    usage = " ".join(parser.format_usage().removeprefix("usage:").split())
    yield f".B {escape(parser.prog)}"
    yield escape(usage.removeprefix(parser.prog).strip())


def _options(parser: argparse.ArgumentParser) -> Iterator[str]:
    yield ".SH OPTIONS"
    for action in parser._actions:
        if action.help == argparse.SUPPRESS:
            continue
        yield ".TP"
        value = _value(action)
        if action.option_strings:
            names = ", ".join(rf"\fB{escape(name)}\fR" for name in action.option_strings)
            yield names + (rf" \fI{escape(value)}\fR" if value else "")
        else:
            yield rf"\fI{escape(value)}\fR"
        said = (action.help or "") % {**vars(action), "prog": parser.prog}
        yield escape(f"{said[:1].upper()}{said[1:]}.".replace("..", "."))


def _value(action: argparse.Action) -> str:
    if action.nargs == 0:
        return ""
    if isinstance(action.metavar, tuple):
        return " ".join(action.metavar)
    if action.metavar:
        return action.metavar
    if action.choices:
        return "|".join(map(str, action.choices))
    return action.dest.upper()


def _service() -> list[str]:
    return [
        ".TP",
        ".I /etc/triage\\-app/settings.toml",
        "Settings of the service.",
        ".TP",
        ".I /var/lib/triage\\-app/",
        "Worklist and received images of the service.",
        ".SH SERVICE",
        "The Debian package brings the unit",
        ".BR triage\\-app\\-receive.service ,",
        "which runs the receiver as the user triage\\-app. It does not start by itself:",
        ".PP",
        ".nf",
        ".RS",
        "systemctl enable \\-\\-now triage\\-app\\-receive",
        ".RE",
        ".fi",
        ".PP",
        "It listens on this machine only, until",
        ".I /etc/triage\\-app/settings.toml",
        "gives another address and says who may send. Removing the package keeps settings and",
        "images; purging it removes them.",
    ]


def write_pages(folder: Path) -> list[Path]:
    """Write every page; the date is that of SOURCE_DATE_EPOCH where it is set."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH")
    made_at = datetime.fromtimestamp(int(seconds), UTC) if seconds else datetime.now(UTC)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name in (WINDOW, *COMMANDS):
        path = folder / (f"{PROGRAM}.1" if name == WINDOW else f"{PROGRAM}-{name}.1")
        path.write_text(make_page(name, f"{made_at:%Y-%m-%d}"), encoding="utf-8")
        written.append(path)
    return written


if __name__ == "__main__":
    write_pages(Path(sys.argv[1]))
