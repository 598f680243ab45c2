"""The heat's numbers: exact, with their meaning, and no more geometry than the source states."""

from __future__ import annotations

from pathlib import Path

import highdicom as hd
import numpy as np
import pytest
from pydicom.sr.codedict import codes

from tests.results.dicom.conftest import MADE_AT, AssessedFactory, saved
from tests.results.dicom.peers import complaints_of_dciodvfy, run_peer
from triage_app.inference.card import ModelCard
from triage_app.results.dicom.parametric_map import build_parametric_map


def test_the_numbers_are_the_networks(assessed: AssessedFactory, tiny_card, tmp_path: Path):
    item = assessed()
    made = build_parametric_map(item, tiny_card, MADE_AT)
    assert made is not None
    read = hd.pm.ParametricMap.from_file(saved(made, tmp_path / "pm.dcm"))
    np.testing.assert_array_equal(read.get_frames()[0], item.outcome.heatmap)


def test_a_real_world_value_mapping_says_what_they_mean(assessed: AssessedFactory, tiny_card):
    made = build_parametric_map(assessed(), tiny_card, MADE_AT)
    assert made is not None
    (mapping,) = made.SharedFunctionalGroupsSequence[0].RealWorldValueMappingSequence
    assert (mapping.RealWorldValueSlope, mapping.RealWorldValueIntercept) == (1, 0)
    assert mapping.MeasurementUnitsCodeSequence[0].CodeValue == "1"
    (quantity,) = mapping.QuantityDefinitionSequence
    assert quantity.ConceptCodeSequence[0].CodeValue == codes.DCM.ClassActivation.value


def test_the_cells_cover_the_whole_image(assessed: AssessedFactory, tiny_card: ModelCard):
    made = build_parametric_map(
        assessed(changes={"ImagerPixelSpacing": [0.2, 0.1]}), tiny_card, MADE_AT
    )
    assert made is not None
    (measures,) = made.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence
    rows_mm, columns_mm = map(float, measures.PixelSpacing)
    assert rows_mm * made.Rows == pytest.approx(96 * 0.2)
    assert columns_mm * made.Columns == pytest.approx(120 * 0.1)


@pytest.mark.parametrize(
    ("orientation", "cosines"),
    [
        (["L", "F"], [1, 0, 0, 0, 0, -1]),
        (["R", "F"], [-1, 0, 0, 0, 0, -1]),
        (["LP", "FA"], [1, 0, 0, 0, 0, -1]),
    ],
    ids=str,
)
def test_directions_come_from_the_patient_orientation(
    assessed: AssessedFactory, tiny_card: ModelCard, orientation: list[str], cosines: list[float]
):
    made = build_parametric_map(
        assessed(changes={"PatientOrientation": orientation}), tiny_card, MADE_AT
    )
    assert made is not None
    (plane,) = made.SharedFunctionalGroupsSequence[0].PlaneOrientationSequence
    assert list(plane.ImageOrientationPatient) == cosines


@pytest.mark.parametrize(
    "changes",
    [
        {"PatientOrientation": None},
        {"PatientOrientation": ["L", "L"]},
        {"PatientOrientation": ["L", "?"]},
        {"ImagerPixelSpacing": None},
    ],
    ids=str,
)
def test_no_geometry_is_made_up(assessed: AssessedFactory, tiny_card: ModelCard, changes: dict):
    assert build_parametric_map(assessed(changes=changes), tiny_card, MADE_AT) is None


def test_its_frame_of_reference_is_its_own(assessed: AssessedFactory, tiny_card: ModelCard):
    item = assessed(changes={"FrameOfReferenceUID": "1.2.3.4"})
    made = build_parametric_map(item, tiny_card, MADE_AT)
    other = build_parametric_map(assessed("other.dcm"), tiny_card, MADE_AT)
    assert made is not None
    assert other is not None
    assert len({"1.2.3.4", made.FrameOfReferenceUID, other.FrameOfReferenceUID}) == 3
    (frame,) = made.PerFrameFunctionalGroupsSequence
    (source,) = frame.DerivationImageSequence[0].SourceImageSequence
    assert source.ReferencedSOPInstanceUID == item.sop_instance_uid
    assert source.SpatialLocationsPreserved == "NO"


def test_the_same_map_again_is_the_same_instance(
    assessed: AssessedFactory, tiny_card: ModelCard, tmp_path: Path
):
    item = assessed()
    paths = [
        saved(build_parametric_map(item, tiny_card, MADE_AT), tmp_path / name) for name in "ab"
    ]
    assert paths[0].read_bytes() == paths[1].read_bytes()


@pytest.mark.peer
def test_peers_validate_and_read_it(assessed: AssessedFactory, tiny_card, tmp_path: Path):
    path = saved(build_parametric_map(assessed(), tiny_card, MADE_AT), tmp_path / "pm.dcm")
    assert complaints_of_dciodvfy(path) == []
    assert run_peer("dcmdump", path).returncode == 0
