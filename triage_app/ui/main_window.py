"""The window: list and result on one side, the radiograph on the other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QSettings, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QLabel,
    QMainWindow,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from triage_app.ui.actions import Command, make_actions
from triage_app.ui.desk import Desk
from triage_app.ui.desk_options import DeskOptions, Preferences
from triage_app.ui.help_desk import HelpDesk
from triage_app.ui.layout_memory import LayoutMemory
from triage_app.ui.menus import add_menus, add_study_bar
from triage_app.ui.message_bar import MessageBar
from triage_app.ui.progress_line import ProgressLine, progress_text
from triage_app.ui.reading import Reading
from triage_app.ui.scoring import Scoring, ScoringProgress
from triage_app.ui.services import Services, StudyImages
from triage_app.ui.viewer.loading import LoadedImage
from triage_app.ui.viewer.panel import ViewerPanel
from triage_app.ui.viewer.result_panel import ResultPanel
from triage_app.ui.viewing import Viewing
from triage_app.ui.watching import Watching
from triage_app.ui.wording import operating_points_text
from triage_app.ui.workers import Lane, Workers
from triage_app.ui.worklist.feed import WorklistFeed
from triage_app.ui.worklist.filter_bar import FilterBar
from triage_app.ui.worklist.filter_keeping import FilterKeeping
from triage_app.ui.worklist.model import WorklistModel
from triage_app.ui.worklist.saved_filters import SavedFilters
from triage_app.ui.worklist.thumbnails import StudyThumbnails
from triage_app.ui.worklist.view import WorklistView
from triage_app.worklist.records import InstanceRow, StudyFilter

__all__ = ["MainWindow"]

_FIRST_SIZE = QSize(1600, 950)
_TOLD_MILLISECONDS = 8000


class MainWindow(QMainWindow):
    """Puts the parts together and leads what one asks for to the one that answers.

    Parameters
    ----------
    services : what the window works on; closed with it
    settings : where sizes, columns and keys are kept between sessions; None keeps nothing
    options : how the site and the reader want to read
    preferences : behind the settings dialog; None where there is nothing to set
    """

    image_shown = Signal()
    """An image, or the reason why there is none, is in front of the reader."""

    def __init__(
        self,
        services: Services,
        settings: QSettings | None = None,
        parent: QWidget | None = None,
        *,
        options: DeskOptions = DeskOptions(),  # noqa: B008 - frozen
        preferences: Preferences | None = None,
    ) -> None:
        super().__init__(parent)
        self._services = services
        self.setWindowTitle(self.tr("Chest X-ray triage - research use only, not a medical device"))
        self.setAcceptDrops(True)
        self.workers = Workers(self)
        self.actions_by_command = make_actions(self)
        self.model = WorklistModel(self, rule=options.rule)
        self.list_view = WorklistView(self.model, services.thresholds)
        acts = self.actions_by_command
        keep, drop = acts[Command.KEEP_FILTER], acts[Command.DROP_FILTER]
        self.filter_bar = FilterBar(keep, drop)
        self.result_panel = ResultPanel(services.card)
        self.viewer = ViewerPanel(self.actions_by_command)
        self.message_bar = MessageBar()
        self.progress_line = ProgressLine(self.actions_by_command[Command.CANCEL_SCORING])
        self.feed = WorklistFeed(
            services,
            self.workers,
            self.model,
            pages_in_sight=self.list_view.pages_in_sight,
            is_reader_busy=lambda: self.list_view.is_reader_busy,
            rule=options.rule,
            merges_when_idle=options.merges_when_idle,
            parent=self,
        )
        thumbnails = StudyThumbnails(services, self.workers, self.list_view.is_in_sight, self)
        thumbnails.failed.connect(self.message_bar.show_message)
        self.list_view.take_pictures_from(thumbnails)
        self.filter_keeping = FilterKeeping(
            SavedFilters(settings), self.filter_bar, self.feed, keep, drop
        )
        self.scoring = Scoring(services, self.workers, parent=self)
        self.reading = Reading(services, self.workers, self)
        self.watching = Watching(self.workers, self)
        self.desk = Desk(
            services,
            self.workers,
            self.reading,
            self.feed,
            self.list_view,
            self.actions_by_command,
            options=options,
            preferences=preferences,
            saved=settings,
            home=self,
        )
        self._lay_out()
        self.viewing = Viewing(
            services,
            self.workers,
            self.reading,
            self.viewer,
            self.actions_by_command,
            self.splitter,
            settings,
            self,
        )
        add_menus(self, self.actions_by_command, self.viewer.preset_actions)
        add_study_bar(self, self.actions_by_command, self.tr("Studies"))
        self._make_status_bar()
        self._connect_list()
        self._connect_reading()
        self._connect_commands()
        self._connect_desk()
        self.help = HelpDesk(self, self.actions_by_command, self.desk.keys)
        left, columns = self.list_splitter, self.list_view
        self._layout_memory = LayoutMemory(
            settings,
            {
                "window/geometry": (self.saveGeometry, self.restoreGeometry),
                "window/splitter": (self.splitter.saveState, self.splitter.restoreState),
                "window/left_splitter": (left.saveState, left.restoreState),
                "window/list_columns": (columns.save_columns, columns.restore_columns),
            },
            {"window/thumbnails": self.actions_by_command[Command.THUMBNAILS]},
        )
        self._layout_memory.restore()
        self.viewing.restore()
        self.feed.start()
        self.watching.watch(options.watched_folders)
        self.desk.network.follow_settings()
        # The list is read first: the model would compete with it for the start
        self.feed.refreshed.connect(self._verify_model, Qt.ConnectionType.SingleShotConnection)

    # Building

    def _lay_out(self) -> None:
        list_side = QWidget()
        list_layout = QVBoxLayout(list_side)
        list_layout.setContentsMargins(6, 0, 0, 0)
        list_layout.setSpacing(0)
        list_layout.addWidget(self.filter_bar)
        list_layout.addWidget(self.list_view, 1)
        self.list_splitter = QSplitter(Qt.Orientation.Vertical)
        self.list_splitter.addWidget(list_side)
        result_side = QWidget()
        result_layout = QVBoxLayout(result_side)
        result_layout.setContentsMargins(6, 0, 0, 0)
        result_layout.setSpacing(0)
        result_layout.addWidget(self.result_panel, 1)
        result_layout.addWidget(self.desk.verdict_bar)
        self.list_splitter.addWidget(result_side)
        self.list_splitter.setStretchFactor(0, 1)
        self.list_splitter.setSizes([600, 250])
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.addWidget(self.list_splitter)
        self.splitter.addWidget(self.viewer)
        self.splitter.setSizes([860, 740])
        for splitter in (self.splitter, self.list_splitter):
            splitter.setHandleWidth(6)
            splitter.setChildrenCollapsible(False)
        middle = QWidget()
        layout = QVBoxLayout(middle)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.message_bar)
        layout.addWidget(self.splitter, 1)
        self.setCentralWidget(middle)
        self.resize(_FIRST_SIZE)

    def _make_status_bar(self) -> None:
        self.model_label = QLabel()
        self._show_model()
        self.notice_label = QLabel(self.tr("Research use only - not a medical device"))
        self.notice_label.setObjectName("ResearchNotice")
        self.statusBar().setSizeGripEnabled(False)
        self.statusBar().addWidget(self.desk.mode_label)
        self.statusBar().addWidget(self.model_label)
        self.statusBar().addPermanentWidget(self.progress_line)
        self.statusBar().addPermanentWidget(self.desk.network.light)
        self.statusBar().addPermanentWidget(self.notice_label)

    def _show_model(self) -> None:
        model = self._services.model
        self.model_label.setText(
            self.tr("Model {}   Operating point: {}").format(
                model.title, operating_points_text(model.thresholds)
            )
            if model
            else self.tr("No model: studies are listed and shown, not scored")
        )

    def _connect_list(self) -> None:
        self.filter_bar.filter_chosen.connect(self.feed.set_filter)
        self.filter_bar.text_changed.connect(self.feed.set_text)
        self.filter_bar.left_search.connect(self.list_view.setFocus)
        self.filter_bar.merge_wanted.connect(self.feed.refresh)
        self.list_view.order_wanted.connect(self.feed.set_order)
        self.list_view.study_chosen.connect(self._open_study)
        self.list_view.study_opened.connect(self.viewer.view.setFocus)
        self.feed.counts_changed.connect(self.filter_bar.show_counts)
        self.feed.arrivals_counted.connect(self.filter_bar.show_arrivals)
        self.feed.refreshed.connect(self._note_refreshed)
        self.scoring.progressed.connect(self._show_progress)
        self.scoring.ended.connect(self._note_scoring_ended)

    def _connect_reading(self) -> None:
        self.reading.study_asked.connect(self._note_study_asked)
        self.reading.study_loaded.connect(self._show_study)
        self.reading.image_asked.connect(self._show_image_asked)
        self.reading.image_loaded.connect(self._show_image)
        self.result_panel.image_chosen.connect(self.reading.show_image)
        self.viewer.image_step_wanted.connect(self.reading.step_image)

    def _connect_commands(self) -> None:
        reading, view = self.reading, self.list_view
        for command, act in {
            Command.OPEN_FILES: self._ask_for_files,
            Command.OPEN_FOLDER: self._ask_for_folder,
            Command.CANCEL_SCORING: self.scoring.cancel,
            Command.QUIT: self.close,
            Command.SEARCH: self._go_to_search,
            Command.GO_TO_LIST: view.setFocus,
            Command.GO_TO_IMAGE: self.viewer.view.setFocus,
            Command.REFRESH: self.feed.refresh,
            Command.NEXT_TAB: lambda: self.filter_bar.step(1),
            Command.PREVIOUS_TAB: lambda: self.filter_bar.step(-1),
            Command.NEXT_STUDY: lambda: view.step(1),
            Command.PREVIOUS_STUDY: lambda: view.step(-1),
            Command.NEXT_IMAGE: lambda: reading.step_image(1),
            Command.PREVIOUS_IMAGE: lambda: reading.step_image(-1),
        }.items():
            self.actions_by_command[command].triggered.connect(lambda _=False, act=act: act())
        self.actions_by_command[Command.THUMBNAILS].toggled.connect(view.set_pictures_shown)
        self.actions_by_command[Command.FULL_SCREEN].toggled.connect(self._set_full_screen)
        self.actions_by_command[Command.CANCEL_SCORING].setEnabled(False)

    def _connect_desk(self) -> None:
        desk = self.desk
        for part in (desk, self.feed, self.reading, self.scoring, self.viewing, self.watching):
            part.failed.connect(self.message_bar.show_message)
        desk.told.connect(lambda text: self.statusBar().showMessage(text, _TOLD_MILLISECONDS))
        desk.model_changed.connect(self._note_model)
        desk.folders_changed.connect(self.watching.watch)
        desk.mouse_changed.connect(self.viewer.set_mouse_habits)
        self.viewer.set_mouse_habits(desk.options.mouse)
        desk.verdict_bar.left.connect(self.list_view.setFocus)
        self.watching.found.connect(self.open_paths)

    def _note_model(self) -> None:
        """Show the results of the model that was chosen, and score what it has not seen."""
        services = self._services
        self._show_model()
        self.list_view.show_thresholds(services.thresholds)
        self.result_panel.show_card(services.card)
        self.feed.set_model(services.model_device_uid, services.reader)
        if self.reading.study_key:
            self.reading.open_study(self.reading.study_key)
        self.workers.submit(
            Lane.DATABASE,
            services.paths_without_outcome,
            on_done=self.open_paths,
            on_error=self.message_bar.show_message,
        )

    def _verify_model(self) -> None:
        self.workers.submit(
            Lane.SCORING, self._services.verify_model, on_error=self.message_bar.show_message
        )

    # Opening

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Score files and folders in the background and list what they hold."""
        self.scoring.start(paths)

    def _ask_for_files(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(self, self.tr("Open files"))
        self.open_paths([Path(name) for name in names])

    def _ask_for_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, self.tr("Open folder"))
        if name:
            self.open_paths([Path(name)])

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Let files and folders be dropped."""
        if _local_paths(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Open what was dropped."""
        self.open_paths(_local_paths(event.mimeData()))
        event.acceptProposedAction()

    def _show_progress(self, progress: ScoringProgress) -> None:
        self.list_view.empty_sentence = self.tr("The first results are on their way.")
        self.progress_line.show_progress(progress)
        self.actions_by_command[Command.CANCEL_SCORING].setEnabled(True)

    def _note_scoring_ended(self, progress: ScoringProgress) -> None:
        self.progress_line.hide()
        self.actions_by_command[Command.CANCEL_SCORING].setEnabled(False)
        self.statusBar().setToolTip(progress_text(progress))
        self.feed.refresh()

    # Reading

    def _open_study(self, study_key: str) -> None:
        self.desk.begin_study()
        self.reading.open_study(study_key)

    def _note_study_asked(self) -> None:
        self.desk.show_study_asked()
        self.result_panel.clear()
        self.viewer.show_nothing("")

    def _show_study(self, study: StudyImages) -> None:
        self.result_panel.show_study(study)
        self.desk.show_study(study)
        if not study.instances:
            self.viewer.show_nothing(self.tr("This study holds no image."))

    def _show_image_asked(self, instance: InstanceRow) -> None:
        study, number = self.reading.study, self.reading.image_number
        self.viewer.show_count(number + 1, len(study.instances) if study else 0)
        self.viewer.show_waiting(instance)
        self.result_panel.mark_shown(number)

    def _show_image(self, image: LoadedImage) -> None:
        self.viewer.show_image(image)
        self.desk.note_image_shown()
        self.image_shown.emit()

    def _note_refreshed(self, _total: int) -> None:
        query = self.feed.query
        self.list_view.empty_sentence = (
            self.tr("No study is found here.")
            if query.whole_text.strip() or query.filter is not StudyFilter.ALL
            else self.tr(
                "Open files (Ctrl+O) or a folder (Ctrl+Shift+O) of DICOM images,\n"
                "or drop them here."
            )
        )
        self.list_view.viewport().update()
        study, at = self.reading.study, self.model.row_of(self.reading.study_key)
        row = self.model.study_at(at) if at is not None else None
        if study and row and (row.result, row.images) != (study.row.result, study.row.images):
            self.reading.reload_result()

    def _go_to_search(self) -> None:
        self.filter_bar.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter_bar.search.selectAll()

    def _set_full_screen(self, is_full: bool) -> None:
        if is_full:
            self.showFullScreen()
        else:
            self.showNormal()

    # Layout and end

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Stop what runs, wait for it, then close the database."""
        self.viewing.close()
        self._layout_memory.save()
        self.hide()
        self.feed.stop()
        self.watching.stop()
        self.workers.shut_down()
        self._services.close()
        super().closeEvent(event)


def _local_paths(data: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
