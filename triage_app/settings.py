"""What a user or an administrator may set: one typed object, read from one TOML file.

It is read at the top (`cli`, `ui/app.py`) and passed down as values; no other room imports it.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Container, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Literal, TypeVar

from platformdirs import user_config_path, user_data_path
from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError, field_validator

from triage_app.errors import TriageError
from triage_app.intake.ordering.order_rules import OrderRule
from triage_app.intake.peers import Peer
from triage_app.intake.querying.keys import PollingRule
from triage_app.intake.receiving.options import ReceiverOptions
from triage_app.intake.retention_rule import RetentionRule
from triage_app.results.sending.destination import Destination

__all__ = ["ReadingMode", "Settings", "load_settings", "save_settings", "settings_path"]

_APPLICATION = "triage-app"
_ENVIRONMENT_VARIABLE = "TRIAGE_APP_SETTINGS"


MouseTool = Literal["window", "zoom", "pan", "scroll"]
"""What dragging with a button does on an image."""

_Named = TypeVar("_Named", Peer, PollingRule, OrderRule, Destination)


class ReadingMode(StrEnum):
    """What a reader is shown of a result."""

    TRIAGE_ONLY = "triage only"
    """The order of the list and the flag; no score, no heatmap."""
    READER_AID = "reader aid"
    """Score and heatmap too."""


class Settings(BaseModel):
    """The settings with their defaults.

    Attributes
    ----------
    database : file, or URL, of the worklist; may be called `database_url`, too
    model : ONNX file instead of the shipped model; its card stands beside it
    workers : processes of a scan; one for each core where it is not set
    execution_provider : of ONNX Runtime, for scans: CPU, or CUDA, Dml, CoreML where it has it
    seconds_per_file : after which a file is given up
    spool : folder of what came over the network
    results : folder of results that are sent by themselves
    receives : whether an open window receives, too; `triage-app receive` always does
    receiver : its names and limits; see `ReceiverOptions`
    retention : how long received files are kept; see `RetentionRule`
    peers : other systems, to ask and to be asked by; see `Peer`
    models : further ONNX files that the settings dialog offers
    watched_folders : looked through for new files while a window is open
    reader : by whose name verdicts are kept; that of the system's user where it is not set
    language : of the window, as "de"; the system's where it is not set
    reading_mode : what is shown of a result: flag, score and heatmap, or the flag alone
    is_reading_mode_locked : whether the window keeps to it
    maximum_wait_minutes : after which an unread study stands before all others, flagged or not;
        no study rises where it is not set
    urgent_priorities : values of (0040,1003) Requested Procedure Priority that stand first, in
        this order
    merges_arrivals_when_idle : whether new studies enter the list while nobody's hand is on it
    right_button, middle_button : what dragging with it does on an image
    wheel : what it does on an image; with Ctrl it does the other
    verdict_reasons : that are offered where a reader disagrees
    rules : what is fetched from them again and again; see `PollingRule`
    worklists : modality worklists that order the reading; see `OrderRule`
    destinations : where results go; see `Destination`
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    database: str = Field(
        default_factory=lambda: str(user_data_path(_APPLICATION) / "worklist.sqlite"),
        validation_alias=AliasChoices("database", "database_url"),
    )
    model: Path | None = None
    workers: int | None = Field(default=None, ge=0)
    execution_provider: str = Field(default="CPU", min_length=1)
    seconds_per_file: float = Field(default=60.0, gt=0)
    spool: Path = Field(default_factory=lambda: user_data_path(_APPLICATION) / "received")
    results: Path = Field(default_factory=lambda: user_data_path(_APPLICATION) / "results")
    receives: bool = False
    receiver: ReceiverOptions = Field(default_factory=ReceiverOptions)
    retention: RetentionRule = Field(default_factory=RetentionRule)
    peers: tuple[Peer, ...] = ()
    models: tuple[Path, ...] = ()
    watched_folders: tuple[Path, ...] = ()
    reader: str = Field(default="", max_length=64)
    language: str = Field(default="", pattern=r"^([a-z]{2}(_[A-Z]{2})?)?$")
    reading_mode: ReadingMode = ReadingMode.READER_AID
    is_reading_mode_locked: bool = False
    maximum_wait_minutes: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    urgent_priorities: tuple[str, ...] = ("STAT",)
    merges_arrivals_when_idle: bool = True
    right_button: MouseTool = "zoom"
    middle_button: MouseTool = "pan"
    wheel: Literal["zoom", "scroll"] = "zoom"
    verdict_reasons: tuple[str, ...] = (
        "finding missed",
        "no finding there",
        "other finding",
        "artefact or device",
        "poor image",
    )
    rules: tuple[PollingRule, ...] = ()
    worklists: tuple[OrderRule, ...] = ()
    destinations: tuple[Destination, ...] = ()

    @field_validator("peers", "rules", "worklists", "destinations")
    @classmethod
    def _named_once(cls, named: tuple[_Named, ...]) -> tuple[_Named, ...]:
        if len({each.name for each in named}) != len(named):
            raise ValueError("each needs a name of its own")
        return named


