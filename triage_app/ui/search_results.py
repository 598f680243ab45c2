"""Studies that another system has, as rows of a table."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from triage_app.intake.querying.keys import StudyMatch
from triage_app.ui.translation import QT_TRANSLATE_NOOP

__all__ = ["SearchColumn", "SearchResults"]

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class SearchColumn(IntEnum):
    """What a row says of a study."""

    DATE = 0
    MODALITY = 1
    PATIENT = 2
    PATIENT_ID = 3
    ACCESSION = 4
    DESCRIPTION = 5
    IMAGES = 6
    STATE = 7


_HEADERS = {
    SearchColumn.DATE: QT_TRANSLATE_NOOP("SearchResults", "Date"),
    SearchColumn.MODALITY: QT_TRANSLATE_NOOP("SearchResults", "Modality"),
    SearchColumn.PATIENT: QT_TRANSLATE_NOOP("SearchResults", "Patient"),
    SearchColumn.PATIENT_ID: QT_TRANSLATE_NOOP("SearchResults", "Patient ID"),
    SearchColumn.ACCESSION: QT_TRANSLATE_NOOP("SearchResults", "Accession"),
    SearchColumn.DESCRIPTION: QT_TRANSLATE_NOOP("SearchResults", "Description"),
    SearchColumn.IMAGES: QT_TRANSLATE_NOOP("SearchResults", "Images"),
    SearchColumn.STATE: QT_TRANSLATE_NOOP("SearchResults", "State"),
}


class SearchResults(QAbstractTableModel):
    """The answers of one search, in the order in which they came."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._studies: tuple[StudyMatch, ...] = ()
        self._states: dict[str, str] = {}

    def show_studies(self, studies: Sequence[StudyMatch]) -> None:
        """Show other answers."""
        self.beginResetModel()
        self._studies = tuple(studies)
        self._states.clear()
        self.endResetModel()

    def show_state(self, study_instance_uid: str, state: str) -> None:
        """Say beside a study how far its transfer is."""
        self._states[study_instance_uid] = state
        for row, study in enumerate(self._studies):
            if study.study_instance_uid == study_instance_uid:
                at = self.index(row, SearchColumn.STATE)
                self.dataChanged.emit(at, at)

    def study_at(self, row: int) -> StudyMatch:
        """Give the study of a row."""
        return self._studies[row]

    def rowCount(self, parent: _Index = _NOWHERE) -> int:  # noqa: N802 - Qt's name
        """Count the studies."""
        return 0 if parent.isValid() else len(self._studies)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:  # noqa: N802 - Qt's name
        """Count the columns."""
        return 0 if parent.isValid() else len(SearchColumn)

    def headerData(  # noqa: N802 - Qt's name
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        """Give the words above a column."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return QCoreApplication.translate("SearchResults", _HEADERS[SearchColumn(section)])
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Give a cell."""
        if not index.isValid():
            return None
        study, column = self._studies[index.row()], SearchColumn(index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole and column is SearchColumn.IMAGES:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._text(study, column)
        return None

    def _text(self, study: StudyMatch, column: SearchColumn) -> str:
        day = study.study_date
        texts = {
            SearchColumn.DATE: f"{day[:4]}-{day[4:6]}-{day[6:]}" if len(day) == 8 else day,
            SearchColumn.MODALITY: ", ".join(study.modalities),
            SearchColumn.PATIENT: study.patient_name.partition("=")[0].replace("^", " ").strip(),
            SearchColumn.PATIENT_ID: study.patient_id,
            SearchColumn.ACCESSION: study.accession_number,
            SearchColumn.DESCRIPTION: study.description,
            SearchColumn.IMAGES: "" if study.instances is None else str(study.instances),
            SearchColumn.STATE: self._states.get(study.study_instance_uid, ""),
        }
        return texts[column]
