"""A map is shown of what is flagged only, and not without what must be known of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from triage_app.imaging.eligibility import Notice, NoticeKind
from triage_app.imaging.header import read_instance
from triage_app.imaging.preprocessing import PreprocessingSpec
from triage_app.imaging.source import FileSource
from triage_app.triage.outcome import Scored
from triage_app.ui.viewer.heat_layer import HeatStyle
from triage_app.ui.viewer.loading import load_image
from triage_app.ui.viewer.pane import Pane
from triage_app.worklist.records import InstanceRow

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from tests.conftest import InstanceFactory

OUTSIDE = Notice(NoticeKind.HEAT_OUTSIDE_CHEST, "Most of the heat lies outside the chest.")


@pytest.fixture
def pane(qtbot: QtBot) -> Pane:
    made = Pane()
    qtbot.addWidget(made.view)
    return made


def show(
    pane: Pane,
    make_instance: InstanceFactory,
    *,
    is_flagged: bool,
    notices: tuple[Notice, ...] = (),
) -> None:
    outcome = Scored(0.4, is_flagged, "balanced", np.ones((7, 7), np.float32), notices)
    facts = read_instance(FileSource(make_instance())).facts
    pane.show_image(load_image(InstanceRow(facts, outcome, None), PreprocessingSpec()))


def corner(pane: Pane) -> str:
    return " ".join(pane.view.marks.bottom_right)


def test_an_image_below_its_operating_point_has_no_map_and_says_so(
    pane: Pane, make_instance: InstanceFactory
) -> None:
    show(pane, make_instance, is_flagged=False)
    pane.is_heat_on = True
    pane.set_heat_style(HeatStyle(opacity=0.5))
    assert not pane.has_heat
    assert "No heatmap: score below operating point" in corner(pane)


def test_a_flagged_one_has_a_map_and_no_such_words(
    pane: Pane, make_instance: InstanceFactory
) -> None:
    show(pane, make_instance, is_flagged=True)
    assert pane.has_heat
    assert "No heatmap" not in corner(pane)


def test_where_a_site_shows_no_maps_none_is_missed(
    pane: Pane, make_instance: InstanceFactory
) -> None:
    pane.is_heat_allowed = False
    show(pane, make_instance, is_flagged=False)
    assert "No heatmap" not in corner(pane)


def test_a_map_beside_the_chest_is_never_shown_without_its_warning(
    pane: Pane, make_instance: InstanceFactory
) -> None:
    show(pane, make_instance, is_flagged=True, notices=(OUTSIDE,))
    pane.set_marks_complete(False)
    assert pane.view.marks.alerts == ()
    pane.is_heat_on = True
    pane.set_heat_style(HeatStyle(opacity=0.5))
    assert pane.view.marks.alerts == ("MOST HEAT OUTSIDE THE CHEST - do not trust",)
    pane.is_heat_on = False
    pane.set_heat_style(HeatStyle(opacity=0.5))
    assert pane.view.marks.alerts == ()
