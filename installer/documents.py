"""Keeps the documents that are made from the code in step with it.

``python installer/documents.py`` writes the pages of all commands, settings and keys into ``docs``,
and the copy of the user guide that ships with the window, which shows it without a network.
"""

from __future__ import annotations

import io
import os
import re
import sys
import types
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout, suppress
from inspect import cleandoc
from pathlib import Path
from typing import Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

import converters.cli
import training.cli
from triage_app.cli import main as reading
from triage_app.settings import Settings
from triage_app.ui.actions import COMMANDS, CommandGroup

__all__ = ["GUIDE", "HELP", "find_programs", "find_settings", "make_pages", "to_help"]

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
GUIDE = DOCS / "guide"
HELP = ROOT / "triage_app" / "resources" / "help"

_MADE = "<!-- Made by installer/documents.py (`make docs`); a test holds it against the code. -->"
_COLUMNS = "88"

Program = Callable[[list[str]], int]


def find_programs() -> dict[str, list[str]]:
    """Give every program, and every command of one, with the words that ask it for help."""
    found = {"triage-app": ["triage-app"]}
    found |= {f"triage-app {name}": ["triage-app", name] for name in reading.COMMANDS}
    found["triage-train"] = ["triage-train"]
    found |= {f"triage-train {name}": ["triage-train", name] for name in _training_commands()}
    found |= {name: name.split() for name in ("triage-export", *_export_commands())}
    return found


def _training_commands() -> list[str]:
    """Give the commands that the help of triage-train names; each stands on a line of its own."""
    text = _help_of(["triage-train"])
    return re.findall(r"^ {4}(\w+)(?: {2,}|$)", text.partition("COMMAND\n")[2], re.MULTILINE)


def _export_commands() -> list[str]:
    return re.findall(r"triage-export [a-z]+(?= (?:PICTURE|RUN))", _unwrapped(["triage-export"]))


def _unwrapped(words: list[str]) -> str:
    return " ".join(_help_of(words).split())


def _help_of(words: list[str]) -> str:
    programs: dict[str, Program] = {
        "triage-app": reading.main,
        "triage-train": training.cli.main,
        "triage-export": converters.cli.main,
    }
    program, *rest = words
    kept, os.environ["COLUMNS"] = os.environ.get("COLUMNS"), _COLUMNS
    try:
        with redirect_stdout(io.StringIO()) as said, suppress(SystemExit):
            programs[program]([*rest, "--help"])
    finally:
        del os.environ["COLUMNS"]
        if kept is not None:
            os.environ["COLUMNS"] = kept
    return said.getvalue().rstrip()


def _commands_page() -> str:
    parts = [
        _MADE,
        "# Commands",
        "Every command with its own help, as `--help` prints it. Exit codes of all: 0 done, 1 "
        "could not run, 2 wrong call, 3 done with files that failed, 130 interrupted (what was "
        "done is kept).",
    ]
    for name, words in find_programs().items():
        level = "##" if len(words) == 1 else "###"
        parts.append(f"{level} {name}\n\n```text\n{_help_of(words)}\n```")
    return "\n\n".join(parts) + "\n"


def find_settings(model: type[BaseModel] = Settings) -> Iterator[type[BaseModel]]:
    """Give a model of settings and all that are within it, each once."""
    seen: dict[type[BaseModel], None] = {}

    def visit(each: type[BaseModel]) -> None:
        if each not in seen:
            seen[each] = None
            for field in each.model_fields.values():
                for inner in _models_within(field.annotation):
                    visit(inner)

    visit(model)
    return iter(seen)


