"""The outline of the heat on the source image: geometry, and the grey that the source asks for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from pydicom import Dataset

from tests.results.dicom.conftest import MADE_AT, AssessedFactory, blob_pixels, saved
from tests.results.dicom.peers import complaints_of_dciodvfy, run_peer
from triage_app.imaging.rendering import load_modality_image, render_instance
from triage_app.imaging.transforms import LookupTable, Rescale, VoiFunction, Window
from triage_app.inference.card import ModelCard
from triage_app.inference.heatmap import place_heatmap
from triage_app.results.dicom.presentation_state import OUTLINE_LEVEL, build_presentation_state
from triage_app.results.dicom.study import AssessedInstance

RAMP = np.linspace(0, 65535, 4096).astype(np.uint16)
GREYS = {
    "window": {"voi": (Window(2048.0, 4096.0),)},
    "exact window": {"voi": (Window(2000.0, 3500.5, VoiFunction.LINEAR_EXACT),)},
    "sigmoid": {"voi": (Window(1800.0, 1500.0, VoiFunction.SIGMOID),)},
    "MONOCHROME1": {"photometric": "MONOCHROME1", "voi": (Window(1500.0, 3000.0),)},
    "steep sigmoid": {"voi": (Window(1600.0, 200.0, VoiFunction.SIGMOID),)},
    "no VOI at all": {"voi": (), "changes": {"WindowCenter": None, "WindowWidth": None}},
    "rescale": {"modality": Rescale(2.0, -100.0), "voi": (Window(4000.0, 8200.0),)},
    "VOI LUT": {"voi": (LookupTable(RAMP, 0, 16),)},
    "modality LUT": {
        "modality": LookupTable(RAMP[::-1].copy(), 0, 16),
        "voi": (Window(40000.0, 60000.0),),
    },
}


def state_of(item: AssessedInstance, card: ModelCard) -> Dataset | None:
    return build_presentation_state(item, load_modality_image(item.instance), card, MADE_AT)


def flagged(item: AssessedInstance) -> AssessedInstance:
    return replace(item, outcome=replace(item.outcome, is_flagged=True))


def polylines(state: Dataset) -> list[NDArray[np.float64]]:
    (annotation,) = state.GraphicAnnotationSequence
    return [
        np.array(item.GraphicData, dtype=np.float64).reshape(-1, 2)
        for item in annotation.GraphicObjectSequence
    ]


def test_the_outlines_hold_the_hot_part_of_the_source(assessed: AssessedFactory, tiny_card):
    pixels = np.full((280, 420), 1500, np.uint16)
    pixels[40:120, 240:360] = 4095
    item = assessed(pixels=pixels, voi=(Window(1000.0, 1400.0),))
    state = state_of(flagged(item), tiny_card)
    assert state is not None
    inside = Image.new("L", (420, 280))
    for line in polylines(state):
        ImageDraw.Draw(inside).polygon([tuple(point) for point in line], fill=1)
    heat = place_heatmap(item.outcome.heatmap, (280, 420), tiny_card.preprocessing)
    expected = heat >= OUTLINE_LEVEL * item.outcome.heatmap.max()
    agreement = (np.asarray(inside).astype(bool) == expected).mean()
    assert agreement > 0.97


def test_units_are_pixels_within_the_image(assessed: AssessedFactory, tiny_card: ModelCard):
    item = assessed()
    state = state_of(item, tiny_card)
    assert state is not None
    image = item.instance.facts.image
    for graphic in state.GraphicAnnotationSequence[0].GraphicObjectSequence:
        assert graphic.GraphicAnnotationUnits == "PIXEL"
        assert graphic.GraphicType == "POLYLINE"
    points = np.concatenate(polylines(state))
    assert points.min() >= 0
    assert (points.max(axis=0) <= [image.columns, image.rows]).all()


def test_the_text_states_the_level_and_the_disclaimer(assessed: AssessedFactory, tiny_card):
    state = state_of(assessed(), tiny_card)
    assert state is not None
    (text,) = state.GraphicAnnotationSequence[0].TextObjectSequence
    assert "FLAGGED" in text.UnformattedTextValue
    assert "outline: 50% of the greatest heat" in text.UnformattedTextValue
    assert "Research use only - not a medical device." in text.UnformattedTextValue


def test_an_image_that_is_not_flagged_has_no_outline(assessed: AssessedFactory, tiny_card):
    assert state_of(assessed(is_flagged=False), tiny_card) is None


def test_it_refers_to_the_source_alone(assessed: AssessedFactory, tiny_card: ModelCard):
    item = assessed()
    state = state_of(item, tiny_card)
    assert state is not None
    (series,) = state.ReferencedSeriesSequence
    assert series.SeriesInstanceUID == item.instance.facts.study.series_instance_uid
    (image,) = series.ReferencedImageSequence
    assert image.ReferencedSOPInstanceUID == item.sop_instance_uid


def test_pixels_that_are_not_square_are_displayed_in_their_shape(
    assessed: AssessedFactory, tiny_card: ModelCard
):
    state = state_of(assessed(changes={"ImagerPixelSpacing": [0.3, 0.2]}), tiny_card)
    assert state is not None
    assert list(state.DisplayedAreaSelectionSequence[0].PresentationPixelAspectRatio) == [3, 2]


@pytest.mark.peer
@pytest.mark.parametrize("grey", GREYS.values(), ids=GREYS)
def test_a_peer_that_applies_it_shows_what_we_show(
    assessed: AssessedFactory, tiny_card: ModelCard, tmp_path: Path, grey: dict
):
    item = assessed("source.dcm", pixels=blob_pixels(1500), **grey)
    state = state_of(flagged(item), tiny_card)
    assert state is not None
    path = saved(state, tmp_path / "pr.dcm")
    assert complaints_of_dciodvfy(path) == []
    checked = run_peer("dcmpschk", path)
    assert "Test passed" in checked.stdout + checked.stderr, checked.stderr
    ended = run_peer("dcmp2pgm", "-p", path, item.instance.source.path, tmp_path / "shown.pgm")
    assert ended.returncode == 0, ended.stderr
    shown = np.asarray(Image.open(tmp_path / "shown.pgm")).astype(np.float64)
    expected = render_instance(item.instance)
    assert shown.shape == expected.shape
    assert expected.std() > 5
    assert np.abs(shown - expected).max() <= 2.5  # rounding of the peer's own tables
