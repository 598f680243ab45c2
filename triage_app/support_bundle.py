"""One file that tells whoever helps how this installation is, and nothing of any patient.

It is put together from what is known to be harmless, and not by searching for what is not: of the
settings, truth values, numbers and choices from a list; of the log, texts without their values; of
errors, places in the code.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path

from pydantic import BaseModel

from triage_app.crash_reports import CRASH_REPORT_PATTERN
from triage_app.errors import TriageError
from triage_app.logs import LOG_PATTERN, log_folder
from triage_app.settings import Settings
from triage_app.versions import installed_versions

__all__ = ["LEFT_OUT", "harmless", "run_self_test", "write_support_bundle"]

LEFT_OUT = "(left out)"
"""Stands where a text was set: it may be a name, a folder, an address, or a secret."""
_CHOICES = frozenset({"language", "execution_provider", "right_button", "middle_button", "wheel"})
"""Settings whose text is one of a list, which is not kept as an Enum."""
_SECONDS_FOR_THE_SELF_TEST = 600.0
_EXPLANATION = """\
What triage-app says about this installation, for whoever helps with it.

versions.json   the program, its libraries, the system
settings.json   truth values, numbers and choices; every text that was set is "(left out)"
self-test.txt   what works here, proved on synthetic pictures
logs/           warnings without their values, and places in the code of unforeseen errors

There are no images, no results, no names, no paths, no addresses and no secrets in it. The program
sends it nowhere: read it, and hand it over yourself.
"""


def write_support_bundle(
    path: Path, settings: Settings | None, self_test: str, logs: Path | None = None
) -> list[str]:
    """Write the zip file; an older one of the name is replaced when the new one is whole.

    Parameters
    ----------
    settings : None where they cannot be read
    self_test : what it printed
    logs : folder of log and crash reports; the program's own where it is not given

    Returns
    -------
    list of str
        the names in it

    Raises
    ------
    TriageError
        where it cannot be written
    """
    texts = {
        "README.txt": _EXPLANATION,
        "versions.json": _json(_system() | installed_versions()),
        "settings.json": _json(harmless(settings) if settings else "cannot be read"),
        "self-test.txt": self_test,
    }
    folder = logs or log_folder()
    for pattern in (LOG_PATTERN, CRASH_REPORT_PATTERN):
        for file in sorted(folder.glob(pattern)):
            try:
                texts[f"logs/{file.name}"] = file.read_text(encoding="utf-8", errors="replace")
            except OSError as error:
                texts[f"logs/{file.name}"] = f"cannot be read ({error.strerror})\n"
    beside = path.with_name(path.name + ".new")
    try:
        with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as bundle:
            for name, text in texts.items():
                bundle.writestr(name, text)
        beside.replace(path)
    except OSError as error:
        raise TriageError(
            f"{path}: the support bundle cannot be written ({error.strerror}); name another place."
        ) from error
    finally:
        if beside.exists():
            beside.unlink()
    return list(texts)


def harmless(value: object, name: str = "") -> object:
    """Keep of a setting what can name nobody: truth values, numbers and choices from a list.

    Parameters
    ----------
    name : of the field that the value stands in
    """
    match value:
        case BaseModel():
            return {each: harmless(getattr(value, each), each) for each in type(value).model_fields}
        case Mapping():  # its keys may be anything
            return f"({len(value)} entries left out)"
        case tuple() | list() | set() | frozenset():
            return [harmless(each, name) for each in value]
        case _ if is_dataclass(value):
            names = [each.name for each in fields(value)]
            return {each: harmless(getattr(value, each), each) for each in names}
        case _:
            return _harmless_leaf(value, name)


def _harmless_leaf(value: object, name: str) -> object:
    match value:
        case Enum():  # before its base, which may be str or int
            return value.value
        case None | bool() | int() | float() | "":
            return value
        case str() if name in _CHOICES:
            return value
        case str() if name == "database" and "://" in value:
            return f"{value.partition(':')[0]}://{LEFT_OUT}"
        case _:
            return LEFT_OUT


def run_self_test() -> str:
    """Run the self-test in a process of its own, and give what it printed.

    A decoder that ends its process may be what help is needed with; the bundle is made all the
    same.
    """
    is_frozen = getattr(sys, "frozen", False)
    command = [sys.executable] if is_frozen else [sys.executable, "-m", "triage_app"]
    try:
        ended = subprocess.run(  # noqa: S603 - this program itself
            [*command, "self-test"],
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            env=os.environ | {"PYTHONIOENCODING": "utf-8"},
            check=False,
            timeout=_SECONDS_FOR_THE_SELF_TEST,
        )
    except subprocess.TimeoutExpired:
        return f"not done after {_SECONDS_FOR_THE_SELF_TEST:g} seconds\n"
    return f"{ended.stdout}\nexit code {ended.returncode}\n"


def _system() -> dict[str, str]:
    return {
        "system": platform.platform(),
        "python": platform.python_version(),
        "cores": str(os.cpu_count()),
        "is_frozen": str(getattr(sys, "frozen", False)),
    }


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
