"""The viewer: the radiograph with its tools, presets, heatmap and marks."""

from __future__ import annotations

import math
from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import (
    QMenu,
    QSlider,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from triage_app.imaging.display import VoiOption
from triage_app.triage.outcome import Scored
from triage_app.ui.actions import Command
from triage_app.ui.viewer.heat_layer import HeatStyle
from triage_app.ui.viewer.image_view import ImageView, Tool
from triage_app.ui.viewer.loading import LoadedImage
from triage_app.ui.viewer.marks import Marks, ViewState, make_marks
from triage_app.ui.viewer.windowing import LARGEST_PRESETS, presets_for, voi_text
from triage_app.worklist.records import InstanceRow

__all__ = ["ViewerPanel"]

_OPACITY_STEP = 10
_FIRST_OPACITY = 50
_ZOOM_STEP = 1.25
_GAP = 10

_TOOLS = {
    Command.TOOL_WINDOW: Tool.WINDOW,
    Command.TOOL_ZOOM: Tool.ZOOM,
    Command.TOOL_PAN: Tool.PAN,
    Command.TOOL_SCROLL: Tool.SCROLL,
}


class ViewerPanel(QWidget):
    """Shows a `LoadedImage`; stands beside the list now and can stand on a screen of its own."""

    image_step_wanted = Signal(int)
    """The reader asks for an image of the study that many places further."""

    def __init__(self, actions: Mapping[Command, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self._image: LoadedImage | None = None
        self._instance: InstanceRow | None = None
        self._presets: tuple[VoiOption, ...] = ()
        self._probe = ""
        self._wants_heat_on_flagged = True
        self.view = ImageView()
        self.opacity = self._make_opacity_slider()
        self.preset_actions = self._make_preset_actions()
        self._place = ""
        self.tool_bar = self._make_tool_bar()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.tool_bar)
        layout.addWidget(self.view, 1)
        self._connect()
        self.show_nothing(self.tr("Choose a study in the list."))

    # What is shown

    def show_nothing(self, sentence: str) -> None:
        """Show a sentence and no patient's marks."""
        self._image = self._instance = None
        self._set_presets(())
        self.view.show_sentence(sentence)
        self.show_count(0, 0)
        self._refresh_state()

    def show_waiting(self, instance: InstanceRow) -> None:
        """Show whose image is on its way; the one before is gone at once."""
        self._instance, self._image = instance, None
        self._set_presets(())
        self.view.show_sentence(self.tr("Loading …"))
        self._refresh_state()

    def show_image(self, image: LoadedImage) -> None:
        """Show an image, or the reason why there is none."""
        self._image, self._instance = image, image.instance
        if image.frame is None:
            self._set_presets(())
            self.view.show_sentence(
                self.tr("This image cannot be shown.\n\n{}").format(image.problem)
            )
        else:
            self._set_presets(presets_for(image.frame.display))
            self.view.show_frame(image.frame, self._presets[0].voi)
            self.view.set_heat(image.heat)
        self._actions[Command.INVERT].setChecked(False)
        self._actions[Command.HEATMAP].setChecked(
            self._is_flagged() and self._wants_heat_on_flagged
        )
        self._refresh_state()

    def show_count(self, number: int, total: int) -> None:
        """Say which of the study's images is shown, from 1."""
        self._place = self.tr("Image {} of {}").format(number, total) if total > 1 else ""
        self._actions[Command.PREVIOUS_IMAGE].setEnabled(number > 1)
        self._actions[Command.NEXT_IMAGE].setEnabled(number < total)

    # Commands

    def reset(self) -> None:
        """Show the image as it was when it came."""
        if self._image and self._image.frame:
            self._actions[Command.INVERT].setChecked(False)
            self.view.set_inverted(False)
            self.view.set_voi(self._presets[0].voi)
            self.view.fit()

    def apply_preset(self, number: int) -> None:
        """Use the VOI LUT or window under a number key."""
        if number < len(self._presets):
            self.view.set_voi(self._presets[number].voi)

    def _toggle_heat(self, is_on: bool) -> None:
        if self._is_flagged():
            self._wants_heat_on_flagged = is_on
        self._refresh_heat()

    def _change_opacity(self, change: int) -> None:
        self.opacity.setValue(self.opacity.value() + change)
        self._actions[Command.HEATMAP].setChecked(self._has_heat())
        self._refresh_heat()

    def _choose_tool(self, action: QAction) -> None:
        self.view.tool = _TOOLS[Command(action.objectName())]

    def _note_probe(self, pixel: tuple[int, int] | None) -> None:
        self._probe = ""
        if pixel is not None and self.view.frame is not None:
            row, column = pixel
            value = self.view.frame.value_at(row, column)
            text = self.tr("padding") if value is None else _number(value)
            self._probe = self.tr("x {}  y {}  value {}").format(column, row, text)
        self._refresh_marks()

    # State

    def _is_flagged(self) -> bool:
        outcome = self._instance.outcome if self._instance else None
        return isinstance(outcome, Scored) and outcome.is_flagged

    def _has_heat(self) -> bool:
        return self._image is not None and self._image.heat is not None

    def _refresh_state(self) -> None:
        has_frame = self._image is not None and self._image.frame is not None
        for command in (
            *_TOOLS,
            Command.INVERT,
            Command.FIT,
            Command.PIXEL_FOR_PIXEL,
            Command.ZOOM_IN,
            Command.ZOOM_OUT,
            Command.RESET,
        ):
            self._actions[command].setEnabled(has_frame)
        for command in (Command.HEATMAP, Command.LESS_HEAT, Command.MORE_HEAT):
            self._actions[command].setEnabled(self._has_heat())
        self.presets_button.setEnabled(has_frame)
        self._refresh_heat()
        self._refresh_marks()

    def _refresh_heat(self) -> None:
        is_on = self._has_heat() and self._actions[Command.HEATMAP].isChecked()
        self.opacity.setEnabled(is_on)
        self.view.set_heat_style(HeatStyle(self.opacity.value() / 100 if is_on else 0.0))

    def _refresh_marks(self) -> None:
        if self._instance is None:
            self.view.set_marks(Marks())
            return
        state = ViewState(
            voi=voi_text(self.view.voi) if self.view.voi else "",
            zoom=self.view.screen_scale if self.view.frame else None,
            probe=self._probe,
            is_inverted=self.view.is_inverted,
            place=self._place,
        )
        is_complete = self._actions[Command.MARKS].isChecked()
        self.view.set_marks(make_marks(self._instance.facts, state, is_complete=is_complete))

    def _set_presets(self, presets: tuple[VoiOption, ...]) -> None:
        self._presets = presets
        for number, action in enumerate(self.preset_actions):
            action.setVisible(number < len(presets))
            action.setEnabled(number < len(presets))
            if number < len(presets):
                option = presets[number]
                text = option.label[:1].upper() + option.label[1:]
                action.setText(f"{text}   {voi_text(option.voi)}")

    # Building

    def _make_opacity_slider(self) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(_OPACITY_STEP, 100)
        slider.setSingleStep(_OPACITY_STEP)
        slider.setPageStep(_OPACITY_STEP)
        slider.setValue(_FIRST_OPACITY)
        slider.setFixedWidth(80)
        slider.setToolTip(self.tr("Strength of the heatmap ([ and ])"))
        slider.setAccessibleName(self.tr("Strength of the heatmap"))
        return slider

    def _make_preset_actions(self) -> tuple[QAction, ...]:
        actions = []
        for number in range(LARGEST_PRESETS):
            action = QAction(self)
            action.setShortcut(QKeySequence(str(number)))
            action.triggered.connect(lambda _=False, n=number: self.apply_preset(n))
            actions.append(action)
        self.addActions(actions)
        return tuple(actions)

    def _make_tool_bar(self) -> QToolBar:
        bar = QToolBar(self.tr("Image tools"))
        bar.setObjectName("ImageBar")
        bar.setMovable(False)
        bar.setIconSize(QSize(20, 20))
        self._tools = QActionGroup(self)
        for command in _TOOLS:
            self._tools.addAction(self._actions[command])
        self._actions[Command.TOOL_WINDOW].setChecked(True)
        self._actions[Command.MARKS].setChecked(True)
        self.presets_button = QToolButton()
        self.presets_button.setText(self.tr("Presets"))
        self.presets_button.setToolTip(self.tr("Windows and VOI LUTs (keys 0 to 9)"))
        self.presets_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.presets_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        menu = QMenu(self.presets_button)
        menu.addActions(list(self.preset_actions))
        self.presets_button.setMenu(menu)
        bar.addActions([self._actions[command] for command in _TOOLS])
        bar.addWidget(_make_gap())
        bar.addWidget(self.presets_button)
        for command in (Command.INVERT, Command.FIT, Command.PIXEL_FOR_PIXEL, Command.RESET):
            bar.addAction(self._actions[command])
        bar.addWidget(_make_gap())
        bar.addAction(self._actions[Command.HEATMAP])
        bar.addWidget(self.opacity)
        bar.addWidget(_make_gap())
        bar.addAction(self._actions[Command.MARKS])
        return bar

    def _connect(self) -> None:
        actions, view = self._actions, self.view
        self._tools.triggered.connect(self._choose_tool)
        actions[Command.INVERT].toggled.connect(view.set_inverted)
        actions[Command.FIT].triggered.connect(view.fit)
        actions[Command.PIXEL_FOR_PIXEL].triggered.connect(view.show_pixel_for_pixel)
        actions[Command.ZOOM_IN].triggered.connect(lambda: view.zoom_by(_ZOOM_STEP))
        actions[Command.ZOOM_OUT].triggered.connect(lambda: view.zoom_by(1 / _ZOOM_STEP))
        actions[Command.RESET].triggered.connect(self.reset)
        actions[Command.HEATMAP].triggered.connect(self._toggle_heat)
        actions[Command.LESS_HEAT].triggered.connect(lambda: self._change_opacity(-_OPACITY_STEP))
        actions[Command.MORE_HEAT].triggered.connect(lambda: self._change_opacity(_OPACITY_STEP))
        actions[Command.MARKS].toggled.connect(self._refresh_marks)
        self.opacity.valueChanged.connect(self._refresh_heat)
        view.view_changed.connect(self._refresh_marks)
        view.probed.connect(self._note_probe)
        view.stepped.connect(self.image_step_wanted)


def _make_gap() -> QWidget:
    """Make a gap between groups of tools."""
    gap = QWidget()
    gap.setFixedWidth(_GAP)
    return gap


def _number(value: float) -> str:
    return f"{value:.0f}" if math.isclose(value, round(value), abs_tol=1e-6) else f"{value:.3f}"
