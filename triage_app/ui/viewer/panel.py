"""The viewer: one radiograph or two with their tools, presets, heatmap and marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QLabel, QSlider, QSplitter, QVBoxLayout, QWidget

from triage_app.inference.heat_colours import COLD
from triage_app.ui.actions import Command
from triage_app.ui.viewer.cine import Cine
from triage_app.ui.viewer.heat_layer import HeatMode, HeatStyle
from triage_app.ui.viewer.image_bar import OPACITY_STEP, TOOLS, ImageBar
from triage_app.ui.viewer.image_view import ImageView
from triage_app.ui.viewer.link import PaneLink
from triage_app.ui.viewer.loading import LoadedImage
from triage_app.ui.viewer.pane import Pane
from triage_app.ui.viewer.pane_acts import PANE_ACTS
from triage_app.ui.viewer.strip import ImageStrip
from triage_app.ui.viewer.tools import MouseHabits
from triage_app.ui.viewer.windowing import LARGEST_PRESETS, voi_text
from triage_app.worklist.records import InstanceRow

__all__ = ["ViewerPanel"]

_THRESHOLD_STEP = 0.05
_HIGHEST_THRESHOLD = 0.95
_NEEDS_FRAME = (
    *TOOLS,
    Command.INVERT,
    Command.FIT,
    Command.PIXEL_FOR_PIXEL,
    Command.MAGNIFIER,
    Command.ZOOM_IN,
    Command.ZOOM_OUT,
    Command.RESET,
    Command.TURN_RIGHT,
    Command.TURN_LEFT,
    Command.FLIP,
    Command.FLIP_UPSIDE_DOWN,
    Command.DELETE_MEASUREMENT,
    Command.DELETE_MEASUREMENTS,
    Command.EXPORT_PICTURE,
)
_NEEDS_HEAT = (
    Command.HEATMAP,
    Command.LESS_HEAT,
    Command.MORE_HEAT,
    Command.HEAT_OUTLINES,
    Command.LOWER_HEAT_THRESHOLD,
    Command.HIGHER_HEAT_THRESHOLD,
)


class ViewerPanel(QWidget):
    """Shows one image, or another beside it; in the window or on a screen of its own.

    Commands go to the active pane: the one that the reader turned to last.
    """

    image_step_wanted = Signal(int)
    """The reader asks for an image of the study that many places further."""
    beside_step_wanted = Signal(int)
    """The same for the image beside."""

    def __init__(self, actions: Mapping[Command, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._actions = actions
        self._wants_heat_on_flagged = True
        self._is_heat_allowed = True
        self._threshold = COLD
        self.main, self.beside = Pane(self), Pane(self)
        self._active = self.main
        self.preset_actions = self._make_preset_actions()
        self.bar = ImageBar(actions, self.preset_actions)
        self.strip = ImageStrip()
        self.comparison, self.caution = QLabel(), QLabel()
        self.link = PaneLink(self.main, self.beside, self)
        self.cine = Cine(self.main, self)
        for command in (Command.MARKS, Command.STRIP, Command.LINK_ZOOM, Command.LINK_WINDOW):
            actions[command].setChecked(True)
        self._lay_out()
        self._connect()
        self.set_beside_shown(False)
        self.show_nothing(self.tr("Choose a study in the list."))

    @property
    def view(self) -> ImageView:
        """The view of the study that is read."""
        return self.main.view

    @property
    def active(self) -> Pane:
        """The pane that commands go to."""
        return self._active

    @property
    def is_heat_allowed(self) -> bool:
        """Whether the site shows heatmaps at all."""
        return self._is_heat_allowed

    @property
    def is_beside_shown(self) -> bool:
        """Whether there are two images."""
        return not self.beside.view.isHidden()

    # What is shown

    def show_nothing(self, sentence: str) -> None:
        """Show a sentence and no patient's marks."""
        self.main.show_nothing(sentence)
        self.show_count(0, 0)

    def show_waiting(self, instance: InstanceRow) -> None:
        """Show whose image is on its way; the one before is gone at once."""
        self.main.show_waiting(instance)

    def show_image(self, image: LoadedImage, *, is_beside: bool = False) -> None:
        """Show an image, or the reason why there is none."""
        pane = self.beside if is_beside else self.main
        is_other_image = pane.image is None or pane.image.instance is not image.instance
        pane.show_image(image)
        if is_other_image:
            pane.is_heat_on = (
                self._is_heat_allowed and pane.is_flagged and self._wants_heat_on_flagged
            )
        self._refresh_state()

    def show_count(self, number: int, total: int) -> None:
        """Say which of the study's images is shown, from 1."""
        self.main.show_place(number, total)
        self._actions[Command.PREVIOUS_IMAGE].setEnabled(number > 1)
        self._actions[Command.NEXT_IMAGE].setEnabled(number < total)
        self.strip.mark_shown(number - 1)

    def show_strip(self, instances: Sequence[InstanceRow], number: int) -> None:
        """Offer the study's images; `number` is the index of the one that is shown."""
        self.strip.show_instances(instances)
        self.strip.mark_shown(number)
        self._refresh_strip()

    def set_beside_shown(self, is_shown: bool) -> None:
        """Show a second image, or the first alone."""
        self.beside.view.setVisible(is_shown)
        if not is_shown:
            self.beside.show_nothing("")
            self.show_comparison("", "")
            self.activate(self.main)
        for pane in (self.main, self.beside):
            pane.view.set_active(is_shown and pane is self._active)
        self._actions[Command.OTHER_IMAGE].setEnabled(is_shown)

    def show_comparison(self, text: str, caution: str) -> None:
        """Say above the images how they compare, and what must be known of it."""
        for label, words in ((self.comparison, text), (self.caution, caution)):
            label.setText(words)
            label.setVisible(bool(words))

    def allow_heat(self, is_allowed: bool) -> None:
        """Let the reader see heatmaps at all; a site that only sorts its list does not."""
        self._is_heat_allowed = is_allowed
        for pane in (self.main, self.beside):
            pane.is_heat_allowed = is_allowed
        if not is_allowed:
            self.main.is_heat_on = self.beside.is_heat_on = False
        self._refresh_state()

    def set_mouse_habits(self, habits: MouseHabits) -> None:
        """Let buttons and wheel do what the reader is used to."""
        for pane in (self.main, self.beside):
            pane.view.set_mouse_habits(habits)

    def activate(self, pane: Pane) -> None:
        """Let commands go to a pane."""
        if pane is self._active:
            return
        self._active = pane
        for one in (self.main, self.beside):
            one.view.set_active(self.is_beside_shown and one is pane)
        self._refresh_state()

    @property
    def opacity(self) -> QSlider:
        """Strength of the heatmap, in percent."""
        return self.bar.opacity

    # Commands

    def apply_preset(self, number: int) -> None:
        """Use the VOI LUT or window under a number key."""
        self._active.apply_preset(number)

    def _invert(self, is_inverted: bool) -> None:
        self._active.view.set_inverted(is_inverted)

    def _go_to_other(self) -> None:
        other = self.beside if self._active is self.main else self.main
        self.activate(other)
        other.view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _toggle_heat(self, is_on: bool) -> None:
        if self._active.is_flagged:
            self._wants_heat_on_flagged = is_on
        self._active.is_heat_on = is_on
        self._refresh_heat()

    def _change_opacity(self, change: int) -> None:
        self.opacity.setValue(self.opacity.value() + change)
        self._active.is_heat_on = self._active.has_heat
        self._refresh_heat()

    def _change_threshold(self, change: float) -> None:
        self._threshold = min(max(self._threshold + change, COLD), _HIGHEST_THRESHOLD)
        self._active.is_heat_on = self._active.has_heat
        self._refresh_heat()

    def _choose_tool(self, action: QAction) -> None:
        for pane in (self.main, self.beside):
            pane.view.measuring.stop()
            pane.view.tool = TOOLS[Command(action.objectName())]
            pane.view.update()

    def _set_marks(self, are_complete: bool) -> None:
        for pane in (self.main, self.beside):
            pane.set_marks_complete(are_complete)

    def _set_magnifier(self, is_on: bool) -> None:
        for pane in (self.main, self.beside):
            pane.view.set_magnifier(is_on)

    def _play(self, is_on: bool) -> None:
        if is_on:
            self.cine.play()
        else:
            self.cine.stop()

    # State

    def _refresh_state(self) -> None:
        pane, actions = self._active, self._actions
        for command in _NEEDS_FRAME:
            actions[command].setEnabled(pane.has_frame)
        for command in _NEEDS_HEAT:
            actions[command].setEnabled(pane.has_heat and self._is_heat_allowed)
        actions[Command.LIFE_SIZE].setEnabled(pane.life_size_scale() is not None)
        actions[Command.HEADER].setEnabled(pane.instance is not None)
        frames = pane.image.frames if pane.image else 1
        for command in (Command.NEXT_FRAME, Command.PREVIOUS_FRAME):
            actions[command].setEnabled(frames > 1)
        main = self.main.image
        actions[Command.CINE].setEnabled(main is not None and main.frames > 1)
        self.bar.presets_button.setEnabled(pane.has_frame)
        self._refresh_presets()
        self._refresh_inversion()
        self._refresh_heat()

    def _refresh_inversion(self) -> None:
        with QSignalBlocker(self._actions[Command.INVERT]):
            self._actions[Command.INVERT].setChecked(self._active.view.is_inverted)

    def _refresh_heat(self) -> None:
        pane = self._active
        is_on = pane.has_heat and pane.is_heat_on
        with QSignalBlocker(self._actions[Command.HEATMAP]):
            self._actions[Command.HEATMAP].setChecked(is_on)
        self.opacity.setEnabled(is_on)
        are_outlines = self._actions[Command.HEAT_OUTLINES].isChecked()
        style = HeatStyle(
            opacity=self.opacity.value() / 100,
            threshold=self._threshold,
            mode=HeatMode.OUTLINES if are_outlines else HeatMode.COLOURS,
        )
        for one in (self.main, self.beside):
            one.set_heat_style(style)

    def _refresh_presets(self) -> None:
        presets = self._active.presets
        for number, action in enumerate(self.preset_actions):
            action.setVisible(number < len(presets))
            action.setEnabled(number < len(presets))
            if number < len(presets):
                option = presets[number]
                text = option.label[:1].upper() + option.label[1:]
                action.setText(f"{text}   {voi_text(option.voi)}")

    def _refresh_strip(self) -> None:
        is_wanted = self._actions[Command.STRIP].isChecked()
        self.strip.setVisible(is_wanted and self.strip.count() > 1)

    # Building

    def _make_preset_actions(self) -> tuple[QAction, ...]:
        actions = []
        for number in range(LARGEST_PRESETS):
            action = QAction(self)
            action.setShortcut(QKeySequence(str(number)))
            action.triggered.connect(lambda _=False, n=number: self.apply_preset(n))
            actions.append(action)
        self.addActions(actions)
        return tuple(actions)

    def _lay_out(self) -> None:
        for label, name in ((self.comparison, "Comparison"), (self.caution, "Caution")):
            label.setObjectName(name)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setContentsMargins(12, 4, 12, 4)
        self.panes = QSplitter(Qt.Orientation.Horizontal)
        self.panes.setChildrenCollapsible(False)
        self.panes.setHandleWidth(4)
        for pane in (self.main, self.beside):
            self.panes.addWidget(pane.view)
        self.beside.view.setAccessibleName(self.tr("Radiograph to compare with"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for widget in (self.bar, self.comparison, self.caution):
            layout.addWidget(widget)
        layout.addWidget(self.panes, 1)
        layout.addWidget(self.strip)

    def _connect(self) -> None:
        actions = self._actions
        for command, act in PANE_ACTS.items():
            actions[command].triggered.connect(lambda _=False, act=act: act(self._active))
        for command, change in {
            Command.LESS_HEAT: lambda: self._change_opacity(-OPACITY_STEP),
            Command.MORE_HEAT: lambda: self._change_opacity(OPACITY_STEP),
            Command.LOWER_HEAT_THRESHOLD: lambda: self._change_threshold(-_THRESHOLD_STEP),
            Command.HIGHER_HEAT_THRESHOLD: lambda: self._change_threshold(_THRESHOLD_STEP),
            Command.OTHER_IMAGE: self._go_to_other,
        }.items():
            actions[command].triggered.connect(lambda _=False, change=change: change())
        self.bar.tools.triggered.connect(self._choose_tool)
        actions[Command.INVERT].triggered.connect(self._invert)
        actions[Command.HEATMAP].triggered.connect(self._toggle_heat)
        actions[Command.HEAT_OUTLINES].toggled.connect(self._refresh_heat)
        actions[Command.MARKS].toggled.connect(self._set_marks)
        actions[Command.MAGNIFIER].toggled.connect(self._set_magnifier)
        actions[Command.STRIP].toggled.connect(self._refresh_strip)
        actions[Command.CINE].toggled.connect(self._play)
        actions[Command.LINK_ZOOM].toggled.connect(self.link.set_zoom)
        actions[Command.LINK_WINDOW].toggled.connect(self.link.set_window)
        self.link.set_zoom(actions[Command.LINK_ZOOM].isChecked())
        self.link.set_window(actions[Command.LINK_WINDOW].isChecked())
        self.cine.stopped.connect(lambda: actions[Command.CINE].setChecked(False))
        self.opacity.valueChanged.connect(self._refresh_heat)
        for pane in (self.main, self.beside):
            pane.changed.connect(self._refresh_state)
            pane.view.focused.connect(lambda pane=pane: self.activate(pane))
            pane.view.view_changed.connect(self._refresh_inversion)
        self.main.image_step_wanted.connect(self.image_step_wanted)
        self.beside.image_step_wanted.connect(self.beside_step_wanted)
