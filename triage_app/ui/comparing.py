"""The image beside the one that is read: another of the study, or one of a prior study."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import partial

from PySide6.QtCore import QObject, QSignalBlocker, Signal
from PySide6.QtGui import QAction

from triage_app.ui.actions import Command
from triage_app.ui.prior_wording import comparison_cautions, comparison_text, prior_caption
from triage_app.ui.reading import Reading
from triage_app.ui.services import Services, StudyImages
from triage_app.ui.viewer.loading import LoadedImage
from triage_app.ui.viewer.panel import ViewerPanel
from triage_app.ui.workers import Lane, LatestRequest, Workers
from triage_app.worklist.priors import PriorStudy
from triage_app.worklist.records import InstanceRow

__all__ = ["Comparing"]


class _Beside(StrEnum):
    """What stands beside."""

    NOTHING = "nothing"
    SAME_STUDY = "same study"
    PRIOR = "prior"


class Comparing(QObject):
    """Fills the second pane of the viewer as the reader asks."""

    failed = Signal(str)
    """A sentence for people."""
    compared = Signal()
    """An image, or the reason why there is none, stands beside."""
    priors_found = Signal(int)
    """How many priors the study in front of the reader has."""

    def __init__(
        self,
        services: Services,
        workers: Workers,
        reading: Reading,
        panel: ViewerPanel,
        actions: Mapping[Command, QAction],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._services, self._reading, self._panel = services, reading, panel
        self._actions = actions
        self._searches = LatestRequest(workers, Lane.DATABASE)
        self._studies = LatestRequest(workers, Lane.DATABASE)
        self._images = LatestRequest(workers, Lane.IMAGES)
        self._kind = _Beside.NOTHING
        self._wants_prior = False
        self._study_key = ""
        self._priors: tuple[PriorStudy, ...] = ()
        self._prior = 0
        self._beside: StudyImages | None = None
        self._image = 0
        reading.study_asked.connect(self._forget)
        reading.study_loaded.connect(self._note_study)
        panel.beside_step_wanted.connect(self.step)
        actions[Command.SIDE_BY_SIDE].triggered.connect(self._toggle_same_study)
        actions[Command.PRIOR].triggered.connect(self._toggle_prior)
        actions[Command.NEXT_PRIOR].triggered.connect(
            lambda _=False: self.show_prior(self._prior + 1)
        )
        self._refresh_actions()

    @property
    def priors(self) -> tuple[PriorStudy, ...]:
        """Of the study in front of the reader, the newest first."""
        return self._priors

    def show_prior(self, number: int) -> None:
        """Show a prior study beside; past the last comes the first again."""
        if not self._priors:
            return
        self._kind, self._prior = _Beside.PRIOR, number % len(self._priors)
        prior = self._priors[self._prior]
        self._beside = None
        self._images.forget()
        self._panel.set_beside_shown(True)
        self._panel.beside.show_nothing(self.tr("Loading …"))
        self._describe_prior(prior)
        self._studies.ask(
            partial(self._services.open_study, prior.row.study_key),
            on_done=self._take_prior,
            on_error=self.failed.emit,
        )
        self._refresh_actions()

    def step(self, places: int) -> None:
        """Show the image that many places further beside, stopping at the ends."""
        study = self._reading.study if self._kind is _Beside.SAME_STUDY else self._beside
        if study is None or not study.instances:
            return
        wanted = min(max(self._image + places, 0), len(study.instances) - 1)
        if wanted != self._image:
            self._show(study, wanted)

    def close(self) -> None:
        """Show the first image alone."""
        self._kind, self._beside = _Beside.NOTHING, None
        self._studies.forget()
        self._images.forget()
        self._panel.set_beside_shown(False)
        self._refresh_actions()

    def _toggle_same_study(self, is_on: bool) -> None:
        study = self._reading.study
        self._wants_prior = False
        if not is_on or study is None or len(study.instances) < 2:
            self.close()
            return
        self._kind, self._beside = _Beside.SAME_STUDY, None
        self._studies.forget()
        self._panel.set_beside_shown(True)
        self._panel.show_comparison("", "")
        here = self._reading.image_number
        self._show(study, here + 1 if here + 1 < len(study.instances) else here - 1)
        self._refresh_actions()

    def _toggle_prior(self, is_on: bool) -> None:
        self._wants_prior = is_on
        if is_on:
            self.show_prior(0)
        else:
            self.close()

    def _forget(self) -> None:
        self._study_key, self._priors = "", ()
        self._searches.forget()
        self.close()

    def _note_study(self, study: StudyImages) -> None:
        if study.row.study_key == self._study_key:  # its outcomes were read again
            if self._kind is _Beside.PRIOR and self._priors:
                self._describe_prior(self._priors[self._prior])
            return
        self._study_key = study.row.study_key
        self._searches.ask(
            partial(self._services.find_priors, study.row.study_key),
            on_done=self._take_priors,
            on_error=self.failed.emit,
        )
        self._refresh_actions()

    def _take_priors(self, priors: tuple[PriorStudy, ...]) -> None:
        self._priors, self._prior = priors, 0
        self._refresh_actions()
        if self._wants_prior and self._kind is _Beside.NOTHING:
            self.show_prior(0)
        self.priors_found.emit(len(priors))

    def _take_prior(self, study: StudyImages | None) -> None:
        self._beside = study
        if study is None:
            return
        if not study.instances:
            self._panel.beside.show_nothing(self.tr("This study holds no image."))
            self.compared.emit()
            return
        self._show(study, _alike(study, self._panel.main.instance))

    def _show(self, study: StudyImages, number: int) -> None:
        self._image = number
        pane, instance = self._panel.beside, study.instances[number]
        pane.show_waiting(instance)
        is_prior = self._kind is _Beside.PRIOR
        pane.show_caption(prior_caption(self._priors[self._prior]) if is_prior else "")
        pane.show_place(number + 1, len(study.instances))
        self._images.ask(
            partial(self._services.load_image, instance),
            on_done=self._take_image,
            on_error=lambda sentence: self._take_image(
                LoadedImage(instance, None, problem=sentence)
            ),
        )

    def _take_image(self, image: LoadedImage) -> None:
        self._panel.show_image(image, is_beside=True)
        self.compared.emit()

    def _describe_prior(self, prior: PriorStudy) -> None:
        study, model = self._reading.study, self._services.model
        if study is None:
            return
        number, total = self._prior + 1, len(self._priors)
        cautions = comparison_cautions(study.row, prior, model.title if model else "")
        self._panel.show_comparison(
            comparison_text(study.row, prior, number, total), "\n".join(cautions)
        )

    def _refresh_actions(self) -> None:
        study, actions = self._reading.study, self._actions
        has_several = study is not None and len(study.instances) > 1
        actions[Command.SIDE_BY_SIDE].setEnabled(has_several)
        actions[Command.PRIOR].setEnabled(bool(self._priors))
        actions[Command.NEXT_PRIOR].setEnabled(len(self._priors) > 1)
        for command, kind in (
            (Command.SIDE_BY_SIDE, _Beside.SAME_STUDY),
            (Command.PRIOR, _Beside.PRIOR),
        ):
            with QSignalBlocker(actions[command]):
                actions[command].setChecked(self._kind is kind)
        is_beside = self._kind is not _Beside.NOTHING
        for command in (Command.LINK_ZOOM, Command.LINK_WINDOW):
            actions[command].setEnabled(is_beside)


def _alike(study: StudyImages, current: InstanceRow | None) -> int:
    """Give the image of a study that shows the same view as the current one, else the first."""
    wanted = current.facts.image.view_position if current else ""
    for number, instance in enumerate(study.instances):
        if wanted and instance.facts.image.view_position == wanted:
            return number
    return 0
