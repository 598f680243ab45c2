"""Help wherever the reader is: the page of the guide that fits, and the sheet of keys."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from triage_app.ui.actions import Command
from triage_app.ui.help_pages import page_for
from triage_app.ui.help_window import HelpWindow
from triage_app.ui.key_map import KeyMap
from triage_app.ui.key_sheet import KeySheet

__all__ = ["HelpDesk"]


class HelpDesk(QObject):
    """Answers the commands of help, in every dialog too.

    Parameters
    ----------
    home : the window; the guide closes with it
    keys : as the reader has them
    """

    def __init__(self, home: QWidget, actions: Mapping[Command, QAction], keys: KeyMap) -> None:
        super().__init__(home)
        self._home, self._keys = home, keys
        self._actions = [actions[Command.HELP], actions[Command.KEYS]]
        self.guide: HelpWindow | None = None
        actions[Command.HELP].triggered.connect(lambda _=False: self.open_guide())
        actions[Command.KEYS].triggered.connect(lambda _=False: self.open_keys())
        application = QGuiApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._serve_dialog)

    def open_guide(self) -> None:
        """Show the page that fits where the reader is; in the guide itself, the sheet of keys."""
        active = QApplication.activeWindow()
        if isinstance(active, HelpWindow):
            self.open_keys(active)
            return
        page = page_for(QApplication.focusWidget() or active)
        dialog = QApplication.activeModalWidget()
        (self._the_guide() if dialog is None else self._guide_over(dialog)).show_page(page)

    def open_keys(self, over: QWidget | None = None) -> None:
        """Show every command with its keys, over a window, else over the one that is active."""
        KeySheet(self._keys.keys, over or QApplication.activeWindow() or self._home).open()

    def _serve_dialog(self, _before: QWidget | None, now: QWidget | None) -> None:
        """Let a dialog have the keys of help, since it holds back those of the window."""
        dialog = now.window() if now is not None else None
        if isinstance(dialog, QDialog) and self._actions[0] not in dialog.actions():
            dialog.addActions(self._actions)

    def _the_guide(self) -> HelpWindow:
        if self.guide is None:
            self.guide = self._make_guide(self._home)
        return self.guide

    def _guide_over(self, dialog: QWidget) -> HelpWindow:
        """Give a guide of a dialog's own, since it blocks every other window."""
        guide = self._make_guide(dialog)
        guide.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return guide

    def _make_guide(self, parent: QWidget) -> HelpWindow:
        guide = HelpWindow(parent)
        guide.keys_wanted.connect(partial(self.open_keys, guide))
        return guide
