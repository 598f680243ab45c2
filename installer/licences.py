"""Writes the licences of the packages that triage-app needs into NOTICE.

``python installer/licences.py`` reads them from the metadata of what is installed, for the program
itself and for each extra that a user may install.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

__all__ = ["EXTRAS", "find_packages", "licence_of", "make_table"]

ROOT = Path(__file__).resolve().parents[1]
NOTICE = ROOT / "NOTICE"
EXTRAS = ("postgres", "training", "scale")

_HEAD = "Third-party packages"
_LONGEST = 60
_NO_WORDS = ("LICENSE", "UNKNOWN")  # what some builders write for none


def find_packages(extra: str = "") -> dict[str, Distribution]:
    """Give every package that the program, or one of its extras, brings along, by name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = project["optional-dependencies"][extra] if extra else project["dependencies"]
    found: dict[str, Distribution] = {}

    def visit(lines: Iterable[str], extras: frozenset[str]) -> None:
        for name, wanted in _needed(lines, extras):
            try:
                needed = distribution(name)
            except PackageNotFoundError:
                continue  # of another platform
            if name not in found or wanted:
                is_new = name not in found
                found[name] = needed
                if is_new or wanted:
                    visit(needed.requires or (), wanted)

    visit(asked, frozenset())
    return dict(sorted(found.items()))


def _needed(lines: Iterable[str], extras: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """Give the packages that are needed here, each with the extras that it is wanted with."""
    for line in lines:
        requirement = Requirement(line)
        environments = [{"extra": extra} for extra in ("", *extras)]
        if requirement.marker is None or any(map(requirement.marker.evaluate, environments)):
            yield canonicalize_name(requirement.name), frozenset(requirement.extras)


def licence_of(package: Distribution) -> str:
    """Give a package's licence as it states it: an expression, words, or its classifier."""
    facts = package.metadata
    stated = facts.get("License-Expression") or ""
    if not stated and (text := (facts.get("License") or "").strip()) and "\n" not in text:
        stated = text if len(text) <= _LONGEST and text not in _NO_WORDS else ""
    if not stated:
        kinds = [each for each in facts.get_all("Classifier") or () if "License ::" in each]
        stated = "; ".join(kind.rpartition(" :: ")[2] for kind in kinds)
    return stated or "see its files"


def make_table() -> str:
    """Write the packages with their licences, each once, where it is first needed."""
    parts = [
        f"{_HEAD}\n{'-' * len(_HEAD)}",
        "As each states it in its metadata (`make licences`). Their texts are installed with\n"
        "them; versions stand in constraints.txt. Reading studies needs the first list only.",
    ]
    written: set[str] = set()
    for extra in ("", *EXTRAS):
        packages = {
            name: each for name, each in find_packages(extra).items() if name not in written
        }
        written |= set(packages)
        width = max(map(len, packages), default=0)
        rows = [f"  {name:<{width}}  {licence_of(each)}" for name, each in packages.items()]
        parts.append("\n".join([f"With the extra {extra}:" if extra else "Always:", "", *rows]))
    return "\n\n".join(parts) + "\n"


def main() -> None:
    """Put the table at the end of NOTICE."""
    text = NOTICE.read_text(encoding="utf-8")
    kept = re.split(rf"^{_HEAD}$", text, maxsplit=1, flags=re.MULTILINE)[0].rstrip()
    NOTICE.write_text(f"{kept}\n\n{make_table()}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
