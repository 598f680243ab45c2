"""Paints what the model says of a study: always an icon and a word beside the colour."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from triage_app.triage.priority import Standing
from triage_app.triage.study import StudyState
from triage_app.ui.icons import draw_icon
from triage_app.ui.theme import READING_ROOM, Theme
from triage_app.ui.wording import state_text
from triage_app.ui.worklist.model import Column, Role
from triage_app.worklist.records import ReadingStatus, StudyRow

__all__ = ["StudyDelegate", "paint_score_bar", "state_colour", "state_icon"]

_DONE = frozenset(
    {
        ReadingStatus.REVIEWED,
        ReadingStatus.DICTATED,
        ReadingStatus.VALIDATED,
        ReadingStatus.CANCELLED,
    }
)
_RISEN = {
    Standing.URGENT: ("urgent", READING_ROOM.text),
    Standing.OVERDUE: ("overdue", READING_ROOM.caution),
}
_PAINTED = (Column.FLAG, Column.SCORE, Column.PICTURE)
_PADDING = 8.0
_ICON_SIZE = 15.0
_SCORE_WIDTH = 38.0
_BAR_HEIGHT = 5.0
_OPTICAL_RISE = 1.0


def state_colour(state: StudyState, theme: Theme = READING_ROOM) -> str:
    """Red for flagged, amber for not processed, grey for the rest."""
    return {StudyState.FLAGGED: theme.flagged, StudyState.NOT_PROCESSED: theme.caution}.get(
        state, theme.neutral
    )


def state_icon(state: StudyState) -> str:
    """Name of the drawing that stands beside the word."""
    return {
        StudyState.FLAGGED: "flagged",
        StudyState.NOT_FLAGGED: "not-flagged",
        StudyState.NOT_PROCESSED: "not-processed",
        StudyState.PENDING: "pending",
    }[state]


class StudyDelegate(QStyledItemDelegate):
    """Paints the columns of result and score, and dims what a reader is done with.

    Parameters
    ----------
    thresholds : of the operating points in use, by their titles; that of a study's own is marked on
        its score's bar
    """

    def __init__(self, thresholds: Mapping[str, float], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thresholds = thresholds
        self.picture_of: Callable[[StudyRow, float], QPixmap | None] = lambda _study, _ratio: None

    def initStyleOption(  # noqa: N802 - Qt's name
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Dim what is done with, centre numbers, and take out Qt's focus frame."""
        super().initStyleOption(option, index)
        study = index.data(Role.STUDY)
        if isinstance(study, StudyRow) and study.reading_status in _DONE:
            option.palette.setColor(QPalette.ColorRole.Text, QColor(READING_ROOM.muted))
        if index.column() in (Column.IMAGES, Column.MODALITY):
            option.displayAlignment = Qt.AlignmentFlag.AlignCenter
        option.state &= ~QStyle.StateFlag.State_HasFocus

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint one cell."""
        study = index.data(Role.STUDY)
        standing = index.data(Role.STANDING) if index.column() == Column.PRIORITY else None
        is_ours = index.column() in _PAINTED or standing in _RISEN
        if not is_ours or not isinstance(study, StudyRow):
            super().paint(painter, option, index)
            return
        self.initStyleOption(option, index)
        text, option.text = option.text, ""
        style = option.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(option.font)
        rect = QRectF(option.rect).adjusted(_PADDING, 0, -_PADDING, 0)
        if isinstance(standing, Standing):
            icon, colour = _RISEN[standing]
            _paint_word(painter, rect, icon, colour, text, colour)
        elif index.column() == Column.PICTURE:
            pixel_ratio = option.widget.devicePixelRatioF()
            _paint_picture(painter, rect, self.picture_of(study, pixel_ratio))
        elif index.column() == Column.FLAG:
            _paint_state(painter, rect, study.result.state)
        elif study.result.probability is not None:
            is_flagged = study.result.state is StudyState.FLAGGED
            threshold = self._thresholds.get(study.result.operating_point)
            score = study.result.probability
            _paint_score(painter, rect, score, threshold, text, is_flagged=is_flagged)
        painter.restore()


def paint_score_bar(
    painter: QPainter,
    bar: QRectF,
    probability: float | None,
    threshold: float | None,
    *,
    is_flagged: bool,
    theme: Theme = READING_ROOM,
) -> None:
    """Paint a probability on a scale from 0 to 1, with the operating point as a tick across it."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.window))
    painter.drawRoundedRect(bar, bar.height() / 2, bar.height() / 2)
    if probability is not None:
        filled = QRectF(bar)
        filled.setWidth(max(bar.width() * probability, bar.height()))
        painter.setBrush(QColor(theme.flagged if is_flagged else theme.neutral))
        painter.drawRoundedRect(filled, bar.height() / 2, bar.height() / 2)
    if threshold is not None:
        x = bar.left() + bar.width() * threshold
        painter.setBrush(QColor(theme.text))
        painter.drawRect(QRectF(x - 0.75, bar.top() - 3, 1.5, bar.height() + 6))


def _paint_picture(painter: QPainter, rect: QRectF, picture: QPixmap | None) -> None:
    if picture is None or picture.isNull():
        return
    size = picture.deviceIndependentSize()
    middle = rect.center() - QPointF(size.width() / 2, size.height() / 2)
    painter.drawPixmap(middle, picture)


def _paint_score(
    painter: QPainter,
    rect: QRectF,
    probability: float,
    threshold: float | None,
    text: str,
    *,
    is_flagged: bool,
) -> None:
    painter.setPen(QColor(READING_ROOM.flagged if is_flagged else READING_ROOM.text))
    number = QRectF(rect.left(), rect.top(), _SCORE_WIDTH, rect.height())
    painter.drawText(number, int(Qt.AlignmentFlag.AlignVCenter), text)
    bar = QRectF(
        number.right() + 4,
        rect.center().y() - _BAR_HEIGHT / 2 - _OPTICAL_RISE,
        rect.right() - number.right() - 4,
        _BAR_HEIGHT,
    )
    if bar.width() < _BAR_HEIGHT:
        return
    paint_score_bar(painter, bar, probability, threshold, is_flagged=is_flagged)


def _paint_state(painter: QPainter, rect: QRectF, state: StudyState) -> None:
    colour = state_colour(state)
    words = colour if state is not StudyState.NOT_FLAGGED else READING_ROOM.text
    _paint_word(painter, rect, state_icon(state), colour, state_text(state), words)


def _paint_word(
    painter: QPainter, rect: QRectF, icon: str, colour: str, text: str, text_colour: str
) -> None:
    place = QRectF(
        rect.left(), rect.center().y() - _ICON_SIZE / 2 - _OPTICAL_RISE, _ICON_SIZE, _ICON_SIZE
    )
    draw_icon(painter, icon, colour, place)
    painter.setPen(QColor(text_colour))
    beside = rect.adjusted(_ICON_SIZE + 7, 0, 0, 0)
    painter.drawText(beside, int(Qt.AlignmentFlag.AlignVCenter), text)
