"""Keeps the translations in step with the source, by Qt's own files and tools.

``python installer/translations.py`` reads every text of the window out of the source, brings
``resources/translations/triage_app_<language>.ts`` up to date without losing a translation, and
lets Qt's ``lrelease`` make the ``.qm`` files that the program loads. A text that is not translated
yet stands in its file as unfinished, and the window shows it in English.

Qt's ``lupdate`` does not know our `_tr`, the short form of ``translate`` within a module, so the
texts are found by Python's own parser here.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

__all__ = ["LANGUAGES", "TRANSLATIONS", "find_texts", "read_translations", "update"]

LANGUAGES = ("de", "fr", "es")
ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "triage_app" / "ui"
TRANSLATIONS = ROOT / "triage_app" / "resources" / "translations"

Text = tuple[str, str]
"""Context and English text."""


def find_texts(folder: Path = SOURCES) -> list[Text]:
    """Give every text that the window may show, by context and in the order of the source.

    Raises
    ------
    ValueError
        where a text is put together before it is translated, which no translation can match
    """
    found: dict[Text, None] = {}
    for path in sorted(folder.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        for context, node in _calls(tree):
            if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
                raise ValueError(  # noqa: TRY004 - of a source, not a caller
                    f"{path}:{node.lineno}: expected a text, found an expression"
                )
            found[context, node.value] = None
    return sorted(found, key=lambda text: text[0])


def _calls(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """Give context and text of `self.tr`, `_tr`, `tr`, `translate` and `QT_TRANSLATE_NOOP`."""
    short_form = _context_of_short_form(tree)
    skipped = {
        id(call)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef) and function.name in ("_tr", "tr")
        for call in ast.walk(function)
    }

    def visit(node: ast.AST, owner: str) -> Iterator[tuple[str, ast.expr]]:
        for child in ast.iter_child_nodes(node):
            inner = child.name if isinstance(child, ast.ClassDef) else owner
            if isinstance(child, ast.Call) and id(child) not in skipped:
                yield from _text_of(child, owner, short_form)
            yield from visit(child, inner)

    yield from visit(tree, "")


def _text_of(call: ast.Call, owner: str, short_form: str) -> Iterator[tuple[str, ast.expr]]:
    function = call.func
    if isinstance(function, ast.Attribute) and function.attr == "tr":
        yield owner, call.args[0]
    elif isinstance(function, ast.Name) and function.id in ("_tr", "tr"):
        if isinstance(
            call.args[0], ast.Constant
        ):  # `_tr(head)` translates what is marked elsewhere
            yield short_form, call.args[0]
    else:
        name = function.attr if isinstance(function, ast.Attribute) else ""
        name = function.id if isinstance(function, ast.Name) else name
        context = call.args[0] if len(call.args) > 1 else None
        is_text = name == "QT_TRANSLATE_NOOP" or (
            # `translate(context, spec.text)` translates what is marked elsewhere
            name == "translate" and context and isinstance(call.args[1], ast.Constant)
        )
        if is_text and isinstance(context, ast.Constant):
            yield str(context.value), call.args[1]


def _context_of_short_form(tree: ast.Module) -> str:
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef) and function.name in ("_tr", "tr"):
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and len(call.args) == 2:
                    context = call.args[0]
                    if isinstance(context, ast.Constant):
                        return str(context.value)
    return ""


def read_translations(path: Path) -> dict[Text, str]:
    """Read a ``.ts`` file; an unfinished translation is empty."""
    if not path.exists():
        return {}
    found: dict[Text, str] = {}
    for context in ET.parse(path).getroot().iter("context"):  # noqa: S314 - our own file
        name = context.findtext("name", "")
        for message in context.iter("message"):
            translation = message.find("translation")
            is_finished = translation is not None and translation.get("type") is None
            text = (translation.text or "") if is_finished and translation is not None else ""
            found[name, message.findtext("source", "")] = text
    return found


def update(language: str) -> int:
    """Bring a language's ``.ts`` up to date; give how many texts are not translated."""
    path = TRANSLATIONS / f"triage_app_{language}.ts"
    known = read_translations(path)
    root = ET.Element("TS", version="2.1", language=language, sourcelanguage="en")
    contexts: dict[str, ET.Element] = {}
    missing = 0
    for name, text in find_texts():
        if name not in contexts:
            contexts[name] = ET.SubElement(root, "context")
            ET.SubElement(contexts[name], "name").text = name
        message = ET.SubElement(contexts[name], "message")
        ET.SubElement(message, "source").text = text
        translation = ET.SubElement(message, "translation")
        translation.text = known.get((name, text)) or None
        if translation.text is None:
            translation.set("type", "unfinished")
            missing += 1
    ET.indent(root)
    head = '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n'
    path.write_text(head + ET.tostring(root, encoding="unicode") + "\n", encoding="utf-8")
    return missing


def main() -> int:
    """Update every language and make its ``.qm``."""
    TRANSLATIONS.mkdir(parents=True, exist_ok=True)
    missing = 0
    for language in LANGUAGES:
        count = update(language)
        missing += count
        print(f"{language}: {count} texts are not translated")  # noqa: T201 - a command
        path = TRANSLATIONS / f"triage_app_{language}.ts"
        release = Path(sys.executable).with_name("pyside6-lrelease")
        command = [str(release), "-silent", str(path), "-qm", str(path.with_suffix(".qm"))]
        subprocess.run(command, check=True)  # noqa: S603 - Qt's own tool
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