def settings_path() -> Path:
    """Give the file that is read: what TRIAGE_APP_SETTINGS names, else the user's own."""
    named = os.environ.get(_ENVIRONMENT_VARIABLE)
    return Path(named) if named else user_config_path(_APPLICATION) / "settings.toml"


def load_settings(path: Path | None = None) -> Settings:
    """Read the settings; a file that does not exist means the defaults.

    Raises
    ------
    TriageError
        where the file cannot be read or holds something that is no setting; it is left as it is
    """
    path = path or settings_path()
    try:
        return Settings.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise TriageError(f"{path}: the setting {name!r}: {first['msg']}; correct it.") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TriageError(
            f"{path}: the settings cannot be read ({error}); correct the file or remove it."
        ) from error


def save_settings(changes: Mapping[str, object], path: Path | None = None) -> Settings:
    """Write some settings into the file; all else in it, comments too, stays as it is.

    Parameters
    ----------
    changes : by the names of `Settings`; None takes a setting out, so that its default holds

    Returns
    -------
    Settings
        as the file says now

    Raises
    ------
    TriageError
        where a value is refused or the file cannot be read or written; it is left as it was
    """
    path = path or settings_path()
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        changed = _change_text(text, changes)
        settings = Settings.model_validate(tomllib.loads(changed))
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(path.name + ".new")
        beside.write_text(changed, encoding="utf-8")
        beside.replace(path)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise TriageError(f"{path}: the setting {name!r}: {first['msg']}; correct it.") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TriageError(f"{path}: the settings cannot be written ({error}).") from error
    return settings


def _change_text(text: str, changes: Mapping[str, object]) -> str:
    """Replace, add or take out values of a TOML document.

    Single values stand before the first table. What is a table, or a list of tables, stands at the
    end; of one that is written anew, comments are lost.
    """
    tables = {name: value for name, value in changes.items() if _is_tabular(value)}
    values = {name: value for name, value in changes.items() if name not in tables}
    # a name may have stood in the other form before
    text = _without_tables(text, changes)
    text = _change_values(text, {**dict.fromkeys(tables), **values})
    for name, value in tables.items():
        for table in [value] if isinstance(value, Mapping) else _listed(value):
            header = f"[{name}]" if isinstance(value, Mapping) else f"[[{name}]]"
            lines = [header, *(f"{key} = {_toml(each)}" for key, each in table.items())]
            text += ("\n" if text and not text.endswith("\n\n") else "") + "\n".join(lines) + "\n"
    return text


def _is_tabular(value: object) -> bool:
    return isinstance(value, Mapping) or (
        isinstance(value, list | tuple) and bool(value) and isinstance(value[0], Mapping)
    )


def _listed(value: object) -> list[Mapping[str, object]]:
    return list(value) if isinstance(value, list | tuple) else []


def _without_tables(text: str, names: Container[str]) -> str:
    """Take out the tables of some names, with the tables within them."""
    lines, kept, is_dropped = text.splitlines(keepends=True), list[str](), False
    while lines:
        statement = lines.pop(0)
        if statement.lstrip().startswith("["):
            (name,) = tomllib.loads(statement)
            is_dropped = name in names
        else:
            while lines and not _is_whole(statement):
                statement += lines.pop(0)
        if not is_dropped:
            kept.append(statement)
    return "".join(kept)


def _change_values(text: str, changes: Mapping[str, object]) -> str:
    """Replace, add or take out single values before the first table."""
    kept, lines = [], text.splitlines(keepends=True)
    left = dict(changes)
    while lines and not lines[0].lstrip().startswith("["):
        statement = lines.pop(0)
        while lines and not _is_whole(statement):  # a list or a text over several lines
            statement += lines.pop(0)
        name = next(iter(tomllib.loads(statement)), "")
        if name not in changes:
            kept.append(statement)
        elif (value := left.pop(name, None)) is not None:
            kept.append(f"{name} = {_toml(value)}\n")
    if kept and not kept[-1].endswith("\n"):
        kept[-1] += "\n"
    added = [f"{name} = {_toml(value)}\n" for name, value in left.items() if value is not None]
    return "".join([*kept, *added, *lines])


def _is_whole(statement: str) -> bool:
    try:
        tomllib.loads(statement)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _toml(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case Mapping():
            inner = ", ".join(f"{key} = {_toml(each)}" for key, each in value.items())
            return "{ " + inner + " }"
        case tuple() | list():
            return f"[{', '.join(_toml(each) for each in value)}]"
        case _:  # a basic string of TOML is one of JSON, but for DEL
            return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
