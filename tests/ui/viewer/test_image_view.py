from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from triage_app.imaging.display import make_display, render
from triage_app.imaging.image_plane import ImagePlane
from triage_app.imaging.preprocessing import PreprocessingSpec
from triage_app.imaging.rendering import ModalityImage
from triage_app.imaging.transforms import GreyTransforms, Window
from triage_app.inference.heat_colours import HEAT_COLOURS
from triage_app.ui.viewer.frame import Frame, make_frame
from triage_app.ui.viewer.heat_layer import HeatLayer, HeatMode, HeatStyle
from triage_app.ui.viewer.image_view import ImageView, Tool
from triage_app.ui.viewer.marks import Marks
from triage_app.ui.viewer.measurement import MeasurementKind
from triage_app.ui.viewer.orientation import Orientation
from triage_app.ui.viewer.tools import MouseHabits

if TYPE_CHECKING:
    from collections.abc import Callable

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
    heat = np.zeros((30, 40), dtype=np.uint8)
    heat[:15, :20] = 255
    view.set_heat(HeatLayer(heat, heat.astype(np.float32) / 255, PreprocessingSpec()))
    clean = grey_of(view)
    view.set_heat_style(HeatStyle(opacity=1.0))
    heated = grey_of(view)
    assert heated[150, 150] == HEAT_COLOURS[255][1]
    assert heated[450, 150] == clean[450, 150]
    view.set_heat_style(HeatStyle(opacity=0.0))
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


# Turning and flipping


@pytest.mark.parametrize(
    ("orientation", "turn"),
    [
        (Orientation().turned(1), lambda grey: np.rot90(grey, -1)),
        (Orientation().turned(-1), lambda grey: np.rot90(grey, 1)),
        (Orientation().flipped(), lambda grey: grey[:, ::-1]),
        (Orientation().flipped_upside_down(), lambda grey: grey[::-1]),
        (Orientation().turned(1).flipped(), lambda grey: np.rot90(grey, -1)[:, ::-1]),
    ],
    ids=["right", "left", "flipped", "upside down", "right, then flipped"],
)
def test_a_turned_image_is_painted_pixel_for_pixel(
    view: ImageView, orientation: Orientation, turn: Callable[[np.ndarray], np.ndarray]
) -> None:
    view.orient(orientation)
    view.show_pixel_for_pixel()
    frame = view.frame
    assert frame is not None
    expected = turn(render(frame.display, VOI, is_inverted=False))
    rows, columns = expected.shape
    top, left = 300 - rows // 2, 400 - columns // 2
    painted = grey_of(view)[top : top + rows, left : left + columns]
    np.testing.assert_array_equal(painted, expected)


def test_a_turned_image_is_fitted_to_its_new_shape(view: ImageView) -> None:
    view.orient(Orientation(1))
    assert view.viewport is not None
    assert view.viewport.is_fitted
    assert view.viewport.scale == pytest.approx(600 / COLUMNS)


def test_the_value_under_the_cursor_is_that_of_the_stored_pixel(view: ImageView) -> None:
    told: list[object] = []
    view.probed.connect(told.append)
    view.orient(Orientation().flipped())
    drag(view, (1, 1), (1, 1))
    assert told[-1] == (0, COLUMNS - 1)


def test_heat_turns_with_its_image(view: ImageView) -> None:
    heat = np.zeros((30, 40), dtype=np.uint8)
    heat[:15, :20] = 255
    view.set_heat(HeatLayer(heat, heat.astype(np.float32) / 255, PreprocessingSpec()))
    view.set_heat_style(HeatStyle(opacity=1.0))
    view.orient(Orientation().flipped())
    painted = grey_of(view)
    assert painted[150, 650] == HEAT_COLOURS[255][1]
    assert painted[150, 150] != HEAT_COLOURS[255][1]


# Heat


def test_outlines_leave_the_image_under_the_heat_as_it_is(view: ImageView) -> None:
    heat = np.zeros((30, 40), dtype=np.float32)
    heat[5:15, 5:20] = 1.0
    layer = HeatLayer(np.rint(heat * 255).astype(np.uint8), heat, PreprocessingSpec())
    view.set_heat(layer)
    clean = grey_of(view)
    view.set_heat_style(HeatStyle(opacity=1.0, mode=HeatMode.OUTLINES))
    outlined = grey_of(view)
    assert outlined[200, 250] == clean[200, 250]
    assert (outlined[90:310, 90:410] != clean[90:310, 90:410]).any()


def test_heat_below_the_threshold_is_not_shown(view: ImageView) -> None:
    heat = np.full((30, 40), 128, dtype=np.uint8)
    view.set_heat(HeatLayer(heat, heat.astype(np.float32) / 255, PreprocessingSpec()))
    clean = grey_of(view)[200:400, 200:400]
    view.set_heat_style(HeatStyle(opacity=1.0, threshold=0.45))
    assert (grey_of(view)[200:400, 200:400] != clean).any()
    view.set_heat_style(HeatStyle(opacity=1.0, threshold=0.55))
    np.testing.assert_array_equal(grey_of(view)[200:400, 200:400], clean)


# Measuring


def test_a_drag_measures_a_length_in_stored_pixels(view: ImageView) -> None:
    view.tool = Tool.LENGTH
    drag(view, (100, 100), (300, 100))
    (measured,) = view.measuring.done
    assert measured.points == ((50.0, 50.0), (150.0, 50.0))
    assert view.voi == VOI, "measuring windows nothing"


def test_clicks_measure_too(qtbot: QtBot, view: ImageView) -> None:
    view.tool = Tool.LENGTH
    for at in ((100, 100), (100, 300)):
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(*at))
    assert view.measuring.done[0].points == ((50.0, 50.0), (50.0, 150.0))


