"""Column types that keep a value exactly, whatever a file put into it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator

__all__ = ["Identifier", "UtcDateTime", "VerbatimText", "WholeNumber"]

_ESCAPED = "\ue000"
"""First character of a stored text that was escaped; a private-use code point."""

_LARGEST = 2**63 - 1

Identifier = BigInteger().with_variant(Integer, "sqlite")
"""A surrogate key; SQLite numbers rows by itself only where the type is INTEGER."""


class VerbatimText(TypeDecorator[str]):
    """Text that comes back as it went in, even where it is no valid Unicode.

    A file name that is not UTF-8 reaches Python with lone surrogates (PEP 383), and a damaged
    header may hold NUL. Neither can be stored as text by every database, so such a value is stored
    escaped, behind a mark. All others stand in the database as people read them.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Escape what a database may refuse."""
        if value is None or not _must_be_escaped(value):
            return value
        return _ESCAPED + value.encode("unicode_escape").decode("ascii")

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Undo the escape."""
        if value is None or not value.startswith(_ESCAPED):
            return value
        return value[len(_ESCAPED) :].encode("ascii").decode("unicode_escape")


def _must_be_escaped(value: str) -> bool:
    if value.isascii():
        return "\x00" in value
    return (
        value.startswith(_ESCAPED)
        or "\x00" in value
        or any("\ud800" <= character <= "\udfff" for character in value)
    )


class UtcDateTime(TypeDecorator[datetime]):
    """A moment; stored in UTC, given back with its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC; SQLite stores no zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"expected a moment with a time zone, received {value.isoformat()}")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Say that it is UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class WholeNumber(TypeDecorator[int]):
    """A number to sort by; one beyond 64 bits, from a malformed header, becomes the last."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> Any:
        """Limit to what a database holds; the exact value stands in the instance's facts."""
        return None if value is None else max(-_LARGEST, min(_LARGEST, int(value)))
