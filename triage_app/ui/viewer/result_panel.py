"""What the model says of the study: result, score, operating point, cautions, image by image."""

from __future__ import annotations

from pathlib import PurePath

from PySide6.QtCore import QPointF, QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from triage_app.inference.card import Estimate, ModelCard, OperatingPoint
from triage_app.triage.outcome import Failed, Scored
from triage_app.triage.study import StudyState
from triage_app.ui.icons import load_icon
from triage_app.ui.services import StudyImages
from triage_app.ui.theme import READING_ROOM
from triage_app.ui.wording import (
    age_text,
    count_text,
    estimate_text,
    notice_text,
    outcome_text,
    probability_text,
    reasons_text,
    state_text,
)
from triage_app.ui.worklist.delegate import paint_score_bar, state_colour, state_icon
from triage_app.worklist.records import InstanceRow

__all__ = ["ResultPanel", "ScoreScale"]

_LARGEST_REMARKS = 3
_ICON_AND_PADDING = 40


class ScoreScale(QWidget):
    """A probability on a scale from 0 to 1, with the operating point named below it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._probability: float | None = None
        self._threshold: float | None = None
        self._band: tuple[float, float] | None = None
        self._is_flagged = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Leave room for the bar and one line of text."""
        return QSize(240, 22 + self.fontMetrics().height())

    def show_score(
        self,
        probability: float | None,
        threshold: float | None,
        *,
        is_flagged: bool,
        band: tuple[float, float] | None = None,
    ) -> None:
        """Show a score; None empties the scale.

        Parameters
        ----------
        band : from where to where the frequency of the finding lay at such scores; None where it
            was not measured
        """
        self._probability, self._threshold, self._band = probability, threshold, band
        self._is_flagged = is_flagged
        self.setAccessibleName(
            self.tr("Score {}").format(probability_text(probability) or self.tr("none"))
        )
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint bar, tick and text."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        bar = QRectF(2, 5, self.width() - 4, 8)
        paint_score_bar(
            painter, bar, self._probability, self._threshold, is_flagged=self._is_flagged
        )
        if self._band is not None:
            self._paint_band(painter, bar, self._band)
        if self._threshold is not None:
            text = self.tr("flagged from {}").format(probability_text(self._threshold))
            metrics = self.fontMetrics()
            width = metrics.horizontalAdvance(text)
            middle = bar.left() + bar.width() * self._threshold
            left = min(max(middle - width / 2, 0.0), self.width() - width)
            painter.setPen(QColor(READING_ROOM.muted))
            painter.drawText(QPointF(left, 20 + metrics.ascent()), text)
        painter.end()

    def _paint_band(self, painter: QPainter, bar: QRectF, band: tuple[float, float]) -> None:
        """Paint the band as a bracket round the end of the bar."""
        low, high = (bar.left() + bar.width() * end for end in band)
        painter.setPen(QPen(QColor(READING_ROOM.text), 1.5))
        for x, inwards in ((low, 3.0), (high, -3.0)):
            for y in (bar.top() - 3, bar.bottom() + 3):
                painter.drawLine(QPointF(x, y), QPointF(x + inwards, y))
            painter.drawLine(QPointF(x, bar.top() - 3), QPointF(x, bar.bottom() + 3))


