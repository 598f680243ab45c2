"""The picture with the heat: what is burned in, and that every viewer can open it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
import pytest
from PIL import Image

from tests.results.dicom.conftest import MADE_AT, AssessedFactory, blob_pixels, saved
from tests.results.dicom.peers import complaints_of_dciodvfy, run_peer
from triage_app.imaging.rendering import render_instance
from triage_app.inference.card import ModelCard
from triage_app.inference.heat_colours import COLD
from triage_app.results.dicom.heat_picture import (
    LONGEST_SIDE,
    draw_heat_picture,
    result_lines,
)
from triage_app.results.dicom.secondary_capture import build_secondary_capture
from triage_app.results.dicom.study import AssessedInstance


def capture_of(item: AssessedInstance, card: ModelCard) -> pydicom.Dataset:
    return build_secondary_capture(item, render_instance(item.instance), card, MADE_AT)


def test_it_is_a_colour_picture_marked_as_burned_in(assessed: AssessedFactory, tiny_card):
    capture = capture_of(assessed(), tiny_card)
    assert (capture.PhotometricInterpretation, capture.BitsAllocated) == ("RGB", 8)
    assert capture.BurnedInAnnotation == "YES"
    assert capture.ConversionType == "WSD"
    assert capture.ImageType[:2] == ["DERIVED", "SECONDARY"]
    assert "PixelSpacing" not in capture


def test_it_refers_to_its_source_and_its_model(assessed: AssessedFactory, tiny_card: ModelCard):
    item = assessed()
    capture = capture_of(item, tiny_card)
    assert capture.SourceImageSequence[0].ReferencedSOPInstanceUID == item.sop_instance_uid
    assert capture.DeviceUID == tiny_card.device_uid
    assert capture.SeriesInstanceUID != item.instance.facts.study.series_instance_uid


def test_the_text_says_result_operating_point_and_notices(assessed: AssessedFactory, tiny_card):
    lines = result_lines(assessed(age="040Y").outcome, tiny_card)
    assert lines[0].endswith("- FLAGGED")
    assert lines[1] == "operating point: balanced (threshold 0.5)"
    assert lines[-1] == "Age 40 years; the model was trained on ages 1 to 5."
    assert result_lines(assessed(is_flagged=False).outcome, tiny_card)[0].endswith("NOT FLAGGED")


@pytest.mark.parametrize(
    ("rows", "columns"), [(40, 50), (96, 120), (1700, 1300), (700, 60)], ids=str
)
def test_text_stands_beside_the_radiograph_and_never_on_it(
    assessed: AssessedFactory, tiny_card: ModelCard, rows: int, columns: int
):
    item = assessed(pixels=blob_pixels(rows=rows, columns=columns))
    rendered = render_instance(item.instance)
    picture = draw_heat_picture(rendered, item.outcome, tiny_card)
    above = picture.pixels[: picture.image_top]
    below = picture.pixels[picture.image_bottom :]
    assert (above > 200).sum() > 300
    assert (below > 200).sum() > 300
    shown = picture.image_bottom - picture.image_top
    assert max(shown, shown * columns / rows) <= LONGEST_SIDE + 1
    assert picture.pixels.shape[1] >= 200
    # Nothing of the text is cut off at the right.
    assert not (above[:, -2:] > 100).any()
    assert not (below[:, -2:] > 100).any()


def test_cold_parts_keep_the_grey_of_the_radiograph(assessed: AssessedFactory, tiny_card):
    item = assessed(is_flagged=False, pixels=blob_pixels(300, rows=600, columns=600))
    assert item.outcome.heatmap.min() < COLD
    rendered = render_instance(item.instance)
    picture = draw_heat_picture(rendered, item.outcome, tiny_card)
    corner = picture.pixels[picture.image_bottom - 5, 5]
    assert corner[0] == corner[1] == corner[2] == round(float(rendered[-5, 5]))


def test_pixels_that_are_not_square_are_shown_in_their_shape(assessed, tiny_card: ModelCard):
    item = assessed(pixels=blob_pixels(rows=600, columns=600))
    picture = draw_heat_picture(
        render_instance(item.instance), item.outcome, tiny_card, row_to_column_spacing=2.0
    )
    assert picture.image_bottom - picture.image_top == pytest.approx(1200, abs=1)


def test_a_lossy_source_makes_a_lossy_result(assessed: AssessedFactory, tiny_card: ModelCard):
    item = assessed(changes={"LossyImageCompression": "01", "LossyImageCompressionRatio": "10"})
    capture = capture_of(item, tiny_card)
    assert capture.LossyImageCompression == "01"
    assert capture.LossyImageCompressionRatio == 10


def test_an_instance_that_was_not_scored_has_no_picture(assessed: AssessedFactory, tiny_card):
    item = assessed(body_part="HAND")
    with pytest.raises(ValueError, match="expected a scored instance"):
        capture_of(item, tiny_card)


@pytest.mark.peer
@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
def test_peers_validate_and_show_it(
    assessed: AssessedFactory, tiny_card: ModelCard, tmp_path: Path, photometric: str
):
    item = assessed(photometric=photometric, pixels=blob_pixels(2600))
    capture = capture_of(item, tiny_card)
    path = saved(capture, tmp_path / "sc.dcm")
    assert complaints_of_dciodvfy(path) == []
    ended = run_peer("dcm2pnm", "+op", path, tmp_path / "sc.ppm")
    assert ended.returncode == 0, ended.stderr
    shown = np.asarray(Image.open(tmp_path / "sc.ppm"))
    np.testing.assert_array_equal(shown, capture.pixel_array)
    rows = shown.shape[0]
    assert (shown[-rows // 12 :] > 200).sum() > 300  # the disclaimer at the bottom
    assert (shown[: rows // 20] > 200).sum() > 300  # the result at the top
