"""The study in front of the reader: fetched, shown, gone through image by image."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from triage_app.ui.services import Services, StudyImages
from triage_app.ui.viewer.loading import LoadedImage
from triage_app.ui.workers import Lane, LatestRequest, Workers
from triage_app.worklist.records import InstanceRow

__all__ = ["Reading"]

_PASSING_BY_MILLISECONDS = 150
"""Of studies that follow each other more quickly only the one the reader stays at is fetched."""


class Reading(QObject):
    """Holds which study and which of its images is in front of the reader."""

    study_asked = Signal()
    """The reader has moved on; what was shown before must not be taken for the new study."""
    study_loaded = Signal(object)
    """A `StudyImages`."""
    image_asked = Signal(object)
    """An `InstanceRow` whose image is on its way."""
    image_loaded = Signal(object)
    """A `LoadedImage`, with an image or with the reason why there is none."""
    failed = Signal(str)
    """A sentence for people."""

    def __init__(self, services: Services, workers: Workers, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._studies = LatestRequest(workers, Lane.DATABASE)
        self._images = LatestRequest(workers, Lane.IMAGES)
        self._study: StudyImages | None = None
        self._study_key = ""
        self._is_fetched = False
        self._image = 0
        self._passing_by = QTimer(self)
        self._passing_by.setSingleShot(True)
        self._passing_by.setInterval(_PASSING_BY_MILLISECONDS)
        self._passing_by.timeout.connect(self._fetch_missing_study)

    @property
    def study(self) -> StudyImages | None:
        """The study in front of the reader; None while none is, or it is on its way."""
        return self._study

    @property
    def study_key(self) -> str:
        """Key of the study that was asked for last."""
        return self._study_key

    @property
    def image_number(self) -> int:
        """Index of the image in `study.instances`."""
        return self._image

    def open_study(self, study_key: str) -> None:
        """Bring a study in front of the reader."""
        self._study_key, self._study, self._image = study_key, None, 0
        self._studies.forget()
        self._images.forget()
        self.study_asked.emit()
        self._is_fetched = False
        is_passing_by = self._passing_by.isActive()
        self._passing_by.start()
        if not is_passing_by:
            self._fetch_study()

    def reload_result(self) -> None:
        """Read the study's outcomes again, such as after more of its images were scored."""
        if self._study is not None:
            self._studies.ask(
                partial(self._services.read_study, self._study_key),
                on_done=self._take_result,
                on_error=self.failed.emit,
            )

    def show_image(self, number: int) -> None:
        """Show an image of the study."""
        if self._study is None or not 0 <= number < len(self._study.instances):
            return
        self._image = number
        self._ask_image(self._study.instances[number])

    def step_image(self, places: int) -> None:
        """Show the image that many places further, stopping at the ends."""
        if self._study is not None and self._study.instances:
            wanted = min(max(self._image + places, 0), len(self._study.instances) - 1)
            if wanted != self._image:
                self.show_image(wanted)

    def _fetch_missing_study(self) -> None:
        if not self._is_fetched:
            self._fetch_study()

    def _fetch_study(self) -> None:
        self._is_fetched = True
        self._studies.ask(
            partial(self._services.open_study, self._study_key),
            on_done=self._take_study,
            on_error=self.failed.emit,
        )

    def _take_study(self, study: StudyImages | None) -> None:
        if study is None:
            return
        self._study = study
        self.study_loaded.emit(study)
        self.show_image(0)

    def _take_result(self, study: StudyImages | None) -> None:
        """Take new outcomes; the image stays unless its own outcome is another now."""
        if study is None:
            return
        before = self._shown()
        self._study = study
        places = [instance.facts.path for instance in study.instances]
        if before is None or before.facts.path not in places:
            self.study_loaded.emit(study)
            self.show_image(0)
            return
        self._image = places.index(before.facts.path)
        self.study_loaded.emit(study)
        if study.instances[self._image].outcome != before.outcome:
            self._ask_image(study.instances[self._image])

    def _shown(self) -> InstanceRow | None:
        study = self._study
        return study.instances[self._image] if study and study.instances else None

    def _ask_image(self, instance: InstanceRow) -> None:
        self.image_asked.emit(instance)
        self._images.ask(
            partial(self._services.load_image, instance),
            on_done=self.image_loaded.emit,
            on_error=partial(self._take_failure, instance),
        )

    def _take_failure(self, instance: InstanceRow, sentence: str) -> None:
        """Put what nobody foresaw in the image's place too."""
        self.image_loaded.emit(LoadedImage(instance, None, problem=sentence))
