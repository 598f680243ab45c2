"""The images in a window of their own, on the second screen where there is one."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QByteArray, QSettings, Signal
from PySide6.QtGui import QAction, QCloseEvent, QGuiApplication, QScreen
from PySide6.QtWidgets import QVBoxLayout, QWidget

__all__ = ["ViewerWindow"]

_GEOMETRY = "viewer/geometry"


class ViewerWindow(QWidget):
    """Holds the viewer while it is detached; every key of the main window works here too.

    Parameters
    ----------
    actions : of the main window
    settings : where its place is kept; None keeps nothing
    """

    closed = Signal()
    """The reader has closed it; the viewer goes back."""

    def __init__(self, actions: Iterable[QAction], settings: QSettings | None) -> None:
        super().__init__()
        self._settings = settings
        self.setWindowTitle(self.tr("Images - research use only, not a medical device"))
        self.setWindowIcon(QGuiApplication.windowIcon())
        self.addActions(list(actions))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)

    def take(self, viewer: QWidget, beside: QScreen) -> None:
        """Show the viewer, where it was last, else on another screen than the given one."""
        self.layout().addWidget(viewer)  # type: ignore[union-attr]
        viewer.show()
        state = self._settings.value(_GEOMETRY) if self._settings is not None else None
        if not (isinstance(state, QByteArray) and self.restoreGeometry(state)):
            others = [screen for screen in QGuiApplication.screens() if screen is not beside]
            screen = others[0] if others else beside
            self.setGeometry(screen.availableGeometry())
        self.show()

    def save_place(self) -> None:
        """Keep where it stands."""
        if self._settings is not None:
            self._settings.setValue(_GEOMETRY, self.saveGeometry())

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Keep the place and give the viewer back."""
        self.save_place()
        self.closed.emit()
        super().closeEvent(event)
