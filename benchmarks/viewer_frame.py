"""What one frame of the viewer costs while the window is dragged, on an image of 9 megapixels.

``python -m benchmarks viewer_frame_ms`` prints a table. The baseline is the plain way:
the whole image through the window in floating point, then drawn, for every frame. Both are painted
without a screen on a picture of the view's size, in the same run.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from benchmarks.measurement import Bound, Goal, Measurement
from triage_app.imaging.display import DisplayImage, make_display
from triage_app.imaging.preprocessing import PreprocessingSpec
from triage_app.imaging.rendering import ModalityImage, apply_presentation, apply_voi
from triage_app.imaging.transforms import GreyTransforms, Window
from triage_app.ui.viewer.frame import make_frame
from triage_app.ui.viewer.heat_layer import HeatMode, HeatStyle, make_heat_layer
from triage_app.ui.viewer.image_view import ImageView
from triage_app.ui.viewer.orientation import Orientation

__all__ = ["measure"]

SIDE = 3000
VIEW_SIDE = 1200
LARGE_VIEW_SIDE = 2000
GOAL = Goal(16.0, Bound.AT_MOST)
_REPEATS = 25
_BASELINE_REPEATS = 5


def measure() -> list[Measurement]:
    """Measure every way of looking; the first name is the one that stays."""
    application = QApplication.instance() or QApplication([])
    display = _make_radiograph()
    target = QImage(VIEW_SIDE, VIEW_SIDE, QImage.Format.Format_RGB32)
    baseline = _median_ms(lambda window: _paint_plainly(display, window, target), _BASELINE_REPEATS)
    view = ImageView()
    view.resize(VIEW_SIDE, VIEW_SIDE)
    results = []

    def add(name: str) -> None:
        def drag(window: Window) -> None:
            view.set_voi(window)
            view.render(target)

        value = _median_ms(drag, _REPEATS)
        results.append(Measurement(name, value, "ms", baseline, GOAL))

    frame = make_frame(display)
    view.show_frame(frame, Window(2048, 4096))
    add("viewer_frame_ms")
    view.orient(Orientation(1, is_flipped=True))
    add("viewer_frame_turned_ms")
    view.orient(Orientation())
    view.show_pixel_for_pixel()
    add("viewer_frame_pixel_for_pixel_ms")
    view.fit()
    heat = np.random.default_rng(1).random((7, 7), dtype=np.float32)
    view.set_heat(make_heat_layer(heat, SIDE, SIDE, PreprocessingSpec()))
    view.set_heat_style(HeatStyle(opacity=0.5))
    add("viewer_frame_heat_ms")
    view.set_heat_style(HeatStyle(opacity=0.5, mode=HeatMode.OUTLINES))
    add("viewer_frame_outlines_ms")
    view.set_heat_style(HeatStyle())
    view.set_magnifier(True)
    add("viewer_frame_magnifier_ms")
    view.set_magnifier(False)
    results.append(_measure_large_view(view, display))
    del application
    return results


def _measure_large_view(view: ImageView, display: DisplayImage) -> Measurement:
    """Measure a real drag on a view of 4 megapixels, whose frames are painted unsmoothed."""
    view.resize(LARGE_VIEW_SIDE, LARGE_VIEW_SIDE)
    view.fit()
    target = QImage(LARGE_VIEW_SIDE, LARGE_VIEW_SIDE, QImage.Format.Format_RGB32)
    baseline = _median_ms(lambda window: _paint_plainly(display, window, target), _BASELINE_REPEATS)
    at = QPoint(LARGE_VIEW_SIDE // 2, LARGE_VIEW_SIDE // 2)
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=at)

    def drag(window: Window) -> None:
        view.set_voi(window)
        view.render(target)

    value = _median_ms(drag, _REPEATS)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=at)
    return Measurement("viewer_frame_large_view_ms", value, "ms", baseline, GOAL)


def _make_radiograph() -> DisplayImage:
    noise = np.random.default_rng(7).normal(0, 30, (SIDE, SIDE)).astype(np.float32)
    ramp = np.linspace(200, 3800, SIDE, dtype=np.float32)
    values = np.clip(np.rint(ramp[:, np.newaxis] * 0.5 + ramp * 0.5 + noise), 0, 4095)
    transforms = GreyTransforms(voi=(Window(2048, 4096),))
    return make_display(ModalityImage(values.astype(np.float32), None, transforms, 12))


def _paint_plainly(display: DisplayImage, window: Window, target: QImage) -> None:
    grey = apply_presentation(
        apply_voi(display.values, window), is_inverted=display.is_inverted, padding_mask=None
    )
    pixels = np.rint(grey).astype(np.uint8)
    picture = QImage(pixels.data, SIDE, SIDE, SIDE, QImage.Format.Format_Grayscale8)
    painter = QPainter(target)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(target.rect(), picture)
    painter.end()


def _median_ms(drag: Callable[[Window], None], repeats: int) -> float:
    """Give the median processor time of a frame: other programs may keep the cores busy."""
    taken = []
    for step in range(repeats + 1):
        began = time.process_time()
        drag(Window(2048 + step, 4096 - 7 * step))
        taken.append((time.process_time() - began) * 1000)
    return statistics.median(taken[1:])
