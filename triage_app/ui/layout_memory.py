"""Sizes and columns as a user left them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QByteArray, QSettings

__all__ = ["LayoutMemory"]


class LayoutMemory:
    """Keeps states of widgets between sessions.

    Parameters
    ----------
    settings : where; None keeps nothing
    states : by name, what gives a state and what takes it
    """

    def __init__(
        self,
        settings: QSettings | None,
        states: Mapping[str, tuple[Callable[[], QByteArray], Callable[[QByteArray], object]]],
    ) -> None:
        self._settings = settings
        self._states = states

    def restore(self) -> None:
        """Bring back what was kept."""
        if self._settings is not None:
            for name, (_, take) in self._states.items():
                state = self._settings.value(name)
                if isinstance(state, QByteArray):
                    take(state)

    def save(self) -> None:
        """Keep what there is now."""
        if self._settings is not None:
            for name, (give, _) in self._states.items():
                self._settings.setValue(name, give())
