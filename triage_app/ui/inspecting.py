"""What is behind an image: its header, the model's input, the model's card, a picture to keep."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from PySide6.QtCore import QByteArray, QObject, QSaveFile, Signal
from PySide6.QtGui import QAction, QImage, QImageWriter
from PySide6.QtWidgets import QFileDialog

from triage_app.imaging.header import read_instance
from triage_app.imaging.header_listing import HeaderLine, list_header
from triage_app.imaging.source import source_from_path
from triage_app.ui.actions import Command
from triage_app.ui.header_browser import HeaderBrowser
from triage_app.ui.model_card_page import ModelCardPage
from triage_app.ui.services import Services
from triage_app.ui.viewer.loading import ModelInput
from triage_app.ui.viewer.model_input import ModelInputDialog
from triage_app.ui.viewer.panel import ViewerPanel
from triage_app.ui.workers import Lane, LatestRequest, Workers

__all__ = ["Inspecting", "save_picture"]


class Inspecting(QObject):
    """Opens what explains the active image, and lets it follow when another image comes."""

    failed = Signal(str)
    """A sentence for people."""
    header_shown = Signal()
    model_input_shown = Signal()

    def __init__(
        self,
        services: Services,
        workers: Workers,
        panel: ViewerPanel,
        actions: Mapping[Command, QAction],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._services, self._panel, self._actions = services, panel, actions
        self._headers = LatestRequest(workers, Lane.THUMBNAILS)
        self._inputs = LatestRequest(workers, Lane.IMAGES)
        self.browser: HeaderBrowser | None = None
        self.model_input: ModelInputDialog | None = None
        actions[Command.HEADER].triggered.connect(lambda _=False: self.open_header())
        actions[Command.MODEL_INPUT].triggered.connect(lambda _=False: self.open_model_input())
        actions[Command.MODEL_CARD].triggered.connect(lambda _=False: self.open_model_card())
        actions[Command.MODEL_CARD].setEnabled(services.card is not None)
        actions[Command.EXPORT_PICTURE].triggered.connect(lambda _=False: self.export_picture())
        for pane in (panel.main, panel.beside):
            pane.changed.connect(self._follow)
        self._follow()

    def open_header(self) -> None:
        """Show the header of the active image."""
        if self.browser is None:
            self.browser = HeaderBrowser(self._panel.window())
            self.browser.destroyed.connect(self._forget_browser)
        self._fill_header()
        self.browser.show()
        self.browser.activateWindow()
        self.browser.search.setFocus()

    def open_model_input(self) -> None:
        """Show the active image as the model got it."""
        if self.model_input is None:
            self.model_input = ModelInputDialog(self._panel.window())
            self.model_input.destroyed.connect(self._forget_model_input)
        self._fill_model_input()
        self.model_input.show()
        self.model_input.activateWindow()

    def open_model_card(self) -> None:
        """Show what the model is, in words."""
        if self._services.card is not None:
            ModelCardPage(self._services.card, self._panel.window()).open()

    def export_picture(self) -> None:
        """Ask where to, and keep the active image with its marks as PNG."""
        pane = self._panel.active
        if not pane.has_frame or pane.instance is None:
            return
        picture = pane.view.to_picture()
        when = pane.instance.facts.study.study_date
        name = f"radiograph-{when.isoformat()}.png" if when else "radiograph.png"
        chosen, _ = QFileDialog.getSaveFileName(
            self._panel.window(),
            self.tr("Save as picture - it shows what the marks show, the patient's name too"),
            name,
            self.tr("PNG pictures (*.png)"),
        )
        if chosen:
            problem = save_picture(picture, Path(chosen))
            if problem:
                self.failed.emit(problem)

    def _follow(self) -> None:
        pane = self._panel.active
        has_model = self._services.card is not None
        self._actions[Command.MODEL_INPUT].setEnabled(has_model and pane.has_frame)
        if self.browser is not None:
            self._fill_header()
        if self.model_input is not None:
            self._fill_model_input()

    def _fill_header(self) -> None:
        browser, instance = self.browser, self._panel.active.instance
        self._headers.forget()
        if browser is None:
            return
        if instance is None or not instance.facts.path:
            browser.show_sentence("", self.tr("No image is shown."))
            return
        path = instance.facts.path
        browser.show_sentence(path, self.tr("Loading …"))
        self._headers.ask(
            partial(_read_header, path),
            on_done=partial(self._take_header, path),
            on_error=partial(self._take_header_problem, path),
        )

    def _take_header(self, path: str, lines: tuple[HeaderLine, ...]) -> None:
        if self.browser is not None:
            self.browser.show_header(path, lines)
            self.header_shown.emit()

    def _take_header_problem(self, path: str, sentence: str) -> None:
        if self.browser is not None:
            self.browser.show_sentence(path, sentence)
            self.header_shown.emit()

    def _fill_model_input(self) -> None:
        dialog, pane = self.model_input, self._panel.active
        self._inputs.forget()
        if dialog is None:
            return
        if pane.instance is None or not pane.has_frame:
            dialog.show_sentence(self.tr("No image is shown."))
            return
        dialog.show_waiting()
        self._inputs.ask(
            partial(self._services.load_model_input, pane.instance),
            on_done=self._take_model_input,
            on_error=self._take_model_input_problem,
        )

    def _take_model_input(self, shown: ModelInput) -> None:
        if self.model_input is not None:
            pane = self._panel.active
            has_heat = pane.has_heat and self._panel.is_heat_allowed
            self.model_input.show_input(shown, has_heat=has_heat)
            self.model_input_shown.emit()

    def _take_model_input_problem(self, sentence: str) -> None:
        if self.model_input is not None:
            self.model_input.show_sentence(sentence)
            self.model_input_shown.emit()

    def _forget_browser(self) -> None:
        self.browser = None

    def _forget_model_input(self) -> None:
        self.model_input = None


def _read_header(path: str) -> tuple[HeaderLine, ...]:
    return list_header(read_instance(source_from_path(path)).header)


def save_picture(picture: QImage, path: Path) -> str:
    """Write a picture as PNG, whole or not at all.

    Returns
    -------
    str
        a sentence for people where it could not be written; else empty
    """
    path = path if path.suffix else path.with_suffix(".png")
    file = QSaveFile(str(path))
    reason = ""
    if file.open(QSaveFile.OpenModeFlag.WriteOnly):
        writer = QImageWriter(file, QByteArray(b"png"))
        writer.setText("Description", "Research use only. Not a medical device.")
        if writer.write(picture) and file.commit():
            return ""
        reason = writer.errorString()
    reason = file.errorString() or reason
    return f"{path}: the picture cannot be written ({reason}); choose another folder."
