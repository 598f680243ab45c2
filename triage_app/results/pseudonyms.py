"""New identifiers for old ones: the same for the same under one key, and of no use without it."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import uuid
from datetime import datetime, timedelta
from pathlib import Path

from triage_app.errors import TriageError

__all__ = ["Pseudonyms", "read_key"]

_KEY_BYTES = 32
_LONGEST_SHIFT_DAYS = 3650
_DATE = re.compile(r"(\d{8})(.*)", re.ASCII | re.DOTALL)


def read_key(path: Path) -> bytes:
    """Read the key of earlier exports, so that this one maps alike.

    Raises
    ------
    TriageError
        where the file cannot be read, or holds less than 16 bytes
    """
    try:
        key = path.read_bytes().strip()
    except OSError as error:
        raise TriageError(f"{path}: the key cannot be read ({error.strerror or error}).") from error
    if len(key) < _KEY_BYTES // 2:
        raise TriageError(f"{path}: a key needs at least {_KEY_BYTES // 2} bytes, secret ones.")
    return key


class Pseudonyms:
    """Maps identifiers by a keyed hash (HMAC-SHA-256, RFC 2104).

    Parameters
    ----------
    key : secret; a new one of this export, which is kept nowhere, where it is not given
    """

    def __init__(self, key: bytes | None = None) -> None:
        self._key = key or secrets.token_bytes(_KEY_BYTES)

    def uid(self, uid: str) -> str:
        """Give a UID in the form of a UUID (PS3.5 B.2; RFC 9562, version 8)."""
        digest = self._digest("uid", uid)
        return f"2.25.{uuid.UUID(bytes=_as_version_8(digest[:16])).int}"

    def patient_id(self, patient_id: str, issuer: str) -> str:
        """Give a Patient ID, the same for all studies of a patient."""
        return f"ANON-{self._digest('patient', issuer, patient_id).hex()[:12].upper()}"

    def shift(self, value: str, patient_id: str, issuer: str) -> str:
        """Move a date, or a date with time, into the past by the days of its patient.

        All dates of a patient move alike, so that distances stay.

        Parameters
        ----------
        value : DA or DT (PS3.5 6.2), to the day at least; empty where it is none
        """
        found = _DATE.fullmatch(value.strip())
        if found is None:
            return ""
        number = int.from_bytes(self._digest("days", issuer, patient_id)[:8], "big")
        days = timedelta(days=1 + number % _LONGEST_SHIFT_DAYS)
        try:
            moved = datetime.strptime(found[1], "%Y%m%d") - days
        except (OverflowError, ValueError):
            return ""
        return f"{moved.year:04d}{moved:%m%d}{found[2]}"

    def _digest(self, *parts: str) -> bytes:
        message = b"".join(
            len(part.encode("utf-8", "surrogatepass")).to_bytes(4, "big")
            + part.encode("utf-8", "surrogatepass")
            for part in parts
        )
        return hmac.new(self._key, message, hashlib.sha256).digest()


def _as_version_8(value: bytes) -> bytes:
    changed = bytearray(value)
    changed[6] = changed[6] & 0x0F | 0x80
    changed[8] = changed[8] & 0x3F | 0x80
    return bytes(changed)
