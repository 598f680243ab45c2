"""Sizes and columns as a user left them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtGui import QAction

__all__ = ["LayoutMemory"]


class LayoutMemory:
    """Keeps states of widgets between sessions.

    Parameters
    ----------
    settings : where; None keeps nothing
    states : by name, what gives a state and what takes it
    choices : by name, what is switched on or off
    """

    def __init__(
        self,
        settings: QSettings | None,
        states: Mapping[str, tuple[Callable[[], QByteArray], Callable[[QByteArray], object]]],
        choices: Mapping[str, QAction],
    ) -> None:
        self._settings = settings
        self._states = states
        self._choices = choices

    def restore(self) -> None:
        """Bring back what was kept."""
        if self._settings is not None:
            for name, action in self._choices.items():
                action.setChecked(bool(self._settings.value(name, action.isChecked(), bool)))
            for name, (_, take) in self._states.items():
                state = self._settings.value(name)
                if isinstance(state, QByteArray):
                    take(state)

    def save(self) -> None:
        """Keep what there is now."""
        if self._settings is not None:
            for name, action in self._choices.items():
                self._settings.setValue(name, action.isChecked())
            for name, (give, _) in self._states.items():
                self._settings.setValue(name, give())
