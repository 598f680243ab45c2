"""What stands in the corners of an image: whose it is, how it is shown, and what it is not for."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from triage_app.imaging.instance import InstanceFacts
from triage_app.ui.theme import READING_ROOM, Theme
from triage_app.ui.wording import age_text, date_and_time, study_title

__all__ = ["Marks", "ViewState", "make_marks", "paint_marks"]

_MARGIN = 12.0
_SIDES = frozenset({"R", "L", "B"})
"""What (0020,0062) Image Laterality says of a side; "U", unpaired, says of none."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("Marks", text)


@dataclass(frozen=True, slots=True)
class ViewState:
    """How the image is shown at the moment.

    Attributes
    ----------
    voi : name of the VOI LUT, or centre and width
    zoom : screen pixels per image pixel; None where no image is shown
    probe : value under the cursor, as a line; empty where there is none
    is_inverted : against what the file asks for
    place : which of the study's images it is; empty where there is one
    """

    voi: str = ""
    zoom: float | None = None
    probe: str = ""
    is_inverted: bool = False
    place: str = ""


@dataclass(frozen=True, slots=True)
class Marks:
    """Lines for the four corners, from the top down, and the notice that is never switched off."""

    top_left: tuple[str, ...] = field(default=(), repr=False)
    top_right: tuple[str, ...] = ()
    bottom_left: tuple[str, ...] = ()
    bottom_right: tuple[str, ...] = ()
    notice: str = ""


def make_marks(facts: InstanceFacts, state: ViewState, *, is_complete: bool = True) -> Marks:
    """Compose the marks of an image.

    Parameters
    ----------
    is_complete : False leaves out all but the notice and what must never be hidden
    """
    notice = _tr("RESEARCH USE ONLY")
    image, patient, study = facts.image, facts.patient, facts.study
    lossy = _tr("Lossy compressed") if image.is_lossy_compressed else ""
    if not is_complete:
        return Marks(notice=notice, bottom_left=_lines(lossy))
    born = " · ".join(
        part
        for part in (
            _tr("born {}").format(patient.birth_date.isoformat()) if patient.birth_date else "",
            age_text(patient.age_years),
            patient.sex,
        )
        if part
    )
    view = " ".join(part for part in (image.modality, image.body_part, image.view_position) if part)
    return Marks(
        top_left=_lines(
            patient.name or _tr("Name not given"),
            _tr("ID {}").format(patient.patient_id) if patient.patient_id else _tr("ID not given"),
            born,
        ),
        top_right=_lines(
            date_and_time(study.study_date, study.study_time) or _tr("Date not given"),
            study_title(study),
            view,
            _tr("Laterality {}").format(image.laterality) if image.laterality in _SIDES else "",
            state.place,
        ),
        bottom_left=_lines(
            lossy,
            f"{image.columns} x {image.rows}" if image.rows else "",
            state.probe,
        ),
        bottom_right=_lines(
            _tr("Inverted") if state.is_inverted else "",
            state.voi,
            _tr("Zoom {:.0f} %").format(state.zoom * 100) if state.zoom else "",
        ),
        notice=notice,
    )


def _lines(*lines: str) -> tuple[str, ...]:
    return tuple(line for line in lines if line)


def paint_marks(
    painter: QPainter, marks: Marks, rect: QRectF, font: QFont, theme: Theme = READING_ROOM
) -> None:
    """Paint marks along the edges of a rectangle, outlined so that they can be read on white."""
    painter.save()
    metrics = QFontMetricsF(font)
    inner = rect.adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
    height = metrics.lineSpacing()
    half = inner.width() / 2 - _MARGIN

    def paint(lines: tuple[str, ...], *, is_right: bool, top: float) -> None:
        for number, line in enumerate(lines):
            text = metrics.elidedText(line, Qt.TextElideMode.ElideRight, half)
            x = inner.right() - metrics.horizontalAdvance(text) if is_right else inner.left()
            y = top + number * height + metrics.ascent()
            _paint_outlined(painter, text, QPointF(x, y), font, theme.text)

    paint(marks.top_left, is_right=False, top=inner.top())
    paint(marks.top_right, is_right=True, top=inner.top())
    for lines, is_right in ((marks.bottom_left, False), (marks.bottom_right, True)):
        paint(lines, is_right=is_right, top=inner.bottom() - len(lines) * height)
    if marks.notice:
        bold = QFont(font)
        bold.setBold(True)
        width = QFontMetricsF(bold).horizontalAdvance(marks.notice)
        at = QPointF(inner.center().x() - width / 2, inner.bottom() - metrics.descent())
        _paint_outlined(painter, marks.notice, at, bold, theme.caution)
    painter.restore()


def _paint_outlined(
    painter: QPainter, text: str, baseline: QPointF, font: QFont, colour: str
) -> None:
    painter.setFont(font)
    painter.setPen(QColor(0, 0, 0, 200))
    for dx, dy in ((-1, -1), (-1, 1), (1, -1), (1, 1), (0, 1.5), (0, -1.5), (1.5, 0), (-1.5, 0)):
        painter.drawText(baseline + QPointF(dx, dy), text)
    painter.setPen(QColor(colour))
    painter.drawText(baseline, text)
