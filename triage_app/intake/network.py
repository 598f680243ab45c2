"""What every association of ours shares: titles, transfer syntaxes, and silence about patients."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints
from pydicom.uid import ImplicitVRLittleEndian

from triage_app.imaging.decoders import DECODERS, NATIVE_SYNTAXES, find_decoders

__all__ = ["AeTitle", "decodable_syntaxes", "silence_pynetdicom"]

AeTitle = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"^[ -\[\]-~]{1,16}$", strict=True)
]
"""An Application Entity title (PS3.5 6.2, VR AE): 1 to 16 characters of ASCII, no backslash."""


def decodable_syntaxes() -> list[str]:
    """Give the transfer syntaxes that can be decoded here, uncompressed ones first."""
    compressed = [str(uid) for uid in DECODERS if find_decoders(uid)]
    native = sorted(NATIVE_SYNTAXES, key=lambda uid: uid == ImplicitVRLittleEndian)
    return [*(str(uid) for uid in native), *compressed]


def silence_pynetdicom() -> None:
    """Keep pynetdicom from writing identifiers, which name patients, into any log.

    It also saves the time of describing every PDU to nobody.
    """
    from pynetdicom import _config  # noqa: PLC0415 - settings are read without it

    _config.LOG_HANDLER_LEVEL = "none"
    _config.LOG_REQUEST_IDENTIFIERS = False
    _config.LOG_RESPONSE_IDENTIFIERS = False
