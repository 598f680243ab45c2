"""How a site and a reader want to read, taken from the settings."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from triage_app.settings import ReadingMode, Settings, save_settings
from triage_app.triage.priority import PriorityRule
from triage_app.ui.viewer.tools import MouseHabits, Tool

__all__ = ["DeskOptions", "Preferences"]


@dataclass(frozen=True, slots=True)
class DeskOptions:
    """What of the settings the window follows while it is open.

    Attributes
    ----------
    rule : what stands before its tier
    mode, is_mode_locked : what is shown of a result, and whether the reader may change it
    merges_when_idle : whether new studies enter the list by themselves
    verdict_reasons : offered beside a verdict
    watched_folders : looked through for new files
    mouse : what buttons and wheel do on an image
    """

    rule: PriorityRule = PriorityRule()  # noqa: RUF009 - frozen
    mode: ReadingMode = ReadingMode.READER_AID
    is_mode_locked: bool = False
    merges_when_idle: bool = True
    verdict_reasons: tuple[str, ...] = ()
    watched_folders: tuple[Path, ...] = ()
    mouse: MouseHabits = MouseHabits()  # noqa: RUF009 - frozen

    @classmethod
    def from_settings(cls, settings: Settings) -> DeskOptions:
        """Take what the window follows."""
        minutes = settings.maximum_wait_minutes
        wait = math.inf if minutes is None else minutes * 60
        return cls(
            rule=PriorityRule(wait, settings.urgent_priorities),
            mode=settings.reading_mode,
            is_mode_locked=settings.is_reading_mode_locked,
            merges_when_idle=settings.merges_arrivals_when_idle,
            verdict_reasons=settings.verdict_reasons,
            watched_folders=settings.watched_folders,
            mouse=MouseHabits(
                Tool(settings.right_button), Tool(settings.middle_button), Tool(settings.wheel)
            ),
        )


def _note_nowhere(_names: Iterable[str]) -> None:
    """Forget it: there is no audit trail."""


@dataclass(slots=True)
class Preferences:
    """The settings of this session and the file that they are written to.

    Attributes
    ----------
    settings : as they hold now
    path : of the file; None keeps changes for this session only
    note : told the names of what was changed
    """

    settings: Settings
    path: Path | None = None
    note: Callable[[Iterable[str]], None] = _note_nowhere

    def change(
        self,
        changes: dict[str, object],
        save: Callable[[dict[str, object], Path], Settings] = save_settings,
    ) -> Settings:
        """Write some settings.

        Raises
        ------
        TriageError
            where one is refused or the file cannot be written
        """
        if self.path is not None:
            self.settings = save(changes, self.path)
        else:
            told = {name: value for name, value in changes.items() if value is not None}
            kept = self.settings.model_dump(exclude=set(changes))
            self.settings = Settings.model_validate({**kept, **told})
        self.note(changes)
        return self.settings
