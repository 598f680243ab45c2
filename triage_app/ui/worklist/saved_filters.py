"""The reader's own tabs, kept between sessions."""

from __future__ import annotations

import json
import logging

from PySide6.QtCore import QSettings

from triage_app.worklist.records import SavedFilter, StudyFilter

__all__ = ["SavedFilters"]

logger = logging.getLogger(__name__)

_KEY = "list/saved_filters"


class SavedFilters:
    """The tabs in their order; a name stands once.

    Parameters
    ----------
    settings : where they are kept; None keeps them for this session only
    """

    def __init__(self, settings: QSettings | None = None) -> None:
        self._settings = settings
        self._filters = self._read()

    @property
    def filters(self) -> tuple[SavedFilter, ...]:
        """All of them."""
        return self._filters

    def keep(self, wanted: SavedFilter) -> None:
        """Add a tab, or replace the one of that name where it stands.

        Raises
        ------
        ValueError
            where it has no name
        """
        if not wanted.name.strip():
            raise ValueError("expected a saved filter with a name, received none")
        names = [each.name for each in self._filters]
        if wanted.name in names:
            at = names.index(wanted.name)
            self._filters = (*self._filters[:at], wanted, *self._filters[at + 1 :])
        else:
            self._filters = (*self._filters, wanted)
        self._write()

    def drop(self, unwanted: SavedFilter) -> None:
        """Take a tab away."""
        self._filters = tuple(each for each in self._filters if each != unwanted)
        self._write()

    def _read(self) -> tuple[SavedFilter, ...]:
        """Read what was kept; what cannot be understood is left out, and the rest serves."""
        text = str(self._settings.value(_KEY, "") or "") if self._settings is not None else ""
        try:
            entries = json.loads(text) if text else []
            found = {
                str(entry["name"]): SavedFilter(
                    str(entry["name"]), StudyFilter(entry["filter"]), str(entry["text"])
                )
                for entry in entries
            }
        except (ValueError, TypeError, KeyError) as error:
            logger.warning("The saved filters cannot be read (%s)", type(error).__name__)
            return ()
        return tuple(found.values())

    def _write(self) -> None:
        if self._settings is not None:
            entries = [
                {"name": each.name, "filter": str(each.filter), "text": each.text}
                for each in self._filters
            ]
            self._settings.setValue(_KEY, json.dumps(entries, ensure_ascii=False))
