from __future__ import annotations

import colorsys
from dataclasses import fields

import pytest

from triage_app.triage.study import StudyState
from triage_app.ui.theme import READING_ROOM, SMALLEST_CONTRAST, contrast_ratio
from triage_app.ui.worklist.delegate import state_colour, state_icon

INKS = ("text", "muted", "accent", "flagged", "caution", "neutral")


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast_ratio("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast_ratio("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast_ratio("#ffffff", "#777777") == contrast_ratio("#777777", "#ffffff")


@pytest.mark.parametrize("ink", INKS)
def test_every_ink_can_be_read_on_every_surface(ink: str) -> None:
    worst = min(
        contrast_ratio(getattr(READING_ROOM, ink), surface) for surface in READING_ROOM.surfaces
    )
    assert worst >= SMALLEST_CONTRAST


@pytest.mark.parametrize(
    "ink", ["selection_text", "text", "flagged", "caution", "neutral", "muted"]
)
def test_what_stands_in_the_chosen_row_can_be_read(ink: str) -> None:
    assert contrast_ratio(getattr(READING_ROOM, ink), READING_ROOM.selection) >= SMALLEST_CONTRAST


def test_no_colour_of_the_theme_is_green() -> None:
    for attribute in fields(READING_ROOM):
        colour = getattr(READING_ROOM, attribute.name)
        red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
        hue, _, saturation = colorsys.rgb_to_hls(red, green, blue)
        is_green = saturation > 0.25 and 75 <= hue * 360 <= 180
        assert not is_green, attribute.name


def test_red_means_flagged_and_nothing_else() -> None:
    reds = [state for state in StudyState if state_colour(state) == READING_ROOM.flagged]
    assert reds == [StudyState.FLAGGED]
    assert state_colour(StudyState.NOT_PROCESSED) == READING_ROOM.caution


def test_every_state_has_a_drawing_of_its_own() -> None:
    assert len({state_icon(state) for state in StudyState}) == len(StudyState)
