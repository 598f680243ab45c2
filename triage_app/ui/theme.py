"""The look of a dark reading room: one palette, checked for contrast, and the style made of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from importlib.resources import files
from string import Template

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

__all__ = ["READING_ROOM", "SMALLEST_CONTRAST", "Theme", "apply_theme", "contrast_ratio"]

SMALLEST_CONTRAST = 4.5
"""WCAG 2.2, success criterion 1.4.3, for text."""


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours by their meaning, as ``#rrggbb``.

    Attributes
    ----------
    canvas : behind and around an image
    window, panel, raised, field : surfaces, from the frame to what stands out of it
    line : borders between surfaces
    control_line : borders of what can be clicked or typed into
    text, muted : text of the first and second rank, on every surface
    selection, selection_text : the chosen row
    accent : focus, progress, links; a grey blue that means nothing medical
    flagged : only for what the model flagged
    caution : only for what was not processed, failed, or needs care
    neutral : marks of all that is neither
    """

    canvas: str = "#000000"
    window: str = "#101316"
    panel: str = "#15191d"
    raised: str = "#20262c"
    field: str = "#0b0e10"
    line: str = "#262d34"
    control_line: str = "#6d7884"
    text: str = "#d5dbe1"
    muted: str = "#98a3ae"
    selection: str = "#24384a"
    selection_text: str = "#f2f5f8"
    accent: str = "#7fb0dc"
    flagged: str = "#ff7a70"
    caution: str = "#e8b04a"
    neutral: str = "#9aa5b0"

    @property
    def surfaces(self) -> tuple[str, ...]:
        """Every colour that text may stand on, the chosen row apart."""
        return (self.canvas, self.window, self.panel, self.raised, self.field)


READING_ROOM = Theme()


def contrast_ratio(first: str, second: str) -> float:
    """Contrast of two colours, 1 to 21.

    Notes
    -----
    WCAG 2.2, definitions of contrast ratio and relative luminance.
    """
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[start : start + 2], 16) / 255.0 for start in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def apply_theme(application: QApplication, theme: Theme = READING_ROOM) -> None:
    """Give the whole application the theme, on every platform alike."""
    application.setStyle(QStyleFactory.create("Fusion"))
    application.setPalette(_palette(theme))
    application.setStyleSheet(_style_sheet(theme))


def _palette(theme: Theme) -> QPalette:
    palette = QPalette()
    for role, colour in (
        (QPalette.ColorRole.Window, theme.window),
        (QPalette.ColorRole.WindowText, theme.text),
        (QPalette.ColorRole.Base, theme.panel),
        (QPalette.ColorRole.AlternateBase, theme.panel),
        (QPalette.ColorRole.Text, theme.text),
        (QPalette.ColorRole.Button, theme.raised),
        (QPalette.ColorRole.ButtonText, theme.text),
        (QPalette.ColorRole.BrightText, theme.selection_text),
        (QPalette.ColorRole.PlaceholderText, theme.muted),
        (QPalette.ColorRole.ToolTipBase, theme.raised),
        (QPalette.ColorRole.ToolTipText, theme.text),
        (QPalette.ColorRole.Highlight, theme.selection),
        (QPalette.ColorRole.HighlightedText, theme.selection_text),
        (QPalette.ColorRole.Accent, theme.accent),
        (QPalette.ColorRole.Link, theme.accent),
        (QPalette.ColorRole.LinkVisited, theme.accent),
    ):
        palette.setColor(role, QColor(colour))
    for role in (
        QPalette.ColorRole.WindowText,
        QPalette.ColorRole.Text,
        QPalette.ColorRole.ButtonText,
    ):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.control_line))
    return palette


def _style_sheet(theme: Theme) -> str:
    folder = files("triage_app").joinpath("resources/style")
    text = folder.joinpath("reading_room.qss").read_text("utf-8")
    # Qt loads the small drawings of controls from files, which Windows names with backslashes
    return Template(text).substitute(asdict(theme), folder=str(folder).replace("\\", "/"))
