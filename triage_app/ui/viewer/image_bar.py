"""The bar above the images: tools, presets, heat, comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QSlider, QToolBar, QToolButton, QWidget

from triage_app.ui.actions import Command
from triage_app.ui.icons import load_icon
from triage_app.ui.viewer.tools import Tool

__all__ = ["OPACITY_STEP", "TOOLS", "ImageBar"]

OPACITY_STEP = 10
"""Percent."""

_FIRST_OPACITY = 50
_GAP = 8

TOOLS = {
    Command.TOOL_WINDOW: Tool.WINDOW,
    Command.TOOL_ZOOM: Tool.ZOOM,
    Command.TOOL_PAN: Tool.PAN,
    Command.TOOL_SCROLL: Tool.SCROLL,
    Command.TOOL_LENGTH: Tool.LENGTH,
    Command.TOOL_ANGLE: Tool.ANGLE,
}

_AFTER_PRESETS: tuple[Command | None, ...] = (
    Command.INVERT,
    Command.TURN_RIGHT,
    Command.FLIP,
    Command.FIT,
    Command.PIXEL_FOR_PIXEL,
    Command.MAGNIFIER,
    Command.RESET,
    None,
    Command.HEATMAP,
)
_AFTER_OPACITY: tuple[Command | None, ...] = (
    Command.HEAT_OUTLINES,
    None,
    Command.SIDE_BY_SIDE,
    Command.PRIOR,
    Command.LINK_ZOOM,
    None,
    Command.MARKS,
    Command.STRIP,
    Command.HEADER,
    Command.EXPORT_PICTURE,
    Command.DETACH_VIEWER,
)


class ImageBar(QToolBar):
    """Offers by mouse what the keys do; what does not fit stands behind the bar's own arrow."""

    def __init__(
        self,
        actions: Mapping[Command, QAction],
        preset_actions: Sequence[QAction],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Image tools"))
        self.setObjectName("ImageBar")
        self.setMovable(False)
        self.setIconSize(QSize(20, 20))
        self._actions = actions
        self.opacity = self._make_opacity_slider()
        self.presets_button = self._make_presets_button(preset_actions)
        self.tools = QActionGroup(self)
        for command in TOOLS:
            self.tools.addAction(actions[command])
            self.addAction(actions[command])
        actions[Command.TOOL_WINDOW].setChecked(True)
        self._add_gap()
        self.addWidget(self.presets_button)
        self._add(_AFTER_PRESETS)
        self.addWidget(self.opacity)
        self._add(_AFTER_OPACITY)
        more = self.findChild(QToolButton, "qt_toolbar_ext_button")
        if isinstance(more, QToolButton):  # Qt's own drawing is black
            more.setIcon(load_icon("more"))
            more.setToolTip(self.tr("More tools"))

    def _add(self, commands: tuple[Command | None, ...]) -> None:
        for command in commands:
            if command is None:
                self._add_gap()
            else:
                self.addAction(self._actions[command])

    def _add_gap(self) -> None:
        gap = QWidget()
        gap.setFixedWidth(_GAP)
        self.addWidget(gap)

    def _make_opacity_slider(self) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(OPACITY_STEP, 100)
        slider.setSingleStep(OPACITY_STEP)
        slider.setPageStep(OPACITY_STEP)
        slider.setValue(_FIRST_OPACITY)
        slider.setFixedWidth(70)
        slider.setToolTip(self.tr("Strength of the heatmap ([ and ])"))
        slider.setAccessibleName(self.tr("Strength of the heatmap"))
        return slider

    def _make_presets_button(self, preset_actions: Sequence[QAction]) -> QToolButton:
        button = QToolButton()
        button.setText(self.tr("Presets"))
        button.setToolTip(self.tr("Windows and VOI LUTs (keys 0 to 9)"))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        menu = QMenu(button)
        menu.addActions(list(preset_actions))
        button.setMenu(menu)
        return button
