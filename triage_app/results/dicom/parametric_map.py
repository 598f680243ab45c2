"""The heatmap's numbers as a Parametric Map, for whoever computes with them.

The map is written as the network gave it: one value a cell, with the size of a cell and, in words,
where the first one looks. The IOD asks for a plane in space, which a projection radiograph does not
have; so the map is written only where the source states what the plane needs, and says no more than
that: directions from (0020,0020) Patient Orientation, the spacing of the source, and a Frame of
Reference of its own that no other instance shares, so that nothing can be laid over it by
coordinates. (highdicom's
`ParametricMap` copies or asks for a position in the patient, so its parts are put together here.)
"""

from __future__ import annotations

from datetime import datetime
from typing import cast

import highdicom as hd
import numpy as np
from highdicom.pm import RealWorldValueMapping
from highdicom.sr import CodedConcept
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.multival import MultiValue
from pydicom.sequence import Sequence
from pydicom.sr.codedict import codes
from pydicom.tag import Tag
from pydicom.uid import ParametricMapStorage
from pydicom.valuerep import DSfloat

from triage_app.imaging.elements import element_value
from triage_app.inference.card import ModelCard
from triage_app.inference.heatmap import HeatmapGeometry
from triage_app.results.dicom.compression_history import add_lossy_history
from triage_app.results.dicom.context import (
    add_anatomy,
    add_common_references,
    add_context,
    character_set_for,
    plain,
    source_reference,
)
from triage_app.results.dicom.image_result import image_result
from triage_app.results.dicom.provenance import (
    ResultKind,
    instance_uid,
    model_equipment,
)
from triage_app.results.dicom.statement import scored_of
from triage_app.results.dicom.study import AssessedInstance

__all__ = ["build_parametric_map"]

# The patient-based coordinate system: x to the left, y to the back, z to the head.
_DIRECTIONS = {
    "L": (1.0, 0.0, 0.0),
    "R": (-1.0, 0.0, 0.0),
    "P": (0.0, 1.0, 0.0),
    "A": (0.0, -1.0, 0.0),
    "H": (0.0, 0.0, 1.0),
    "F": (0.0, 0.0, -1.0),
}
_IMAGE_TYPE = ["DERIVED", "PRIMARY", "VOLUME", "QUANTITY"]


def build_parametric_map(
    item: AssessedInstance, card: ModelCard, made_at: datetime
) -> Dataset | None:
    """Write the class activation map of one scored image.

    Parameters
    ----------
    item : a scored instance
    card : of the model
    made_at : when the outcome was made, with its time zone

    Returns
    -------
    pydicom data set with its file meta information, Float Pixel Data of (h, w); None where the
    source states no Patient Orientation or no spacing of its pixels

    Raises
    ------
    ValueError
        where the instance was not scored
    """
    heatmap = scored_of(item).heatmap
    facts, header = item.instance.facts, item.instance.header
    character_set = character_set_for(header)
    directions = _direction_cosines(header)
    spacing = facts.image.pixel_spacing_mm
    if directions is None or spacing is None:
        return None
    cells = f"{heatmap.shape[0]} x {heatmap.shape[1]}"
    made = hd.SOPClass(
        study_instance_uid=facts.study.study_instance_uid,
        sop_class_uid=ParametricMapStorage,
        modality="OT",
        **image_result(ResultKind.PARAMETRIC_MAP, item, card, "AI class activation"),
        content_qualification="RESEARCH",
    )
    made.ContributingEquipmentSequence = [model_equipment(card)]
    made.ImageType = _IMAGE_TYPE
    made.ContentLabel = "CLASS_ACTIVATION"
    made.ContentDescription = plain(
        f"{card.title}: {cells} cells over the whole image", character_set
    )
    made.ContentCreatorName = ""
    shape = facts.image.rows, facts.image.columns
    lay = _lay_on_source(card, heatmap.shape, shape)
    made.DerivationDescription = plain(
        f"Class activation map of {card.title}: {cells} cells over the {facts.image.rows} x "
        f"{facts.image.columns} pixels of the source; the first cell's centre lies "
        f"{lay.first_row:.1f} rows below and {lay.first_column:.1f} columns right of its upper "
        f"left corner, and a cell is {lay.row_stride:.1f} rows by {lay.column_stride:.1f} columns",
        character_set,
        longest=1024,
    )
    made.BurnedInAnnotation = "NO"
    made.RecognizableVisualFeatures = "NO"
    made.LossyImageCompression = "00"
    made.PresentationLUTShape = "IDENTITY"
    made.PixelPresentation = "MONOCHROME"
    made.AcquisitionContextSequence = Sequence()
    _add_pixels(made, heatmap)
    _add_dimensions(made, item, card)
    _add_functional_groups(made, item, plain(card.finding, character_set, longest=40))
    cell_mm = spacing[0] * lay.row_stride, spacing[1] * lay.column_stride
    _add_plane(made, directions, cell_mm)
    made.FrameOfReferenceUID = instance_uid(
        ResultKind.PARAMETRIC_MAP, item.sop_instance_uid, card.device_uid, ["frame of reference"]
    )
    made.PositionReferenceIndicator = ""
    add_common_references(made, item.instance)
    add_lossy_history(made, item.instance)
    add_anatomy(made, header)
    add_context(made, header, card, made_at, character_set=character_set)
    return cast("Dataset", made)


