"""The reading desk: statuses, verdicts, modes, pages and dialogs, led to those who answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, QSignalBlocker, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QLabel, QWidget

from triage_app.results.study_list import write_study_list
from triage_app.settings import ReadingMode
from triage_app.ui.actions import Command
from triage_app.ui.desk_options import DeskOptions, Preferences
from triage_app.ui.key_editor import KeyEditor
from triage_app.ui.key_map import KeyMap
from triage_app.ui.marking import Marking
from triage_app.ui.network_desk import NetworkDesk
from triage_app.ui.reading import Reading
from triage_app.ui.result_page import write_result_page
from triage_app.ui.services import Services, StudyImages
from triage_app.ui.settings_dialog import SettingsDialog
from triage_app.ui.statistics_page import StatisticsPage
from triage_app.ui.verdict_bar import VerdictBar
from triage_app.ui.workers import Lane, Workers
from triage_app.ui.worklist.feed import WorklistFeed
from triage_app.ui.worklist.model import Column
from triage_app.ui.worklist.view import WorklistView
from triage_app.worklist.records import Feedback, ReadingStatus

__all__ = ["STATUS_COMMANDS", "Desk"]

STATUS_COMMANDS = {
    Command.MARK_UNREAD: ReadingStatus.UNREAD,
    Command.MARK_IN_PROGRESS: ReadingStatus.IN_PROGRESS,
    Command.MARK_REVIEWED: ReadingStatus.REVIEWED,
    Command.MARK_DICTATED: ReadingStatus.DICTATED,
    Command.MARK_VALIDATED: ReadingStatus.VALIDATED,
    Command.MARK_CANCELLED: ReadingStatus.CANCELLED,
}
_OF_RESULT = (Command.RESULT_PAGE, Command.PRINT_RESULT)


class Desk(QObject):
    """Stands between the reader's commands and the worklist.

    Parameters
    ----------
    options : of the site
    preferences : behind the settings dialog; None where there is nothing to set
    saved : where keys are kept between sessions; None keeps nothing
    home : parent of dialogs
    """

    failed = Signal(str)
    """A sentence for people."""
    told = Signal(str)
    """What was done, in few words."""
    model_changed = Signal()
    """The results of another model are shown from now on."""
    mouse_changed = Signal(object)
    """The `MouseHabits` from now on."""
    folders_changed = Signal(object)
    """A tuple of the folders to watch."""

    def __init__(
        self,
        services: Services,
        workers: Workers,
        reading: Reading,
        feed: WorklistFeed,
        list_view: WorklistView,
        actions: Mapping[Command, QAction],
        *,
        options: DeskOptions,
        preferences: Preferences | None,
        saved: QSettings | None,
        home: QWidget,
    ) -> None:
        super().__init__(home)
        self._services, self._workers, self._reading = services, workers, reading
        self._feed, self._list_view, self._actions = feed, list_view, actions
        self._preferences, self._home = preferences, home
        self._may_begin_reading = False
        self.options = options
        self.marking = Marking(services, workers, self)
        self.verdict_bar = VerdictBar(actions, options.verdict_reasons)
        self.mode_label = QLabel()
        self.mode_label.setObjectName("ReadingMode")
        self.keys = KeyMap(saved)
        self.keys.apply_to(actions)
        self.network = NetworkDesk(
            services.network, workers, actions, preferences=preferences, home=home
        )
        self._connect()
        self._apply_mode(options.mode)
        self.show_no_study()

    def begin_study(self) -> None:
        """Let the chosen study be begun once its image is shown."""
        self._may_begin_reading = True

    def note_image_shown(self) -> None:
        """Note that an unread study is being read."""
        study = self._reading.study
        if self._may_begin_reading and study:
            self._may_begin_reading = False
            if study.row.reading_status.is_open:
                self.marking.begin(study.row.study_key)

    def show_no_study(self) -> None:
        """Show that there is nothing to mark."""
        for command in (*STATUS_COMMANDS, *_OF_RESULT, Command.NOTE):
            self._actions[command].setEnabled(False)
        self.verdict_bar.show_nothing()

    def show_study_asked(self) -> None:
        """Let statuses be set; verdicts wait until the result is here."""
        for command in STATUS_COMMANDS:
            self._actions[command].setEnabled(True)
        self.verdict_bar.show_nothing()

    def show_study(self, study: StudyImages) -> None:
        """Show what the reader said of the study's result."""
        if self._services.model is not None:
            self.verdict_bar.show_feedback(study.feedback)
            self._actions[Command.NOTE].setEnabled(True)
        for command in _OF_RESULT:
            self._actions[command].setEnabled(True)

    def apply(self, options: DeskOptions) -> None:
        """Follow other settings from now on."""
        before, self.options = self.options, options
        self._feed.merges_when_idle = options.merges_when_idle
        if options.rule != before.rule:
            self._list_view.show_rule(options.rule)
            self._feed.set_rule(options.rule)
        if options.mouse != before.mouse:
            self.mouse_changed.emit(options.mouse)
        if options.watched_folders != before.watched_folders:
            self.folders_changed.emit(options.watched_folders)
        self.verdict_bar.offer(options.verdict_reasons)
        self.network.follow_settings()
        self._apply_mode(options.mode)

    # Building

    def _connect(self) -> None:
        for command, status in STATUS_COMMANDS.items():
            self._on(command, partial(self._set_status, status))
        self._on(Command.UNDO, self.marking.undo)
        self._on(Command.NOTE, self.verdict_bar.note.setFocus)
        self._on(Command.NEXT_UNREAD, lambda: self._list_view.step_unread(1))
        self._on(Command.PREVIOUS_UNREAD, lambda: self._list_view.step_unread(-1))
        self._on(Command.STATISTICS, self.open_statistics)
        self._on(Command.SETTINGS, self.open_settings)
        self._on(Command.EDIT_KEYS, self.open_keys)
        self._on(Command.EXPORT_LIST, self._ask_for_list)
        self._on(Command.RESULT_PAGE, self._ask_for_page)
        self._on(Command.PRINT_RESULT, self.open_printing)
        self._actions[Command.ARRIVAL_ORDER].triggered.connect(self._list_view.sort_by_arrival)
        self._actions[Command.TRIAGE_ONLY].triggered.connect(self._choose_mode)
        self._actions[Command.SETTINGS].setEnabled(self._preferences is not None)
        self._actions[Command.UNDO].setEnabled(False)
        self._list_view.order_wanted.connect(self._show_order)
        self.marking.changed.connect(self._feed.show_study)
        self.marking.can_undo.connect(self._actions[Command.UNDO].setEnabled)
        self.marking.feedback_read.connect(self._show_feedback)
        self.marking.failed.connect(self.failed)
        self.network.failed.connect(self.failed)
        self.network.scored.connect(self._feed.look)
        self.model_changed.connect(lambda: self.network.follow_settings(is_model_new=True))
        self.verdict_bar.given.connect(self._give)

    def _on(self, command: Command, act: Callable[[], object]) -> None:
        self._actions[command].triggered.connect(lambda _=False: act())

    def _show_order(self) -> None:
        action = self._actions[Command.ARRIVAL_ORDER]
        with QSignalBlocker(action):
            action.setChecked(self._list_view.is_in_arrival_order)

    # Marking

    def _set_status(self, status: ReadingStatus) -> None:
        if self._reading.study_key:
            self._may_begin_reading = False
            self.marking.set_status(self._reading.study_key, status)

    def _give(self, verdict: object, reason: str, note: str) -> None:
        study = self._reading.study
        if study is not None:
            self.marking.give(study.row.study_key, verdict, reason, note)  # type: ignore[arg-type]

    def _show_feedback(self, study_key: str, feedback: Feedback | None) -> None:
        study = self._reading.study
        if study is not None and study.row.study_key == study_key and self._services.model:
            self.verdict_bar.show_feedback(feedback)

    # Modes

    def _choose_mode(self, is_triage_only: bool) -> None:
        self._apply_mode(ReadingMode.TRIAGE_ONLY if is_triage_only else ReadingMode.READER_AID)

    def _apply_mode(self, mode: ReadingMode) -> None:
        is_triage_only = mode is ReadingMode.TRIAGE_ONLY
        is_other = self._services.withholds_scores != is_triage_only
        self._services.withholds_scores = is_triage_only
        self._list_view.withhold(frozenset({Column.SCORE} if is_triage_only else ()))
        action = self._actions[Command.TRIAGE_ONLY]
        with QSignalBlocker(action):
            action.setChecked(is_triage_only)
        action.setEnabled(not self.options.is_mode_locked)
        text = self.tr("Triage only") if is_triage_only else self.tr("Reader aid")
        text = self.tr("{} (locked)").format(text) if self.options.is_mode_locked else text
        self.mode_label.setText(text)
        self.mode_label.setToolTip(
            self.tr("Flags and order are shown; scores and heatmaps are not.")
            if is_triage_only
            else self.tr("Flags, scores and heatmaps are shown.")
        )
        if is_other:
            if self._list_view.is_sorted_by(Column.SCORE):
                self._list_view.sort_by_arrival(False)
            self._feed.refresh()
            if self._reading.study_key:
                self._reading.open_study(self._reading.study_key)

    # Pages and dialogs

    def open_statistics(self) -> None:
        """Show how often readers agree and what is flagged."""
        page = StatisticsPage(self._home)
        page.open()
        self._workers.submit(
            Lane.DATABASE,
            self._services.read_results,
            on_done=page.show_results,
            on_error=self.failed.emit,
        )

    def open_keys(self) -> None:
        """Let the keys be changed."""
        editor = KeyEditor(self.keys, self._home)
        editor.accepted.connect(lambda: self.keys.apply_to(self._actions))
        editor.open()

    def open_settings(self) -> None:
        """Let the settings be changed."""
        if self._preferences is None:
            return
        dialog = SettingsDialog(self._preferences, self._home)
        dialog.network_wanted.connect(self.network.open_network)
        dialog.accepted.connect(lambda: self._take_settings(dialog.model_path))
        dialog.open()

    def _take_settings(self, model_path: Path | None) -> None:
        if self._preferences is None:
            return
        self.apply(DeskOptions.from_settings(self._preferences.settings))
        if model_path is not None:
            self.use_model(model_path)

    def use_model(self, model_path: Path) -> None:
        """Show another model's results; what it has not seen is scored in the background."""
        self._workers.submit(
            Lane.DATABASE,
            partial(self._services.use_model, model_path),
            on_done=lambda _: self.model_changed.emit(),
            on_error=self.failed.emit,
        )

    def open_printing(self) -> None:
        """Let the result of the study be printed."""
        from triage_app.ui.printing import ResultPrintDialog  # noqa: PLC0415 - rarely needed

        study = self._reading.study
        if study is not None:
            ResultPrintDialog(study, self._services.card, self._home).show()

    def _ask_for_list(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self._home, self.tr("Save the list as CSV"), "worklist.csv", "CSV (*.csv)"
        )
        if not name:
            return
        query = self._feed.query

        def write() -> str:
            rows = list(self._services.read_rows(query))
            self._services.audit.exported([row.study_key for row in rows], name)
            return self.tr("{} studies written to {}").format(
                write_study_list(Path(name), rows, self._services.model), name
            )

        self._workers.submit(
            Lane.DATABASE, write, on_done=self.told.emit, on_error=self.failed.emit
        )

    def _ask_for_page(self) -> None:
        study = self._reading.study
        if study is None:
            return
        name, _ = QFileDialog.getSaveFileName(
            self._home, self.tr("Save the result as PDF"), "result.pdf", "PDF (*.pdf)"
        )
        if name and write_result_page(Path(name), study, self._services.card):
            self._services.audit.exported([study.row.study_key], name)
            self.told.emit(self.tr("Result written to {}").format(name))
        elif name:
            self.failed.emit(self.tr("{}: the page could not be written.").format(name))
