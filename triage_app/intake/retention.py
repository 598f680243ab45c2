"""Received pixels are let go after their time; what a model and the readers said of them stays."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from triage_app.intake.retention_rule import RetentionRule
from triage_app.intake.spool import Spool
from triage_app.worklist.store import WorklistStore

__all__ = ["Retained", "retain"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Retained:
    """What a rule did.

    Attributes
    ----------
    marked : files whose time had come
    removed : files that are gone from the disk, those of an earlier run that ended early among them
    freed_bytes : of them
    """

    marked: int
    removed: int
    freed_bytes: int


def retain(
    store: WorklistStore,
    spool: Spool,
    rule: RetentionRule,
    now: datetime,
    *,
    awaits_report: bool,
) -> Retained:
    """Remove the received files whose time has come.

    A file is noted as gone before it is removed, so that a program that ends in between leaves at
    most a file behind, which the next run removes.

    Parameters
    ----------
    awaits_report : whether results are made by themselves; see `Upkeep.let_go`
    """
    if rule.pixels_days is None:
        return Retained(0, 0, 0)
    before = now - timedelta(days=rule.pixels_days)
    marked = store.upkeep.let_go(before, awaits_report=awaits_report)
    gone = store.upkeep.removed_paths()
    removed = freed = 0
    for path in spool.files():
        # a file that is younger came again, and is about to be registered
        size = _size_before(path, before) if str(path) in gone else None
        if size is not None and spool.remove(path):
            removed += 1
            freed += size
    logger.info("retention: %d files marked, %d removed", marked, removed)
    return Retained(marked, removed, freed)


def _size_before(path: Path, before: datetime) -> int | None:
    """Give the size of a file that was written before a moment; None for another."""
    try:
        facts = path.stat()
    except OSError:
        return None
    return facts.st_size if facts.st_mtime < before.timestamp() else None