def _models_within(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_within(inner)


def _descriptions(model: type[BaseModel]) -> dict[str, str]:
    """Read what each attribute is from the section Attributes of the docstring."""
    section = cleandoc(model.__doc__ or "").partition("Attributes\n----------\n")[2]
    found: dict[str, str] = {}
    for line in re.sub(r"\n {2,}", " ", re.sub(r",\n(?=\w)", ", ", section)).splitlines():
        names, separator, text = line.partition(" : ")
        if separator:
            found |= {name.strip(): text.strip() for name in names.split(",")}
    return found


def _settings_page() -> str:
    parts = [
        _MADE,
        "# Settings",
        "One file in TOML, read at the start: what the environment variable `TRIAGE_APP_SETTINGS` "
        "names, else `settings.toml` in the folder of the user's settings: on Linux "
        "`~/.config/triage-app`, on macOS `~/Library/Application Support/triage-app`, on Windows "
        "`%LOCALAPPDATA%\\triage-app\\triage-app`. Without a file all defaults hold. A name that "
        "is none of these, and a value that cannot be, is refused with the name. The window's "
        "dialogs write the same file and keep its comments.",
    ]
    for model, title in _titles().items():
        rows = ["| Setting | Kind | Default | Is |", "|---|---|---|---|"]
        for text, names in _shared(model):
            cells = [
                "<br>".join(f"`{name}`" for name in names),
                "<br>".join(_kind(model.model_fields[name].annotation) for name in names),
                "<br>".join(_default(model, name) for name in names),
                _linked(text),
            ]
            rows.append(f"| {' | '.join(cells)} |")
        parts += [f"## {title}", "\n".join(rows)]
    return "\n\n".join(parts) + "\n"


def _shared(model: type[BaseModel]) -> list[tuple[str, list[str]]]:
    """Give each description with the settings that it is of."""
    known = _descriptions(model)
    shared: dict[str, list[str]] = {}
    for name in model.model_fields:
        if name not in known:
            raise ValueError(f"{model.__name__}.{name}: expected a line under Attributes")
        shared.setdefault(known[name], []).append(name)
    return list(shared.items())


def _titles() -> dict[type[BaseModel], str]:
    """Give each model of settings the header of its table in the file."""
    places: dict[type[BaseModel], list[str]] = {Settings: []}
    for model in find_settings():
        for name, field in model.model_fields.items():
            is_list = get_origin(field.annotation) is tuple
            for inner in _models_within(field.annotation):
                above = places.get(model, [])
                path = ".".join([above[0].strip("[]"), name] if above else [name])
                places.setdefault(inner, []).append(f"[[{path}]]" if is_list else f"[{path}]")
    return {
        model: ", ".join(f"`{place}`" for place in found) or "Before the first table"
        for model, found in places.items()
    }


def _linked(text: str) -> str:
    """Turn the name of a model into what a reader of the page can find."""
    titles = {model.__name__: title for model, title in _titles().items()}
    return re.sub(r"`(\w+)`", lambda name: titles.get(name[1], name[0]), text).replace("|", "\\|")


def _kind(annotation: object) -> str:
    words = {str: "text", int: "whole number", float: "number", bool: "true or false", Path: "path"}
    origin, inner = get_origin(annotation), [a for a in get_args(annotation) if a is not type(None)]
    if isinstance(annotation, type) and annotation in words:
        return words[annotation]
    if origin is tuple:
        return f"list of {_kind(inner[0])}"
    if origin in (Union, types.UnionType) and len(inner) == 1:
        return _kind(inner[0])
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "table"
    choices = list(annotation) if isinstance(annotation, type(CommandGroup)) else inner
    if choices and all(isinstance(each, str) for each in choices):
        return ", ".join(f'"{each}"' for each in choices)
    return "text"


def _default(model: type[BaseModel], name: str) -> str:
    field = model.model_fields[name]
    if field.is_required():
        return "needed"
    if field.default is PydanticUndefined:
        is_table = isinstance(field.default_factory, type)
        return "see there" if is_table else "among the user's data"
    if field.default in (None, (), ""):
        return "none"
    values = field.default if isinstance(field.default, tuple) else (field.default,)
    return ", ".join(_written(value) for value in values)


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def _keys_page() -> str:
    parts = [
        _MADE,
        "# Keys",
        "These are the keys that the program comes with. **Help, Change keys** changes them, says "
        "which lead to two commands, and exports and imports them. **Help, Keys** shows yours.",
    ]
    for group in CommandGroup:
        rows = [f"## {group}", "", "| Key | Command |", "|---|---|"]
        rows += [
            f"| {', '.join(f'`{key}`' for key in spec.keys) or 'none'} | {spec.text.rstrip(' …')} |"
            for spec in COMMANDS
            if spec.group is group
        ]
        parts.append("\n".join(rows))
    return "\n\n".join(parts) + "\n"


def make_pages() -> dict[Path, str]:
    """Make the pages that follow from the code."""
    return {
        DOCS / "commands.md": _commands_page(),
        DOCS / "settings.md": _settings_page(),
        GUIDE / "keys.md": _keys_page(),
    }


def to_help(text: str) -> str:
    """Make a page of the guide one of the window.

    Pictures of the window are left out, since the window is there; a link to a page that is not
    part of the guide becomes its words.
    """
    text = re.sub(r"<!--.*?-->\n+", "", text, flags=re.DOTALL)
    text = re.sub(r"^!\[[^\]]*\]\([^)]*\)\n+", "", text, flags=re.MULTILINE)
    return re.sub(r"\[([^\]]*)\]\((?:\.\./|https?:)[^)]*\)", r"\1", text)


def main() -> None:
    """Write every page, and the window's copy of the guide."""
    for path, text in make_pages().items():
        path.write_text(text, encoding="utf-8")
    HELP.mkdir(parents=True, exist_ok=True)
    pages = {page.name: to_help(page.read_text(encoding="utf-8")) for page in GUIDE.glob("*.md")}
    for leftover in {page.name for page in HELP.glob("*.md")} - set(pages):
        (HELP / leftover).unlink()
    for name, text in pages.items():
        (HELP / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
