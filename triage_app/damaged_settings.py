"""A settings file that is damaged: kept aside, the defaults in its place, and the user told.

What shows or reads images goes on so. What receives, sends, fetches or removes does not: with other
settings than its own it would keep images elsewhere, or let in and remove what it should not. It
calls `triage_app.settings.load_settings`, which refuses.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from triage_app.settings import Settings, load_settings, settings_path

__all__ = ["FoundSettings", "find_settings"]


@dataclass(frozen=True, slots=True)
class FoundSettings:
    """Settings to go on with.

    Attributes
    ----------
    notice : a sentence for people; empty where the file was read
    """

    settings: Settings
    notice: str = ""


def find_settings(path: Path | None = None) -> FoundSettings:
    """Read the settings; give a damaged file another name and go on with the defaults.

    Damaged is what is no text or no TOML, as a power cut or a full disk leaves it. A file that can
    be read and holds a wrong value was written by somebody, who is told, and is refused.

    Raises
    ------
    TriageError
        where the file may not be read, or holds something that is no setting
    """
    path = path or settings_path()
    try:
        tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError:
        pass  # it is absent, or what keeps it from being read is told below
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return FoundSettings(Settings(), f"{_keep_aside(path, error)} The defaults are used.")
    return FoundSettings(load_settings(path))


def _keep_aside(path: Path, error: ValueError) -> str:
    stem = f"{path.name}.damaged-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    aside, number = path.with_name(stem), 1
    while aside.exists():
        number += 1
        aside = path.with_name(f"{stem}-{number}")
    try:
        path.rename(aside)
    except OSError:
        return f"{path}: the settings are damaged ({error}) and could not be given another name."
    return f"{path}: the settings are damaged ({error}) and were kept aside as {aside.name}."