def _add_pixels(made: Dataset, heatmap: NDArray[np.float32]) -> None:
    made.NumberOfFrames = 1
    made.SamplesPerPixel = 1
    made.PhotometricInterpretation = "MONOCHROME2"
    made.Rows, made.Columns = heatmap.shape
    made.BitsAllocated = 32
    made.FloatPixelData = np.ascontiguousarray(heatmap, dtype="<f4").tobytes()


def _add_dimensions(made: Dataset, item: AssessedInstance, card: ModelCard) -> None:
    """Index the one frame by its place in a stack (PS3.3 C.7.6.17), for want of a position."""
    organization = Dataset()
    organization.DimensionOrganizationUID = instance_uid(
        ResultKind.PARAMETRIC_MAP, item.sop_instance_uid, card.device_uid, ["dimensions"]
    )
    index = Dataset()
    index.DimensionOrganizationUID = organization.DimensionOrganizationUID
    index.DimensionIndexPointer = Tag("InStackPositionNumber")
    index.FunctionalGroupPointer = Tag("FrameContentSequence")
    index.DimensionDescriptionLabel = "In-Stack Position Number"
    made.DimensionOrganizationSequence = Sequence([organization])
    made.DimensionIndexSequence = Sequence([index])


def _add_functional_groups(made: Dataset, item: AssessedInstance, finding: str) -> None:
    transformation = Dataset()
    transformation.RescaleIntercept, transformation.RescaleSlope = 0, 1
    transformation.RescaleType = "US"
    window = Dataset()
    window.WindowCenter, window.WindowWidth, window.VOILUTFunction = 0.5, 1, "LINEAR_EXACT"
    frame_type = Dataset()
    frame_type.FrameType = _IMAGE_TYPE
    shared = Dataset()
    shared.PixelValueTransformationSequence = Sequence([transformation])
    shared.FrameVOILUTSequence = Sequence([window])
    shared.ParametricMapFrameTypeSequence = Sequence([frame_type])
    shared.RealWorldValueMappingSequence = Sequence(
        [
            RealWorldValueMapping(
                lut_label="CLASS ACTIVATION",
                lut_explanation=f"Class activation for {finding}",
                unit=codes.UCUM.NoUnits,
                value_range=(0.0, 1.0),
                slope=1.0,
                intercept=0.0,
                quantity_definition=codes.DCM.ClassActivation,
            )
        ]
    )
    content = Dataset()
    content.StackID = "1"
    content.InStackPositionNumber = 1
    content.DimensionIndexValues = [1]
    frame = Dataset()
    frame.FrameContentSequence = Sequence([content])
    frame.DerivationImageSequence = Sequence([_derivation(item)])
    made.SharedFunctionalGroupsSequence = Sequence([shared])
    made.PerFrameFunctionalGroupsSequence = Sequence([frame])


def _direction_cosines(header: Dataset) -> list[float] | None:
    """Turn (0020,0020) Patient Orientation into direction cosines (PS3.3 C.7.6.1.1.1, C.7.6.2.1.1).

    The first letter of each value counts: what further letters add is an angle that is not stated.
    """
    stated = element_value(header, "PatientOrientation")
    if not isinstance(stated, MultiValue) or len(stated) != 2:
        return None
    along_row, along_column = (_DIRECTIONS.get(str(value)[:1].upper()) for value in stated)
    if along_row is None or along_column is None or np.dot(along_row, along_column) != 0:
        return None
    return [*along_row, *along_column]


def _lay_on_source(
    card: ModelCard, cells: tuple[int, ...], image_shape: tuple[int, int]
) -> HeatmapGeometry:
    """Give where the cells look in pixels of the source."""
    spec = card.preprocessing
    lay = card.heatmap_geometry or HeatmapGeometry.even((cells[0], cells[1]), spec)
    by_row, by_column = image_shape[0] / spec.rows, image_shape[1] / spec.columns
    return HeatmapGeometry(
        first_row=lay.first_row * by_row,
        first_column=lay.first_column * by_column,
        row_stride=lay.row_stride * by_row,
        column_stride=lay.column_stride * by_column,
    )


def _add_plane(made: Dataset, directions: list[float], cell_mm: tuple[float, float]) -> None:
    """State the plane of the cells; its origin is that of the map's own Frame of Reference."""
    measures, orientation, position = Dataset(), Dataset(), Dataset()
    measures.PixelSpacing = [DSfloat(size, auto_format=True) for size in cell_mm]
    orientation.ImageOrientationPatient = directions
    position.ImagePositionPatient = [0, 0, 0]
    shared = made.SharedFunctionalGroupsSequence[0]
    shared.PixelMeasuresSequence = Sequence([measures])
    shared.PlaneOrientationSequence = Sequence([orientation])
    shared.PlanePositionSequence = Sequence([position])


def _derivation(item: AssessedInstance) -> Dataset:
    source = source_reference(item.instance, codes.DCM.SourceImageForImageProcessingOperation)
    # The cells cover the whole image; they are not its pixels.
    source.SpatialLocationsPreserved = "NO"
    derivation = Dataset()
    derivation.SourceImageSequence = Sequence([source])
    derivation.DerivationCodeSequence = [
        CodedConcept.from_code(codes.DCM.UnspecifiedMethodOfCalculation)
    ]
    return derivation
