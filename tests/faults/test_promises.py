"""``docs/safety.md`` against the tests that it names."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.faults.broken_promises import BREAKS, Break

ROOT = Path(__file__).parents[2]
SAFETY = (ROOT / "docs" / "safety.md").read_text(encoding="utf-8")
PROMISES = (
    "Every instance that came in ends with exactly one outcome",
    "What was acknowledged is on the disk",
    "A source file is never changed",
    "A result is never shown for another image, model or operating point than its own",
    "A flag is never lost by a restart",
    "No patient's data in logs",
    "No code from a data file or a model is run",
)
NAMED = re.compile(r"`(tests/[\w/]+\.py)((?:::\w+)+)`")
FILES = re.compile(r"`(tests/[\w/]+\.py)`")
NEVER = {"skip", "xfail"}


def section(promise: str) -> str:
    return SAFETY.partition(f"\n## {promise}\n")[2].partition("\n## ")[0]


def is_left_out(marks: list[ast.expr]) -> bool:
    return any(
        isinstance(node, ast.Attribute) and node.attr in NEVER
        for mark in marks
        for node in ast.walk(mark)
    )


def find(file: Path, names: list[str]) -> ast.FunctionDef:
    """Find a test, and see that nothing above it leaves it out."""
    body = ast.parse(file.read_text(encoding="utf-8")).body
    marks = [
        node.value
        for node in body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark"
    ]
    assert not is_left_out(marks), f"{file.name} as a whole is left out"
    for name in names:
        (found,) = [
            node
            for node in body
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name
        ]
        assert not is_left_out(found.decorator_list), f"{name} is left out"
        body = found.body
    assert isinstance(found, ast.FunctionDef)
    return found


@pytest.mark.parametrize("promise", PROMISES)
def test_each_promise_names_tests_and_is_among_those_that_are_broken(promise: str) -> None:
    named = {file + names for file, names in NAMED.findall(section(promise))}
    assert named
    assert named & {each.test for each in BREAKS}


@pytest.mark.parametrize(
    ("file", "names"), sorted(set(NAMED.findall(SAFETY))), ids=lambda value: value.split("::")[-1]
)
def test_each_named_test_exists_and_is_run(file: str, names: str) -> None:
    test = find(ROOT / file, names.strip(":").split("::"))
    assert test.name.startswith("test_")
    assert any(
        isinstance(node, ast.Assert) or "raises" in ast.unparse(node) for node in ast.walk(test)
    )


def test_nothing_is_named_in_a_way_that_is_not_looked_at() -> None:
    assert SAFETY.count("`tests/") == len(NAMED.findall(SAFETY)) + len(FILES.findall(SAFETY))
    for file in FILES.findall(SAFETY):
        assert (ROOT / file).is_file()


@pytest.mark.parametrize("each", BREAKS, ids=lambda each: each.test.split("::")[-1])
def test_each_break_still_finds_its_line_and_its_test(each: Break) -> None:
    assert (ROOT / each.file).read_text(encoding="utf-8").count(each.kept) == 1
    assert f"`{each.test}`" in SAFETY
