"""Search other systems for studies, and fetch those that are chosen; all of it by keys."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from pydantic import ValidationError
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from triage_app.intake.peers import Peer
from triage_app.intake.querying.keys import Method, QueryKeys, StudyMatch
from triage_app.ui.network_services import NetworkServices
from triage_app.ui.search_results import SearchColumn, SearchResults
from triage_app.ui.workers import Lane, LatestRequest, Workers

if TYPE_CHECKING:
    from triage_app.intake.events import CancelToken
    from triage_app.intake.querying.retrieve import Retrieved

__all__ = ["SearchDialog"]


class SearchDialog(QDialog):
    """Asks the peers of the settings.

    Return in a field searches; Return in the table fetches the chosen rows; Escape stops what runs,
    and closes the dialog where nothing does.

    Parameters
    ----------
    services : gives the settings, asks and fetches
    note_fetched : called when studies have come
    """

    def __init__(
        self,
        services: NetworkServices,
        workers: Workers,
        note_fetched: Callable[[], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Search archives"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(1000, 620)
        self._services, self._workers, self._note_fetched = services, workers, note_fetched
        self._search = LatestRequest(workers, Lane.SEARCH)
        self._token: CancelToken | None = None
        self._is_searching = self._has_failed = self._is_closing = False
        self._peers = services.settings.peers
        self.peer = QComboBox()
        self.peer.addItems([peer.name for peer in self._peers])
        self.way = QComboBox()
        self.name = QLineEdit()
        self.patient_id = QLineEdit()
        self.accession = QLineEdit()
        self.date = QLineEdit()
        self.modalities = QLineEdit("CR, DX")
        self.name.setPlaceholderText(self.tr("such as DOE*"))
        self.date.setPlaceholderText(
            self.tr("today, yesterday, 2026-03-01, 2026-03-01..2026-03-07")
        )
        self.date.setText("today")
        self.results = SearchResults(self)
        self.table = QTableView()
        self.sentence = QLabel()
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setWordWrap(True)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(12)
        self.search_button = QPushButton(self.tr("Search"))
        self.fetch_button = QPushButton(self.tr("Fetch chosen studies"))
        self.stop_button = QPushButton(self.tr("Stop"))
        self._lay_out()
        self._connect()
        self._show_ways()
        self._show_idle()
        if not self._peers:
            self._complain(
                self.tr("The settings name no other system; add one under File, Network.")
            )
            self.search_button.setEnabled(False)

    # Searching

    def search(self) -> None:
        """Ask the peer; the answer to an earlier question is no longer of interest."""
        peer = self._peer
        if peer is None or self._token is not None:
            return
        try:
            keys = self._keys()
        except ValidationError as error:
            self._complain(str(error.errors()[0]["msg"]).removeprefix("Value error, "))
            self.date.setFocus()
            return
        self._is_searching = True
        self.results.show_studies(())
        self._show_busy(self.tr("{} is asked …").format(peer.name))
        by_web = self._method is Method.WEB
        self._search.ask(
            partial(self._services.search, peer, keys, by_web=by_web),
            on_done=self._show_studies,
            on_error=self._note_failure,
        )

    def _keys(self) -> QueryKeys:
        words = self.modalities.text().upper().replace(",", " ").split()
        return QueryKeys(
            patient_name=self.name.text().strip(),
            patient_id=self.patient_id.text().strip(),
            accession_number=self.accession.text().strip(),
            date=self.date.text().strip(),
            modalities=tuple(words),
        )

    def _show_studies(self, studies: list[StudyMatch]) -> None:
        self._is_searching = False
        self.results.show_studies(studies)
        self.table.resizeColumnsToContents()
        self._show_idle(self.tr("{:,} studies found").format(len(studies)))
        if studies:
            self.table.selectRow(0)
            self.table.setFocus()

    # Fetching

    def fetch(self) -> None:
        """Fetch the chosen studies, one after another."""
        peer, studies = self._peer, self._chosen()
        if peer is None or not studies or self._token is not None or self._is_searching:
            return
        self.progress.setRange(0, len(studies))
        self.progress.setValue(0)
        self._show_busy(self.tr("{:,} studies are fetched …").format(len(studies)))
        self._has_failed = False
        for study in studies:
            self.results.show_state(study.study_instance_uid, self.tr("waits"))
        self._token = self._workers.stream(
            Lane.SEARCH,
            partial(self._services.fetch, peer, studies, self._method),
            on_event=self._note_retrieved,
            on_end=self._note_end,
            on_error=self._note_fetch_failure,
        )

    def _chosen(self) -> list[StudyMatch]:
        rows = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        return [self.results.study_at(row) for row in rows]

    def _note_retrieved(self, retrieved: Retrieved) -> None:
        self.progress.setValue(self.progress.value() + 1)
        text = self.tr("{:,} images").format(retrieved.completed)
        if retrieved.failed:
            text = self.tr("{:,} images, {:,} left out or failed").format(
                retrieved.completed, retrieved.failed
            )
        if retrieved.failure:
            self._has_failed = True
            self._complain(retrieved.failure)
            text = retrieved.failure
        self.results.show_state(retrieved.study_instance_uid, text)
        self._note_fetched()

    def _note_fetch_failure(self, sentence: str) -> None:
        self._has_failed = True
        self._complain(sentence)

    def _note_end(self) -> None:
        self._token = None
        if self._is_closing:
            super().done(0)
            return
        self._show_idle(None if self._has_failed else self.tr("All chosen studies have come."))
        self._note_fetched()

    def stop(self) -> None:
        """Stop what runs; what has come stays."""
        if self._token is not None:
            self._token.cancel()
            self.sentence.setText(self.tr("It stops …"))
        elif self._is_searching:
            self._search.forget()
            self._is_searching = False
            self._show_idle(self.tr("The search was given up."))

    # How it looks

    @property
    def _peer(self) -> Peer | None:
        at = self.peer.currentIndex()
        return self._peers[at] if at >= 0 else None

    @property
    def _method(self) -> Method:
        return Method(self.way.currentData())

    def _show_ways(self) -> None:
        self.way.clear()
        peer = self._peer
        if peer is not None and peer.ae_title:
            self.way.addItem(self.tr("C-FIND and C-GET"), Method.GET)
            self.way.addItem(self.tr("C-FIND and C-MOVE"), Method.MOVE)
        if peer is not None and peer.url:
            self.way.addItem(self.tr("DICOMweb"), Method.WEB)

    def _show_busy(self, sentence: str) -> None:
        if self._is_searching:
            self.progress.setRange(0, 0)
        self.sentence.setObjectName("")
        self._say(sentence)
        for widget in (self.search_button, self.fetch_button, self.peer, self.way):
            widget.setEnabled(False)
        self.stop_button.setEnabled(True)
        self.progress.show()

    def _show_idle(self, sentence: str | None = "") -> None:
        if sentence is not None:
            self.sentence.setObjectName("")
            self._say(sentence)
        for widget in (self.search_button, self.fetch_button, self.peer, self.way):
            widget.setEnabled(True)
        self.stop_button.setEnabled(False)
        self.progress.setVisible(False)

    def _note_failure(self, sentence: str) -> None:
        self._is_searching = False
        self._show_idle()
        self._complain(sentence)

    def _complain(self, sentence: str) -> None:
        self.sentence.setObjectName("Caution")
        self._say(sentence)

    def _say(self, sentence: str) -> None:
        self.sentence.setText(sentence)
        self.sentence.style().polish(self.sentence)  # its name decides its colour

    def _lay_out(self) -> None:
        form = QFormLayout()
        from_whom = QHBoxLayout()
        from_whom.addWidget(self.peer, 1)
        from_whom.addWidget(self.way)
        form.addRow(self.tr("Archive"), from_whom)
        for text, field in (
            (self.tr("Patient's name"), self.name),
            (self.tr("Patient ID"), self.patient_id),
            (self.tr("Accession number"), self.accession),
            (self.tr("Date"), self.date),
            (self.tr("Modalities"), self.modalities),
        ):
            form.addRow(text, field)
            field.setAccessibleName(text)
        self.peer.setAccessibleName(self.tr("Archive"))
        self.way.setAccessibleName(self.tr("Way of asking"))
        self.table.setModel(self.results)
        self.table.setAccessibleName(self.tr("Studies found"))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(SearchColumn.DESCRIPTION, QHeaderView.ResizeMode.Stretch)
        buttons = QHBoxLayout()
        buttons.addWidget(self.sentence, 1)
        buttons.addWidget(self.progress)
        for button in (self.search_button, self.fetch_button, self.stop_button):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(self.table, 1)
        layout.addLayout(buttons)

    def _connect(self) -> None:
        self.peer.currentIndexChanged.connect(lambda _: self._show_ways())
        self.search_button.clicked.connect(self.search)
        self.fetch_button.clicked.connect(self.fetch)
        self.stop_button.clicked.connect(self.stop)
        self.table.doubleClicked.connect(lambda _: self.fetch())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Search, fetch, stop or close by Return and Escape."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            focused = self.focusWidget()
            if self.table.hasFocus():
                self.fetch()
            elif isinstance(focused, QPushButton):
                focused.click()
            else:
                self.search()
        elif event.key() == Qt.Key.Key_Escape and (self._token or self._is_searching):
            self.stop()
        else:
            super().keyPressEvent(event)

    def done(self, result: int) -> None:
        """Stop what runs before it closes; nothing is handed to a dialog that is gone."""
        self._search.forget()
        if self._token is not None:
            self._is_closing = True
            self._token.cancel()
            self.hide()
            return  # it closes when the transfer has ended
        super().done(result)