def test_an_angle_takes_a_drag_and_a_click(qtbot: QtBot, view: ImageView) -> None:
    view.tool = Tool.ANGLE
    drag(view, (200, 100), (100, 100))
    assert view.measuring.done == []
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(100, 200))
    (measured,) = view.measuring.done
    assert measured.kind is MeasurementKind.ANGLE
    assert measured.points == ((100.0, 50.0), (50.0, 50.0), (50.0, 100.0))


def test_the_end_of_a_length_can_be_moved(view: ImageView) -> None:
    view.tool = Tool.LENGTH
    drag(view, (100, 100), (300, 100))
    drag(view, (302, 99), (400, 200))
    assert [found.points[1] for found in view.measuring.done] == [(200.0, 100.0)]


def test_no_point_can_be_set_beside_the_image(view: ImageView) -> None:
    view.show_pixel_for_pixel()
    view.tool = Tool.LENGTH
    drag(view, (300, 300), (20, 300))
    assert view.measuring.done[0].points[1] == (0.0, 150.0)


def test_keys_measure_without_a_mouse(qtbot: QtBot, view: ImageView) -> None:
    view.tool = Tool.LENGTH
    qtbot.keyClick(view, Qt.Key.Key_Return)
    for _ in range(10):
        qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    (measured,) = view.measuring.done
    (x0, y0), (x1, y1) = measured.points
    assert (x1 - x0, y1 - y0) == (50.5, 0.0)


def test_a_measured_length_is_painted_and_can_be_hidden(view: ImageView) -> None:
    clean = grey_of(view)
    view.tool = Tool.LENGTH
    drag(view, (100, 100), (300, 100))
    drawn = grey_of(view)
    assert (drawn[95:106, 150:250] != clean[95:106, 150:250]).any()
    view.set_measurements_shown(False)
    np.testing.assert_array_equal(grey_of(view), clean)


def test_measurements_stay_on_their_pixels_when_the_image_is_flipped(view: ImageView) -> None:
    view.tool = Tool.LENGTH
    drag(view, (100, 100), (300, 100))
    points = view.measuring.done[0].points
    view.orient(Orientation().flipped())
    assert view.measuring.done[0].points == points
    assert view.placement is not None
    assert view.placement.to_widget(*points[0]) == pytest.approx((700.0, 100.0))


# Magnifier, pictures, pixels that are not square


def test_the_magnifier_enlarges_around_the_cursor_only(qtbot: QtBot, view: ImageView) -> None:
    view.show_pixel_for_pixel()
    clean = grey_of(view)
    view.set_magnifier(True)
    qtbot.mouseMove(view, QPoint(400, 300))
    magnified = grey_of(view)
    assert magnified[300, 500] < clean[300, 500], "what lies nearer stands here now"
    np.testing.assert_array_equal(magnified[:, :250], clean[:, :250])
    view.set_magnifier(False)
    np.testing.assert_array_equal(grey_of(view), clean)


def test_the_picture_holds_marks_and_measurements_but_not_the_magnifier(view: ImageView) -> None:
    view.set_marks(Marks(top_left=("Probe, Petra",), notice="RESEARCH USE ONLY"))
    view.tool = Tool.LENGTH
    drag(view, (100, 100), (300, 100))
    seen = view.grab().toImage()
    view.set_magnifier(True)
    picture = view.to_picture()
    assert picture.convertToFormat(seen.format()) == seen


def test_pixels_that_are_not_square_are_shown_in_their_shape(view: ImageView) -> None:
    view.show_frame(make_test_frame(), VOI, ImagePlane(pixel_aspect=2.0))
    assert view.placement is not None
    assert view.placement.viewport.scale == pytest.approx(1.0)
    left, top, right, bottom = view.placement.widget_rect(0, 0, COLUMNS, ROWS)
    assert (right - left, bottom - top) == pytest.approx((400, 600))
    view.orient(Orientation(1))
    left, top, right, bottom = view.placement.widget_rect(0, 0, COLUMNS, ROWS)
    assert (right - left) / (bottom - top) == pytest.approx(600 / 400)


def test_buttons_and_wheel_do_what_the_reader_is_used_to(qtbot: QtBot, view: ImageView) -> None:
    view.set_mouse_habits(MouseHabits(right=Tool.WINDOW, middle=Tool.ZOOM, wheel=Tool.SCROLL))
    drag(view, (100, 100), (228, 100), Qt.MouseButton.RightButton)
    assert isinstance(view.voi, Window)
    assert view.voi.width == pytest.approx(6000)
    with qtbot.waitSignal(view.stepped) as asked:
        turn_wheel(view, (100, 100), -1)
    assert asked.args == [1]
    before = view.viewport
    turn_wheel(view, (100, 100), 1, Qt.KeyboardModifier.ControlModifier)
    assert view.viewport != before


def test_a_wheel_cannot_measure() -> None:
    with pytest.raises(ValueError, match="zooms or scrolls"):
        MouseHabits(wheel=Tool.LENGTH)


def test_a_very_large_view_is_hurried_only_while_it_is_dragged(view: ImageView) -> None:
    view.resize(1500, 1800)
    view.tool = Tool.PAN
    still = grey_of(view)
    at = QPointF(750, 900)
    for kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease):
        button, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(
            view, QMouseEvent(kind, at, view.mapToGlobal(at), button, button, none)
        )
        if kind is QEvent.Type.MouseButtonPress:
            hurried = grey_of(view)
    assert (hurried != still).any()
    assert np.abs(hurried.astype(int) - still).max() < 30
    np.testing.assert_array_equal(grey_of(view), still)
