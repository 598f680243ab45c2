"""What the viewer asks for beyond the image of the study: frames, strip, priors, own window."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QObject, QSettings, QSignalBlocker, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QSplitter

from triage_app.ui.actions import Command
from triage_app.ui.comparing import Comparing
from triage_app.ui.inspecting import Inspecting
from triage_app.ui.reading import Reading
from triage_app.ui.services import Services, StudyImages
from triage_app.ui.viewer.loading import LoadedImage, Thumbnail, load_thumbnail
from triage_app.ui.viewer.pane import Pane
from triage_app.ui.viewer.panel import ViewerPanel
from triage_app.ui.viewer_window import ViewerWindow
from triage_app.ui.workers import Lane, LatestRequest, Workers
from triage_app.worklist.records import InstanceRow

__all__ = ["Viewing"]

_IS_DETACHED = "viewer/is_detached"


class Viewing(QObject):
    """Leads what is asked of the viewer to those who answer.

    Parameters
    ----------
    home : where the viewer stands while it is not detached
    settings : where it is kept whether it is; None keeps nothing
    """

    failed = Signal(str)
    """A sentence for people."""

    def __init__(
        self,
        services: Services,
        workers: Workers,
        reading: Reading,
        panel: ViewerPanel,
        actions: Mapping[Command, QAction],
        home: QSplitter,
        settings: QSettings | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._services, self._workers, self._reading = services, workers, reading
        self._panel, self._actions, self._home = panel, actions, home
        self._settings = settings
        self._home_sizes: list[int] = []
        self.window: ViewerWindow | None = None
        self.comparing = Comparing(services, workers, reading, panel, actions, self)
        self.inspecting = Inspecting(services, workers, panel, actions, self)
        self._frames = {pane: LatestRequest(workers, Lane.IMAGES) for pane in self._panes()}
        self._strip_of = 0
        for pane in self._panes():
            pane.frame_wanted.connect(partial(self._ask_frame, pane))
        reading.study_asked.connect(self._clear_strip)
        reading.study_loaded.connect(self._fill_strip)
        panel.strip.image_chosen.connect(reading.show_image)
        panel.strip.thumbnails_wanted.connect(self._ask_thumbnails)
        for part in (self.comparing, self.inspecting):
            part.failed.connect(self.failed)
        actions[Command.DETACH_VIEWER].toggled.connect(self._set_detached)
        actions[Command.FULL_SCREEN].toggled.connect(self._set_full_screen)

    def restore(self) -> None:
        """Detach the viewer if it was detached in the session before."""
        if self._settings is not None and self._settings.value(_IS_DETACHED, False, bool):
            self._actions[Command.DETACH_VIEWER].setChecked(True)

    def close(self) -> None:
        """Keep whether the viewer is detached, and close its window."""
        if self._settings is not None:
            self._settings.setValue(_IS_DETACHED, self.window is not None)
        if self.window is not None:
            with QSignalBlocker(self._actions[Command.DETACH_VIEWER]):
                self._attach()

    def _panes(self) -> tuple[Pane, Pane]:
        return self._panel.main, self._panel.beside

    # Frames

    def _ask_frame(self, pane: Pane, number: int) -> None:
        instance = pane.instance
        if instance is None:
            return
        self._frames[pane].ask(
            partial(self._services.load_image, instance, number),
            on_done=partial(self._take_frame, pane),
            on_error=lambda sentence: self._take_frame(
                pane, LoadedImage(instance, None, problem=sentence)
            ),
        )

    def _take_frame(self, pane: Pane, image: LoadedImage) -> None:
        if pane.instance is image.instance:  # the reader may have moved on
            self._panel.show_image(image, is_beside=pane is self._panel.beside)

    # Strip

    def _clear_strip(self) -> None:
        self._strip_of += 1
        self._panel.show_strip((), 0)

    def _fill_strip(self, study: StudyImages) -> None:
        self._strip_of += 1
        self._panel.show_strip(study.instances, self._reading.image_number)

    def _ask_thumbnails(self, numbers: tuple[int, ...]) -> None:
        study = self._reading.study
        if study is None:
            return
        for number in numbers:
            if number < len(study.instances):
                self._workers.submit(
                    Lane.THUMBNAILS,
                    partial(self._load_thumbnail, study.instances[number], self._strip_of),
                    on_done=partial(self._take_thumbnail, number, self._strip_of),
                    on_error=self.failed.emit,
                )

    def _load_thumbnail(self, instance: InstanceRow, strip_of: int) -> Thumbnail:
        """Load a picture unless another study has taken the strip meanwhile."""
        return load_thumbnail(instance) if strip_of == self._strip_of else Thumbnail(None)

    def _take_thumbnail(self, number: int, strip_of: int, thumbnail: Thumbnail) -> None:
        if strip_of == self._strip_of:
            self._panel.strip.set_thumbnail(number, thumbnail)

    # A window of its own

    def _set_detached(self, is_detached: bool) -> None:
        if is_detached:
            self._detach()
        else:
            self._attach()

    def _set_full_screen(self, is_full: bool) -> None:
        """Let the images fill their screen as the list fills its own."""
        if self.window is not None and is_full:
            self.window.showFullScreen()
        elif self.window is not None:
            self.window.showNormal()

    def _detach(self) -> None:
        if self.window is not None:
            return
        self._home_sizes = self._home.sizes()
        screen = self._home.screen()
        self.window = ViewerWindow(self._actions.values(), self._settings)
        self.window.closed.connect(lambda: self._actions[Command.DETACH_VIEWER].setChecked(False))
        self.window.take(self._panel, screen)
        self._panel.active.view.setFocus()

    def _attach(self) -> None:
        window, self.window = self.window, None
        if window is None:
            return
        window.save_place()
        self._home.addWidget(self._panel)
        self._panel.show()
        if self._home_sizes:
            self._home.setSizes(self._home_sizes)
        window.closed.disconnect()
        window.close()
        window.deleteLater()
        if self._home.isVisible():  # else the keys would go to no window
            self._home.activateWindow()
            self._panel.active.view.setFocus()
