"""What the model saw: its very input, pixel by pixel, and the cells of its heatmap."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from triage_app.inference.heat_colours import HEAT_COLOURS
from triage_app.triage.outcome import Scored
from triage_app.ui.viewer.loading import ModelInput
from triage_app.ui.wording import outcome_text

__all__ = ["ModelInputDialog"]

_SIDE = 448
"""Widget pixels that each picture takes at least where its pixels allow."""


class ModelInputDialog(QDialog):
    """Shows the input in whole screen pixels, without smoothing, and the heat cells beside it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("What the model saw"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.picture, self.cells = QLabel(), QLabel()
        self.picture.setAccessibleName(self.tr("Input of the model"))
        self.cells.setAccessibleName(self.tr("Heatmap of the model, cell by cell"))
        self.picture.setMinimumSize(_SIDE, _SIDE)  # the dialog keeps its place while it waits
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        pictures = QHBoxLayout()
        pictures.addWidget(self.picture)
        pictures.addWidget(self.cells)
        layout = QVBoxLayout(self)
        layout.addLayout(pictures)
        layout.addWidget(self.text)
        layout.addWidget(buttons)

    def show_waiting(self) -> None:
        """Show nothing of the image before."""
        self.picture.clear()
        self.cells.clear()
        self.text.setText(self.tr("Loading …"))

    def show_sentence(self, sentence: str) -> None:
        """Say why there is nothing to show."""
        self.show_waiting()
        self.text.setText(sentence)

    def show_input(self, shown: ModelInput, *, has_heat: bool) -> None:
        """Show the input of an image, and its heat where the site shows any."""
        self._show(self.picture, np.repeat(shown.grey[..., np.newaxis], 3, axis=2))
        outcome, spec = shown.instance.outcome, shown.preprocessing
        lines = [
            self.tr("{} x {} pixels, resized by an antialiased {} filter.").format(
                spec.columns, spec.rows, spec.resize_filter
            ),
            self.tr("The whole image is stretched to this shape; its proportions are not kept."),
        ]
        self.cells.clear()
        if not isinstance(outcome, Scored):
            lines.insert(0, self.tr("Not scored: {}").format(outcome_text(outcome)[1]))
            lines.insert(1, self.tr("This is what the model would have been given."))
        elif has_heat and outcome.heatmap.ndim == 2 and outcome.heatmap.size:
            rows, columns = outcome.heatmap.shape
            heat = np.clip(np.nan_to_num(outcome.heatmap), 0.0, 1.0)
            self._show(self.cells, HEAT_COLOURS[np.rint(heat * 255).astype(np.intp)])
            lines.append(
                self.tr("Its heatmap has {} x {} cells; more detail than that it cannot show.")
                .format(columns, rows)
            )  # fmt: skip
        self.cells.setVisible(not self.cells.pixmap().isNull())
        self.text.setText("\n".join(lines))
        self.adjustSize()  # the dialog was made for the sentence that it waits

    def _show(self, label: QLabel, pixels: NDArray[np.uint8]) -> None:
        rows, columns = pixels.shape[:2]
        ratio = self.devicePixelRatioF()
        factor = max(1, round(_SIDE * ratio / max(rows, columns)))
        large = np.ascontiguousarray(np.repeat(np.repeat(pixels, factor, axis=0), factor, axis=1))
        height, width = large.shape[:2]
        picture = QImage(large.data, width, height, 3 * width, QImage.Format.Format_RGB888)
        pixmap = QPixmap.fromImage(picture)
        pixmap.setDevicePixelRatio(ratio)
        label.setPixmap(pixmap)
