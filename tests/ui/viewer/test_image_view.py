from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from triage_app.imaging.display import make_display, render
from triage_app.imaging.rendering import ModalityImage
from triage_app.imaging.transforms import GreyTransforms, Window
from triage_app.ui.viewer.frame import Frame, make_frame
from triage_app.ui.viewer.image_view import ImageView, Tool

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

ROWS, COLUMNS = 300, 400
VOI = Window(2000, 4000)


def make_test_frame(*, is_inverted: bool = False) -> Frame:
    y, x = np.mgrid[0:ROWS, 0:COLUMNS]
    values = (8 * x + 3 * y).astype(np.float32)
    transforms = GreyTransforms(voi=(VOI,), is_inverted=is_inverted)
    return make_frame(make_display(ModalityImage(values, None, transforms, 12)))


@pytest.fixture
def view(qtbot: QtBot) -> ImageView:
    widget = ImageView()
    qtbot.addWidget(widget)
    widget.resize(800, 600)
    widget.show()
    qtbot.waitExposed(widget)
    widget.show_frame(make_test_frame(), VOI)
    return widget


def grey_of(view: ImageView) -> np.ndarray:
    """Grab what is painted, as (rows, columns) uint8 of its green channel."""
    picture = view.grab().toImage().convertToFormat(view.grab().toImage().Format.Format_RGB888)
    flat = np.frombuffer(picture.constBits(), dtype=np.uint8)
    rows = flat.reshape(picture.height(), picture.bytesPerLine())[:, : picture.width() * 3]
    return rows.reshape(picture.height(), picture.width(), 3)[:, :, 1].copy()


def drag(
    view: ImageView,
    start: tuple[int, int],
    end: tuple[int, int],
    button: Qt.MouseButton = Qt.MouseButton.LeftButton,
) -> None:
    for kind, at, pressed in (
        (QEvent.Type.MouseButtonPress, start, button),
        (QEvent.Type.MouseMove, end, Qt.MouseButton.NoButton),
        (QEvent.Type.MouseButtonRelease, end, button),
    ):
        point = QPointF(*at)
        event = QMouseEvent(
            kind, point, view.mapToGlobal(point), pressed, button, Qt.KeyboardModifier.NoModifier
        )
        QApplication.sendEvent(view, event)