class ResultPanel(QFrame):
    """Shows the result of one study by one model.

    Parameters
    ----------
    card : of the model whose results are shown; None where there is none
    """

    image_chosen = Signal(int)
    """Index of the image that the reader wants to see."""

    def __init__(self, card: ModelCard | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ResultPanel")
        self.setAccessibleName(self.tr("Result"))
        self._card = card
        self._icon = QLabel()
        self.word = QLabel()
        font = self.word.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        font.setBold(True)
        self.word.setFont(font)
        self.score = QLabel()
        self.score.setFont(font)
        self.scale = ScoreScale()
        self.details = _make_text("Muted")
        self.cautions = _make_text("Caution")
        self.images = self._make_image_list()
        self._lay_out()
        self.clear()

    def clear(self) -> None:
        """Show that no study is chosen."""
        self._icon.clear()
        self.word.setText(self.tr("No study chosen"))
        self.word.setStyleSheet(f"color: {READING_ROOM.muted}")
        self.score.clear()
        self.scale.hide()
        self.details.clear()
        self.cautions.hide()
        with QSignalBlocker(self.images):
            self.images.clear()

    def show_card(self, card: ModelCard | None) -> None:
        """Show results of another model from now on."""
        self._card = card
        self.clear()

    def show_study(self, study: StudyImages) -> None:
        """Show a study's result and how each of its images ended."""
        result = study.row.result
        colour = state_colour(result.state)
        is_flagged = result.state is StudyState.FLAGGED
        self._icon.setPixmap(load_icon(state_icon(result.state), colour).pixmap(QSize(24, 24)))
        self.word.setText(state_text(result.state).capitalize())
        self.word.setStyleSheet(f"color: {colour}")
        self.score.setText(probability_text(result.probability))
        self.scale.setVisible(result.probability is not None)
        point = self._operating_point(result.operating_point)
        threshold = point.threshold if point else None
        self.scale.show_score(
            result.probability,
            threshold,
            is_flagged=is_flagged,
            band=self._band(result.probability, point),
        )
        self.details.setText(self._detail_lines(study))
        cautions = _cautions(study)
        self.cautions.setText("\n".join(cautions))
        self.cautions.setVisible(bool(cautions))
        self._fill_images(study)

    def mark_shown(self, number: int) -> None:
        """Mark which image the viewer shows."""
        with QSignalBlocker(self.images):
            item = self.images.topLevelItem(number)
            if item is not None:
                self.images.setCurrentItem(item)

    def _operating_point(self, name: str) -> OperatingPoint | None:
        return self._card.find_operating_point(name) if self._card else None

    def _detail_lines(self, study: StudyImages) -> str:
        result = study.row.result
        lines = []
        if self._card is None:
            return self.tr("No model, no result.")
        if result.probability is not None:
            text = self.tr("Probability of {}").format(self._card.finding)
            if result.scored > 1:
                text = self.tr("{}, the highest of {} images").format(text, result.scored)
            point = self._operating_point(result.operating_point)
            lines += [text, *self._calibration_lines(self._card, point)]
        point = self._operating_point(result.operating_point)
        if point is not None:
            if result.population:
                lines.append(self._population_line(study))
            text = self.tr("Operating point {}: sensitivity {}, specificity {} ({}, n = {})")
            figures = (estimate_text(point.sensitivity), estimate_text(point.specificity))
            lines.append(text.format(point.title, *figures, point.data_set, count_text(point.n)))
        if result.probability is None:
            lines += _first_remarks(study)
        elif result.reasons:
            lines.append(self.tr("Not scored: {}").format(reasons_text(result.reasons)))
        lines.append(self.tr("Model {}").format(self._card.title))
        return "\n".join(lines)

    def _population_line(self, study: StudyImages) -> str:
        """Say whose part of the model read the driving image, and why."""
        result = study.row.result
        ages = [
            instance.facts.patient.age_years
            for instance in study.instances
            if instance.facts.sop_instance_uid == result.driving_sop_instance_uid
        ]
        age = age_text(ages[0]) if ages else ""
        if age:
            return self.tr("Read as {}, by the patient's age of {}").format(result.population, age)
        return self.tr("Read as {}: the age is not stated").format(result.population)

    def _calibration_lines(self, card: ModelCard, point: OperatingPoint | None) -> list[str]:
        """Say how far the score may be taken for a frequency."""
        lines = []
        calibration = card.calibration_of(point.population if point else None)
        if calibration:
            figures = (f"{name} {estimate_text(each)}" for name, each in calibration.items())
            lines.append(self.tr("Calibration: {}").format("; ".join(figures)))
        else:
            lines.append(
                self.tr("Not calibrated: the score orders images, it is no frequency of disease.")
            )
        error = _calibration_error(card, point)
        if error is not None and point is not None:
            lines.append(
                self.tr("Bracket: scores and frequency differed by {} on average in {}").format(
                    estimate_text(error), point.data_set
                )
            )
        return lines

    def _band(
        self, probability: float | None, point: OperatingPoint | None
    ) -> tuple[float, float] | None:
        """Give where the frequency lay at such scores: by the upper end of the error's interval."""
        error = _calibration_error(self._card, point) if self._card else None
        if error is None or probability is None:
            return None
        width = error.value if error.high is None else error.high
        return max(probability - width, 0.0), min(probability + width, 1.0)

    def _fill_images(self, study: StudyImages) -> None:
        driving = study.row.result.driving_sop_instance_uid
        with QSignalBlocker(self.images):
            self.images.clear()
            for number, instance in enumerate(study.instances, 1):
                is_driving = bool(driving) and instance.facts.sop_instance_uid == driving
                item = _image_item(number, instance, is_driving=is_driving)
                if is_driving:
                    item.setToolTip(1, self.tr("This image drives the result of the study."))
                self.images.addTopLevelItem(item)

    def _make_image_list(self) -> QTreeWidget:
        tree = QTreeWidget()
        tree.setRootIsDecorated(False)
        tree.setUniformRowHeights(True)
        tree.setAllColumnsShowFocus(True)
        tree.setHeaderLabels(
            [self.tr("Image"), self.tr("Result"), self.tr("Score"), self.tr("Remarks")]
        )
        tree.setAccessibleName(self.tr("Images of the study"))
        bold = tree.font()
        bold.setBold(True)
        words = (outcome_text(None)[0], *map(state_text, StudyState))
        word = max(QFontMetrics(bold).horizontalAdvance(text) for text in words)
        for column, width in enumerate((104, word + _ICON_AND_PADDING, 64)):
            tree.setColumnWidth(column, width)
        tree.currentItemChanged.connect(self._choose)
        return tree

    def _choose(self, current: QTreeWidgetItem | None) -> None:
        if current is not None:
            self.image_chosen.emit(self.images.indexOfTopLevelItem(current))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._icon)
        head.addWidget(self.word)
        head.addStretch(1)
        head.addWidget(self.score)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(14, 10, 14, 10)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.scale)
        column.addWidget(self.cautions)
        column.addWidget(self.details)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(left)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(scroll, 2)
        row.addWidget(self.images, 3)


