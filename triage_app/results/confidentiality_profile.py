"""The table of PS3.15 Annex E: what becomes of each attribute when a patient is to be hidden."""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources

from pydicom.tag import BaseTag

__all__ = ["EDITION", "Action", "ProfileRow", "find_row", "read_profile"]

EDITION = "PS3.15 2026c, Table E.1-1"
_RESOURCE = "confidentiality_profile.csv"


class Action(StrEnum):
    """Actions of the Basic Application Level Confidentiality Profile (PS3.15 E.3.1)."""

    REMOVE = "X"
    EMPTY = "Z"
    DUMMY = "D"
    UID = "U"
    EMPTY_OR_DUMMY = "Z/D"
    REMOVE_OR_EMPTY = "X/Z"
    REMOVE_OR_DUMMY = "X/D"
    REMOVE_OR_EMPTY_OR_DUMMY = "X/Z/D"
    REMOVE_OR_EMPTY_OR_UID = "X/Z/U*"


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """One row of the table.

    Attributes
    ----------
    tag : eight hexadecimal digits, or with x for any, as "60xx3000"
    action : of the basic profile
    is_device, is_characteristic : whether Retain Device Identity, or Retain Patient
        Characteristics, keeps it
    """

    tag: str
    action: Action
    is_device: bool
    is_characteristic: bool


@functools.cache
def read_profile() -> Mapping[str, ProfileRow]:
    """Give the table by tag."""
    text = (resources.files("triage_app.resources") / _RESOURCE).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return {
        row["tag"]: ProfileRow(
            row["tag"], Action(row["basic"]), row["device"] == "K", row["characteristics"] == "K"
        )
        for row in csv.DictReader(lines)
    }


def find_row(tag: BaseTag) -> ProfileRow | None:
    """Give the row of an attribute; private ones have none, and are removed."""
    profile = read_profile()
    name = f"{int(tag):08X}"
    if (row := profile.get(name)) is not None:
        return row
    if re.match("50|60", name):  # repeating groups (PS3.5 7.6)
        repeated = f"{name[:2]}xx"
        return profile.get(f"{repeated}{name[4:]}") or profile.get(f"{repeated}xxxx")
    return None