def turn_wheel(
    view: ImageView,
    at: tuple[int, int],
    notches: int,
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    point = QPointF(*at)
    event = QWheelEvent(
        point,
        view.mapToGlobal(point),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


def test_pixel_for_pixel_paints_the_rendered_image(view: ImageView) -> None:
    view.show_pixel_for_pixel()
    painted = grey_of(view)[150:450, 200:600]
    frame = view.frame
    assert frame is not None
    np.testing.assert_array_equal(painted, render(frame.display, VOI, is_inverted=False))


def test_the_fitted_image_fills_the_widget(view: ImageView) -> None:
    painted = grey_of(view)
    assert painted[590, 790] > painted[10, 10]
    assert view.viewport is not None
    assert view.viewport.scale == pytest.approx(2.0)


def test_dragging_right_widens_the_window(view: ImageView) -> None:
    drag(view, (100, 100), (228, 100))
    assert isinstance(view.voi, Window)
    assert view.voi.width == pytest.approx(6000)
    assert view.voi.center == pytest.approx(2000)


@pytest.mark.parametrize("is_inverted", [False, True], ids=["monochrome2", "monochrome1"])
def test_dragging_up_brightens_whatever_the_photometric_interpretation(
    view: ImageView, is_inverted: bool
) -> None:
    view.show_frame(make_test_frame(is_inverted=is_inverted), VOI)
    before = grey_of(view).mean()
    drag(view, (300, 300), (300, 250))
    assert grey_of(view).mean() > before + 5


def test_inverting_turns_black_and_white_around(view: ImageView) -> None:
    view.show_pixel_for_pixel()
    before = grey_of(view)[150:450, 200:600].astype(int)
    view.set_inverted(True)
    after = grey_of(view)[150:450, 200:600].astype(int)
    assert np.abs(before + after - 255).max() <= 1


def test_the_wheel_zooms_to_the_cursor(view: ImageView) -> None:
    at = (613, 217)
    assert view.viewport is not None
    before = view.viewport.to_image(*at)
    turn_wheel(view, at, 3)
    assert view.viewport.scale > 3.0
    assert view.viewport.to_image(*at) == pytest.approx(before, abs=1e-6)


def test_ctrl_and_wheel_ask_for_other_images(qtbot: QtBot, view: ImageView) -> None:
    with qtbot.waitSignal(view.stepped) as asked:
        turn_wheel(view, (100, 100), -1, Qt.KeyboardModifier.ControlModifier)
    assert asked.args == [1]


@pytest.mark.parametrize(
    ("tool", "button"),
    [(Tool.PAN, Qt.MouseButton.LeftButton), (Tool.WINDOW, Qt.MouseButton.MiddleButton)],
    ids=["left with its tool", "middle with any"],
)
def test_moving_takes_the_image_along(view: ImageView, tool: Tool, button: Qt.MouseButton) -> None:
    view.show_pixel_for_pixel()
    assert view.viewport is not None
    x, y = view.viewport.to_widget(200, 150)
    view.tool = tool
    drag(view, (300, 300), (340, 280), button)
    assert view.viewport.to_widget(200, 150) == pytest.approx((x + 40, y - 20))
    assert view.voi == VOI


@pytest.mark.parametrize(
    ("tool", "button"),
    [(Tool.ZOOM, Qt.MouseButton.LeftButton), (Tool.WINDOW, Qt.MouseButton.RightButton)],
    ids=["left with its tool", "right with any"],
)
def test_dragging_up_zooms_in(view: ImageView, tool: Tool, button: Qt.MouseButton) -> None:
    view.tool = tool
    drag(view, (300, 300), (300, 200), button)
    assert view.viewport is not None
    assert view.viewport.scale > 3.0


def test_scrolling_by_drag_asks_for_images_step_by_step(view: ImageView) -> None:
    asked: list[int] = []
    view.stepped.connect(asked.append)
    view.tool = Tool.SCROLL
    drag(view, (300, 300), (300, 385))
    assert asked == [2]


def test_a_double_click_changes_between_whole_and_pixel_for_pixel(
    qtbot: QtBot, view: ImageView
) -> None:
    at = QPoint(500, 300)
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=at)
    assert view.screen_scale == pytest.approx(1.0)
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=at)
    assert view.viewport is not None
    assert view.viewport.is_fitted


def test_the_pixel_under_the_cursor_is_told_and_forgotten(view: ImageView) -> None:
    told: list[object] = []
    view.probed.connect(told.append)
    drag(view, (100, 50), (101, 51))
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert told == [(25, 50), None]


def test_keys_move_and_window_without_a_mouse(qtbot: QtBot, view: ImageView) -> None:
    view.show_pixel_for_pixel()
    assert view.viewport is not None
    before = view.viewport.center_x
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.viewport.center_x > before
    qtbot.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert isinstance(view.voi, Window)
    assert view.voi.width > VOI.width


def test_heat_lies_over_its_place_and_goes_when_it_is_switched_off(view: ImageView) -> None:
    heat = np.zeros((30, 40, 4), dtype=np.uint8)
    heat[:15, :20] = (255, 0, 0, 255)
    view.set_heat(heat)
    clean = grey_of(view)
    view.set_heat_opacity(1.0)
    heated = grey_of(view)
    assert heated[150, 150] == 0
    assert heated[450, 150] == clean[450, 150]
    view.set_heat_opacity(0.0)
    np.testing.assert_array_equal(grey_of(view), clean)


def test_a_sentence_takes_the_image_s_place(view: ImageView) -> None:
    view.show_sentence("Cannot be shown.")
    assert view.frame is None
    assert grey_of(view).max() > 100
    drag(view, (10, 10), (50, 50))
    turn_wheel(view, (10, 10), 1)


def test_a_resized_widget_keeps_the_whole_image_in_sight(view: ImageView) -> None:
    view.resize(400, 600)
    assert view.viewport is not None
    assert view.viewport.scale == pytest.approx(1.0)
