"""What the program writes about itself; nothing of the Patient module at any level."""

from __future__ import annotations

import logging
import sys
import traceback
import warnings

__all__ = ["QUIET_LIBRARIES", "configure_logs", "places_of"]

QUIET_LIBRARIES = ("pydicom", "highdicom", "PIL", "alembic", "sqlalchemy")
"""Loggers that are silenced, since they may quote values of a data set or of the database."""


def configure_logs(*, level: int = logging.WARNING) -> None:
    """Send the program's messages to stderr, and silence libraries that quote what they read.

    pydicom reports a malformed element with its value, which may be a patient's name, both as a
    warning and in its log.
    """
    logging.basicConfig(level=level, format="%(levelname)s %(name)s: %(message)s", force=True)
    for name in QUIET_LIBRARIES:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    if not sys.warnoptions:
        warnings.simplefilter("ignore")


def places_of(error: BaseException) -> str:
    """Say where an error nobody foresaw was raised, and not what it says.

    What it says may quote a patient's data, and a traceback's last line is what it says.
    """
    return "".join(traceback.format_tb(error.__traceback__))
