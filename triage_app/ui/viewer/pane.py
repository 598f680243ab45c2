"""One image in front of the reader, with its presets, marks, measurements and heat."""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QScreen

from triage_app.imaging.display import VoiOption
from triage_app.imaging.eligibility import NoticeKind
from triage_app.imaging.image_plane import SpacingBasis
from triage_app.triage.outcome import Scored
from triage_app.ui.viewer.heat_layer import HeatStyle
from triage_app.ui.viewer.image_view import ImageView
from triage_app.ui.viewer.loading import LoadedImage
from triage_app.ui.viewer.marks import Marks, ViewState, make_marks
from triage_app.ui.viewer.measuring import Measuring
from triage_app.ui.viewer.windowing import presets_for, voi_text
from triage_app.ui.wording import decimal_text
from triage_app.worklist.records import InstanceRow

__all__ = ["Pane"]

_MILLIMETRES_PER_INCH = 25.4
_LIKELY_DOTS_PER_INCH = (30.0, 600.0)
_SAME_SIZE = 0.005


class Pane(QObject):
    """Holds what one view shows and composes what stands around it."""

    changed = Signal()
    """Another image, or none; what can be done with it has changed."""
    frame_wanted = Signal(int)
    """Index of the frame that the reader wants to see."""
    image_step_wanted = Signal(int)
    """The reader asks for an image that many places further."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.view = ImageView()
        self.image: LoadedImage | None = None
        self.instance: InstanceRow | None = None
        self.presets: tuple[VoiOption, ...] = ()
        self.is_heat_on = False
        self.is_heat_allowed = True
        self._caption = ""
        self._place = ""
        self._probe = ""
        self._are_marks_complete = True
        self._drawn: dict[tuple[str, int], Measuring] = {}
        self.view.view_changed.connect(self.refresh_marks)
        self.view.probed.connect(self._note_probe)
        self.view.stepped.connect(self.step)

    # What is shown

    def show_nothing(self, sentence: str) -> None:
        """Show a sentence and no patient's marks."""
        self.image = self.instance = None
        self._caption = self._place = ""
        self._drawn.clear()
        self._show_sentence(sentence)

    def show_waiting(self, instance: InstanceRow) -> None:
        """Show whose image is on its way; the one before is gone at once."""
        self._forget_other_studies(instance)
        self.instance, self.image = instance, None
        self._show_sentence(self.tr("Loading …"))

    def show_image(self, image: LoadedImage) -> None:
        """Show an image, another frame of it, or the reason why there is none."""
        before, self.image = self.image, image
        self._forget_other_studies(image.instance)
        self.instance = image.instance
        if image.frame is None:
            self._show_sentence(self.tr("This image cannot be shown.\n\n{}").format(image.problem))
            return
        if before and before.frame and _is_other_frame(before, image):
            self.view.replace_frame(image.frame)
        else:
            self.presets = presets_for(image.frame.display)
            self.view.show_frame(image.frame, self.presets[0].voi, image.plane)
            self.view.set_heat(image.heat)
        drawing = self._drawn.setdefault(
            (image.instance.facts.path, image.frame_number), Measuring()
        )
        drawing.stop()
        self.view.measuring = drawing
        self.changed.emit()
        self.refresh_marks()

    def show_place(self, number: int, total: int) -> None:
        """Say which of the study's images is shown, from 1."""
        self._place = self.tr("Image {} of {}").format(number, total) if total > 1 else ""
        self.refresh_marks()

    def show_caption(self, caption: str) -> None:
        """Say what the image is to the other one, such as a prior."""
        self._caption = caption
        self.refresh_marks()

    def _show_sentence(self, sentence: str) -> None:
        self.presets = ()
        self._probe = ""
        self.view.show_sentence(sentence)
        self.changed.emit()
        self.refresh_marks()

    def _forget_other_studies(self, instance: InstanceRow) -> None:
        before = self.instance.facts.study if self.instance else None
        if before is None or before.study_instance_uid != instance.facts.study.study_instance_uid:
            self._drawn.clear()

    # Commands

    def reset(self) -> None:
        """Give up the measurement under way, else show the image as it was when it came."""
        if self.view.measuring.stop():
            self.view.update()
        elif self.image and self.image.frame:
            self.view.set_inverted(False)
            self.view.set_voi(self.presets[0].voi)
            self.view.orient(replace(self.view.orientation, quarter_turns=0, is_flipped=False))
            self.view.fit()

    def apply_preset(self, number: int) -> None:
        """Use the VOI LUT or window under a number key."""
        if number < len(self.presets):
            self.view.set_voi(self.presets[number].voi)

    def turn(self, quarters: int) -> None:
        """Turn what is seen clockwise."""
        self.view.orient(self.view.orientation.turned(quarters))

    def flip(self, *, is_upside_down: bool = False) -> None:
        """Flip what is seen."""
        before = self.view.orientation
        self.view.orient(before.flipped_upside_down() if is_upside_down else before.flipped())

    def show_life_size(self) -> None:
        """Show a millimetre of the image as a millimetre of the screen, where both are known."""
        scale = self.life_size_scale()
        if scale is not None and self.view.viewport:
            self.view.move_to(self.view.viewport.scaled_to(scale))

    def life_size_scale(self) -> float | None:
        """Widget pixels per image pixel at life size; None where image or screen do not say it."""
        spacing = self.image.plane.spacing if self.image and self.image.frame else None
        per_mm = _pixels_per_mm(self.view.screen())
        if spacing is None or per_mm is None:
            return None
        is_turned = self.view.orientation.swaps_axes
        return per_mm * (spacing.row_mm if is_turned else spacing.column_mm)

    def step(self, places: int) -> None:
        """Go through the frames of the image; at their ends, and where there are none, images."""
        if not self.step_frame(places):
            self.image_step_wanted.emit(places)

    def step_frame(self, places: int) -> bool:
        """Ask for another frame; whether there is one that way."""
        image = self.image
        if image is None or not 0 <= image.frame_number + places < image.frames:
            return False
        self.frame_wanted.emit(image.frame_number + places)
        return True

    def delete_measurements(self, *, all_of_them: bool) -> None:
        """Take away the last measurement, or all of this image."""
        if all_of_them:
            self.view.measuring.clear()
        else:
            self.view.measuring.delete_last()
        self.view.update()

    # State

    @property
    def has_frame(self) -> bool:
        """Whether there is an image to work on."""
        return self.image is not None and self.image.frame is not None

    @property
    def has_heat(self) -> bool:
        """Whether there is a heatmap."""
        return self.image is not None and self.image.heat is not None

    @property
    def is_flagged(self) -> bool:
        """Whether the model flagged this image."""
        outcome = self.instance.outcome if self.instance else None
        return isinstance(outcome, Scored) and outcome.is_flagged

    def set_heat_style(self, style: HeatStyle) -> None:
        """Show the heatmap that way if it is switched on."""
        is_on = self.has_heat and self.is_heat_on
        self.view.set_heat_style(style if is_on else replace(style, opacity=0.0))
        self.refresh_marks()

    def set_marks_complete(self, are_complete: bool) -> None:
        """Show all marks and measurements, or only what must never be hidden."""
        self._are_marks_complete = are_complete
        self.view.set_measurements_shown(are_complete)
        self.refresh_marks()

    def refresh_marks(self) -> None:
        """Compose the marks anew."""
        if self.instance is None:
            self.view.set_marks(Marks())
            return
        image = self.image
        state = ViewState(
            voi=voi_text(self.view.voi) if self.view.voi else "",
            zoom=self.view.screen_scale if self.view.frame else None,
            probe=self._probe,
            is_inverted=self.view.is_inverted,
            place=self._place,
            orientation=self.view.orientation,
            edges=image.plane.edges if image else None,
            frame=self.tr("Frame {} of {}").format(image.frame_number + 1, image.frames)
            if image and image.frames > 1
            else "",
            size_note=self._size_note(),
            caption=self._caption,
            heat_note=self._heat_note(),
            heat_alert=self._heat_alert(),
        )
        is_complete = self._are_marks_complete
        self.view.set_marks(make_marks(self.instance.facts, state, is_complete=is_complete))

    def _heat_note(self) -> str:
        """Say that there is no heatmap because there is no flag."""
        outcome = self.instance.outcome if self.instance else None
        if not (self.is_heat_allowed and self.has_frame and isinstance(outcome, Scored)):
            return ""
        if outcome.is_flagged or math.isnan(outcome.probability):  # withheld: triage only
            return ""
        return self.tr("No heatmap: score below operating point")

    def _heat_alert(self) -> str:
        """Say of a heatmap that is shown that it must not be trusted."""
        outcome = self.instance.outcome if self.instance else None
        if not (self.has_heat and self.is_heat_on and isinstance(outcome, Scored)):
            return ""
        is_outside = any(n.kind is NoticeKind.HEAT_OUTSIDE_CHEST for n in outcome.notices)
        return self.tr("MOST HEAT OUTSIDE THE CHEST - do not trust") if is_outside else ""

    def _size_note(self) -> str:
        scale, viewport = self.life_size_scale(), self.view.viewport
        if scale is None or viewport is None or self.image is None:
            return ""
        if not math.isclose(scale, viewport.scale, rel_tol=_SAME_SIZE):
            return ""
        spacing = self.image.plane.spacing
        is_at_detector = spacing is not None and spacing.basis is SpacingBasis.DETECTOR
        return self.tr("Life size at detector") if is_at_detector else self.tr("Life size")

    def _note_probe(self, pixel: tuple[int, int] | None) -> None:
        self._probe = ""
        if pixel is not None and self.view.frame is not None:
            row, column = pixel
            value = self.view.frame.value_at(row, column)
            text = self.tr("padding") if value is None else _number(value)
            self._probe = self.tr("x {}  y {}  value {}").format(column, row, text)
        self.refresh_marks()


def _is_other_frame(before: LoadedImage, image: LoadedImage) -> bool:
    """Tell whether both are frames of one image, so that the view of it stays."""
    if before.frame is None or image.frame is None:
        return False
    is_same_image = before.instance.facts.path == image.instance.facts.path
    return (
        is_same_image
        and before.frame_number != image.frame_number
        and (before.frame.rows, before.frame.columns) == (image.frame.rows, image.frame.columns)
    )


def _pixels_per_mm(screen: QScreen) -> float | None:
    """Give widget pixels per millimetre; None where the screen does not say its size."""
    dots_per_inch = screen.physicalDotsPerInch()
    lowest, highest = _LIKELY_DOTS_PER_INCH
    return dots_per_inch / _MILLIMETRES_PER_INCH if lowest <= dots_per_inch <= highest else None


def _number(value: float) -> str:
    is_whole = math.isclose(value, round(value), abs_tol=1e-6)
    return decimal_text(value, 0 if is_whole else 3)
