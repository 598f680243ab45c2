"""What the commands of the training side share: exit codes, the log, the extra they need."""

from __future__ import annotations

import importlib
import logging
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from training.errors import MissingExtraError
from triage_app.errors import TriageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["log_to", "need_extra", "run_command"]

_DONE, _COULD_NOT_RUN, _INTERRUPTED = 0, 1, 130
_ROOMS = ("training", "converters")


def run_command(program: str, body: Callable[[], None]) -> int:
    """Run a command's body with its log on stderr.

    Parameters
    ----------
    program : stands before the sentence of an error
    body : does the work

    Returns
    -------
    exit code: 0 done, 1 could not run, 130 interrupted (what was done is kept)
    """
    try:
        with log_to(logging.StreamHandler(sys.stderr)):
            body()
    except KeyboardInterrupt:
        print(f"{program}: interrupted; what was done is kept.", file=sys.stderr)  # noqa: T201
        return _INTERRUPTED
    except (TriageError, OSError) as error:
        print(f"{program}: {error}", file=sys.stderr)  # noqa: T201 - the command's own words
        return _COULD_NOT_RUN
    return _DONE


def need_extra(*libraries: str) -> None:
    """Import libraries of the extra `training`.

    Raises
    ------
    MissingExtraError
        says how to install it
    """
    # TensorFlow tells of missing graphics cards and of processor kinds; only errors matter here
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    for library in libraries:
        try:
            importlib.import_module(library)
        except ImportError as error:
            raise MissingExtraError(
                f"{library} is not installed; install the extra: pip install 'triage-app[training]'"
            ) from error


@contextmanager
def log_to(handler: logging.Handler) -> Iterator[None]:
    """Let the log of training and converters go to a handler while the block runs."""
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    loggers = [logging.getLogger(room) for room in _ROOMS]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.removeHandler(handler)
            logger.setLevel(level)
        handler.close()
