"""Programs of other vendors that judge what we write; they come from Debian's packages."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

TOLERATED = {
    r"\(0x0018,0x1002\) UI Device UID": (
        "PS3.3 C.7.5.1 has (0018,1002) Device UID in General Equipment since 2016; "
        "dciodvfy's tables are older"
    ),
    r"this is a Standard Extended SOP Class": "follows from the line above",
    r"Unrecognized defined term <99TRIAGEAPP>": (
        "our coding scheme, which (0008,0110) Coding Scheme Identification Sequence names"
    ),
    r"Unrecognized defined term <QUANTITY>": (
        "PS3.3 C.8.32.2 and C.8.16.2 let value 4 be extended; highdicom writes the same"
    ),
    r"Retired Person Name form": "a name without a caret, copied from the source as it is",
    r"needed to build DICOMDIR": "an element of Type 2 that the source lacks stays empty",
}
"""Warnings of dciodvfy that may stand, with the reason; everything else fails a test."""

_PACKAGES = {"dciodvfy": "dicom3tools"}


def run_peer(program: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a peer, or skip the test with the package that holds it."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed (Debian: {_PACKAGES.get(program, 'dcmtk')})")
    return subprocess.run(  # noqa: S603 - programs of our own choice
        [program, *map(str, arguments)],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        timeout=60,
    )


def complaints_of_dciodvfy(path: Path) -> list[str]:
    """Give its errors, and its warnings that are not in `TOLERATED`."""
    ended = run_peer("dciodvfy", path)
    lines = [line for line in ended.stderr.splitlines() if line.startswith(("Error", "Warning"))]
    assert not re.search(r"unrecognized SOP Class", ended.stderr, re.IGNORECASE)
    return [
        line
        for line in lines
        if line.startswith("Error") or not any(re.search(known, line) for known in TOLERATED)
    ]


def rendered_text(report: Path, folder: Path) -> str:
    """Let dsr2html render a report, and give its words."""
    page = folder / f"{report.stem}.html"
    ended = run_peer("dsr2html", "+U8", report, page)
    assert ended.returncode == 0, ended.stderr
    assert "E:" not in ended.stderr
    text = re.sub(r"<[^>]+>", " ", page.read_text(encoding="utf-8", errors="replace"))
    return re.sub(r"\s+", " ", text.replace("&nbsp;", " "))
