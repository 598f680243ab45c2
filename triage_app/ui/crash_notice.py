"""Carries the sentence about an unforeseen error to the window, from whatever thread met it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal

__all__ = ["CrashNotice"]


class CrashNotice(QObject):
    """Shows sentences in the window's thread; `tell` may be called from any.

    Parameters
    ----------
    parent : lives as long as it
    show : shows a sentence
    """

    _told = Signal(str)

    def __init__(self, parent: QObject, show: Callable[[str], None]) -> None:
        super().__init__(parent)
        self._show = show
        # Queued always: an error met while painting must not change what is being painted.
        self._told.connect(self._pass_on, Qt.ConnectionType.QueuedConnection)

    def tell(self, sentence: str) -> None:
        """Show a sentence soon."""
        self._told.emit(sentence)

    def _pass_on(self, sentence: str) -> None:
        self._show(sentence)
