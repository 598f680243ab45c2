"""What stands in the corners of an image: whose it is, how it is shown, and what it is not for."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from triage_app.imaging.instance import InstanceFacts
from triage_app.ui.theme import READING_ROOM, Theme
from triage_app.ui.viewer.orientation import Orientation
from triage_app.ui.wording import age_text, date_and_time, decimal_text, study_title

__all__ = ["Marks", "ViewState", "make_marks", "paint_marks", "paint_outlined"]

_MARGIN = 12.0
_EDGE_LETTER_HEIGHT = 0.3
"""As a share of the height: the colour bar takes the middle."""
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
    orientation : how it is turned and flipped
    edges : what the file says lies at the left, top, right and bottom of the stored image
    frame : which of the image's frames it is; empty where there is one
    size_note : where lengths on the screen are those on the detector or in the patient
    caption : what the image is to another one beside it, such as a prior
    heat_note : why no heatmap can be shown; empty where it can, or nothing needs to be said
    heat_alert : why the heatmap that is shown must not be trusted; empty where nothing is known
    """

    voi: str = ""
    zoom: float | None = None
    probe: str = ""
    is_inverted: bool = False
    place: str = ""
    orientation: Orientation = Orientation()  # noqa: RUF009 - frozen
    edges: tuple[str, str, str, str] | None = None
    frame: str = ""
    size_note: str = ""
    caption: str = ""
    heat_note: str = ""
    heat_alert: str = ""


@dataclass(frozen=True, slots=True)
class Marks:
    """Lines for the four corners, from the top down, and what is never switched off.

    Attributes
    ----------
    alerts : what is not as the file has it, and could mislead
    edges : what lies at the left, top, right and bottom as shown; None where it is not known
    """

    top_left: tuple[str, ...] = field(default=(), repr=False)
    top_right: tuple[str, ...] = ()
    bottom_left: tuple[str, ...] = ()
    bottom_right: tuple[str, ...] = ()
    notice: str = ""
    alerts: tuple[str, ...] = ()
    edges: tuple[str, str, str, str] | None = None


def make_marks(facts: InstanceFacts, state: ViewState, *, is_complete: bool = True) -> Marks:
    """Compose the marks of an image.

    Parameters
    ----------
    is_complete : False leaves out all but the notice and what must never be hidden
    """
    notice = _tr("RESEARCH USE ONLY")
    image, patient, study = facts.image, facts.patient, facts.study
    lossy = _tr("Lossy compressed") if image.is_lossy_compressed else ""
    alerts = _lines(state.caption, *_orientation_alerts(state.orientation), state.heat_alert)
    edges = state.orientation.shown_edges(state.edges) if state.edges else None
    if not is_complete:
        return Marks(
            notice=notice,
            bottom_left=_lines(lossy),
            alerts=alerts,
            edges=edges if state.orientation != Orientation() else None,
        )
    born = " · ".join(
        part
        for part in (
            _tr("born {}").format(date_and_time(patient.birth_date, None))
            if patient.birth_date
            else "",
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
            state.frame,
        ),
        bottom_left=_lines(
            lossy,
            f"{image.columns} x {image.rows}" if image.rows else "",
            state.probe,
        ),
        bottom_right=_lines(
            _tr("Inverted") if state.is_inverted else "",
            state.voi,
            _tr("Zoom {} %").format(decimal_text(state.zoom * 100, 0)) if state.zoom else "",
            state.size_note,
            state.heat_note,
        ),
        notice=notice,
        alerts=alerts,
        edges=edges,
    )


def _orientation_alerts(orientation: Orientation) -> tuple[str, ...]:
    """Say that left and right are not where the file puts them, and that the image lies turned."""
    return _lines(
        _tr("FLIPPED - mirror image") if orientation.is_flipped else "",
        _tr("Turned {}°").format(orientation.quarter_turns * 90)
        if orientation.quarter_turns
        else "",
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
    bold = QFont(font)
    bold.setBold(True)
    beside_notice = (inner.width() - QFontMetricsF(bold).horizontalAdvance(marks.notice)) / 2
    is_narrow = any(
        metrics.horizontalAdvance(line) > beside_notice - _MARGIN
        for line in (*marks.bottom_left[-1:], *marks.bottom_right[-1:])
    )

    def paint(lines: tuple[str, ...], *, is_right: bool, top: float) -> None:
        for number, line in enumerate(lines):
            text = metrics.elidedText(line, Qt.TextElideMode.ElideRight, half)
            x = inner.right() - metrics.horizontalAdvance(text) if is_right else inner.left()
            y = top + number * height + metrics.ascent()
            paint_outlined(painter, text, QPointF(x, y), font, theme.text)

    paint(marks.top_left, is_right=False, top=inner.top())
    paint(marks.top_right, is_right=True, top=inner.top())
    for lines, is_right in ((marks.bottom_left, False), (marks.bottom_right, True)):
        paint(lines, is_right=is_right, top=inner.bottom() - (len(lines) + is_narrow) * height)

    def paint_centred(text: str, top: float, colour: str) -> None:
        width = QFontMetricsF(bold).horizontalAdvance(text)
        at = QPointF(inner.center().x() - width / 2, top + metrics.ascent())
        paint_outlined(painter, text, at, bold, colour)

    paint_centred(marks.notice, inner.bottom() - height, theme.caution)
    first_alert = inner.top() + (height if marks.edges else 0.0)
    widest = max(
        (QFontMetricsF(bold).horizontalAdvance(alert) for alert in marks.alerts), default=0
    )
    beside_alerts = (inner.width() - widest) / 2 - _MARGIN
    corners = (marks.top_left, marks.top_right)
    if any(metrics.horizontalAdvance(line) > beside_alerts for lines in corners for line in lines):
        first_alert = inner.top() + max(map(len, corners)) * height
    for number, alert in enumerate(marks.alerts):
        paint_centred(alert, first_alert + number * height, theme.caution)
    if marks.edges:
        left, top, right, bottom = marks.edges
        beside = inner.top() + inner.height() * _EDGE_LETTER_HEIGHT
        x = inner.right() - QFontMetricsF(bold).horizontalAdvance(right)
        paint_outlined(painter, left, QPointF(inner.left(), beside), bold, theme.text)
        paint_outlined(painter, right, QPointF(x, beside), bold, theme.text)
        paint_centred(top, inner.top(), theme.text)
        paint_centred(bottom, inner.bottom() - 2 * height, theme.text)
    painter.restore()


def paint_outlined(
    painter: QPainter, text: str, baseline: QPointF, font: QFont, colour: str
) -> None:
    """Paint a text that can be read on white and on black."""
    painter.setFont(font)
    if not text:
        return
    painter.setPen(QColor(0, 0, 0, 200))
    for dx, dy in ((-1, -1), (-1, 1), (1, -1), (1, 1), (0, 1.5), (0, -1.5), (1.5, 0), (-1.5, 0)):
        painter.drawText(baseline + QPointF(dx, dy), text)
    painter.setPen(QColor(colour))
    painter.drawText(baseline, text)