def _make_text(object_name: str) -> QLabel:
    label = QLabel()
    label.setObjectName(object_name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _calibration_error(card: ModelCard, point: OperatingPoint | None) -> Estimate | None:
    """Give the expected calibration error on the data that an operating point was measured on."""
    return next(
        (
            evaluation.metrics["ece"]
            for evaluation in card.evaluations
            if point is not None
            and evaluation.data_set == point.data_set
            and evaluation.population == point.population
            and evaluation.subgroup == "all"
            and "ece" in evaluation.metrics
        ),
        None,
    )


def _cautions(study: StudyImages) -> list[str]:
    """Give each caution of the study's scores once, that of the driving image first."""
    sentences: dict[str, None] = {}
    for instance in study.instances:
        if isinstance(instance.outcome, Scored):
            sentences.update(dict.fromkeys(map(notice_text, instance.outcome.notices)))
    return list(sentences)


def _first_remarks(study: StudyImages) -> list[str]:
    """Say in full why the first images were not scored, each reason once."""
    remarks = dict.fromkeys(
        outcome_text(instance.outcome)[1]
        for instance in study.instances
        if instance.outcome is not None
    )
    return [remark for remark in remarks if remark][:_LARGEST_REMARKS]


def _image_item(number: int, instance: InstanceRow, *, is_driving: bool) -> QTreeWidgetItem:
    word, remark = outcome_text(instance.outcome)
    outcome = instance.outcome
    score = probability_text(outcome.probability) if isinstance(outcome, Scored) else ""
    image = instance.facts.image
    name = " ".join(part for part in (image.modality, image.view_position) if part)
    name = name or PurePath(instance.facts.path).name
    item = QTreeWidgetItem([f"{number}  {name}", word, score, remark])
    item.setToolTip(0, instance.facts.path)
    item.setToolTip(3, remark)
    if isinstance(outcome, Scored):
        state = StudyState.FLAGGED if outcome.is_flagged else StudyState.NOT_FLAGGED
    else:
        state = StudyState.PENDING if outcome is None else StudyState.NOT_PROCESSED
    colour = state_colour(state)
    item.setIcon(1, load_icon(state_icon(state), colour))
    if state in (StudyState.FLAGGED, StudyState.NOT_PROCESSED):
        item.setForeground(1, QColor(colour))
    if is_driving or isinstance(outcome, Failed):
        font = item.font(1)
        font.setBold(True)
        item.setFont(1, font)
    return item
