"""The list of demonstration studies: who, what is seen, and how the device stored it.

All names are invented and say so.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from pydicom.uid import (
    JPEG2000,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    RLELossless,
)

from triage_app.demonstration.storing import GreyStyle
from triage_app.demonstration.thorax import LungZone

__all__ = ["CATALOGUE", "ImagePlan", "Picture", "StudyPlan"]


class Picture(Enum):
    """What is drawn."""

    CHILD_CHEST = auto()
    ADULT_CHEST = auto()
    LATERAL_CHEST = auto()
    HAND = auto()
    MAGNETIC_RESONANCE = auto()


@dataclass(frozen=True, slots=True)
class ImagePlan:
    """One image.

    Attributes
    ----------
    picture : what is drawn
    opacities : lung zone, radius as a share of the rows, and strength of each
    rows, columns : of the image
    bits_stored, style, is_inverted : how it is stored, see `store_grey`
    transfer_syntax_uid : how it is encoded
    is_digital_x_ray : DX instead of CR
    view_position, body_part, laterality, description : as in the header
    has_no_ending : the file's name ends without ".dcm"
    is_truncated : the file ends within its pixel data
    expected_status, expected_reason : the outcome that the file is made for
    """

    picture: Picture = Picture.CHILD_CHEST
    opacities: tuple[tuple[LungZone, float, float], ...] = ()
    rows: int = 960
    columns: int = 1240
    bits_stored: int = 12
    style: GreyStyle = GreyStyle.LINEAR
    is_inverted: bool = False
    transfer_syntax_uid: str = ExplicitVRLittleEndian
    is_digital_x_ray: bool = False
    view_position: str = "PA"
    body_part: str = "CHEST"
    laterality: str = "U"
    description: str = "Chest frontal"
    has_no_ending: bool = False
    is_truncated: bool = False
    expected_status: str = "scored"
    expected_reason: str = ""


@dataclass(frozen=True, slots=True)
class StudyPlan:
    """One study.

    Attributes
    ----------
    patient_id, patient_name, sex, age_years : of the invented patient
    images : of the study
    day : days after the first one
    study_id : parts a patient's studies
    description : (0008,1030) Study Description
    character_set : (0008,0005)
    """

    patient_id: str
    patient_name: str
    sex: str
    age_years: int
    images: tuple[ImagePlan, ...]
    day: int
    study_id: str = "S1"
    description: str = "Chest X-ray"
    character_set: str = "ISO_IR 192"


CATALOGUE: tuple[StudyPlan, ...] = (
    StudyPlan("DEMO-01", "Demo^Anna", "F", 3, (ImagePlan(),), day=0),
    StudyPlan(
        "DEMO-02",
        "Muster^Max",
        "M",
        2,
        (
            ImagePlan(
                opacities=((LungZone.RIGHT_LOWER, 0.45, 1.0),),
                bits_stored=15,
                is_inverted=True,
                transfer_syntax_uid=JPEG2000Lossless,
            ),
        ),
        day=0,
    ),
    StudyPlan(
        "DEMO-02",
        "Muster^Max",
        "M",
        2,
        (
            ImagePlan(
                opacities=((LungZone.RIGHT_LOWER, 0.2, 0.8),),
                bits_stored=15,
                is_inverted=True,
                transfer_syntax_uid=JPEG2000Lossless,
            ),
        ),
        day=4,
        study_id="S2",
        description="Chest X-ray, follow-up",
    ),
    StudyPlan(
        "DEMO-03",
        "Übungsfall^Jürgen",
        "M",
        4,
        (
            ImagePlan(
                opacities=((LungZone.LEFT_UPPER, 0.34, 0.95), (LungZone.LEFT_LOWER, 0.3, 0.95)),
                bits_stored=14,
                style=GreyStyle.SIGMOID,
                transfer_syntax_uid=JPEGLSLossless,
                is_digital_x_ray=True,
                view_position="AP",
            ),
        ),
        day=1,
        character_set="ISO_IR 100",
    ),
    StudyPlan(
        "DEMO-04",
        "Mihon^Hanako=見本^花子=みほん^はなこ",
        "F",
        5,
        (
            ImagePlan(
                opacities=((LungZone.RIGHT_MIDDLE, 0.45, 1.0),),
                bits_stored=10,
                style=GreyStyle.LINEAR_EXACT,
                transfer_syntax_uid=RLELossless,
                has_no_ending=True,
            ),
            ImagePlan(
                picture=Picture.LATERAL_CHEST,
                columns=820,
                transfer_syntax_uid=JPEGLosslessSV1,
                view_position="LL",
                description="Chest lateral",
                has_no_ending=True,
                expected_status="excluded",
                expected_reason="view_position",
            ),
        ),
        day=1,
        description="Chest X-ray, two views",
    ),
    StudyPlan(
        "DEMO-05",
        "Exemple^Zoé",
        "F",
        1,
        (
            ImagePlan(
                style=GreyStyle.VOI_TABLE,
                transfer_syntax_uid=JPEGExtended12Bit,
                view_position="AP",
            ),
            ImagePlan(
                opacities=((LungZone.LEFT_LOWER, 0.36, 1.0),),
                style=GreyStyle.SEVERAL_WINDOWS,
                transfer_syntax_uid=JPEGLosslessSV1,
                view_position="AP",
                description="Chest frontal, repeated",
            ),
        ),
        day=2,
        description="Chest X-ray, bedside",
        character_set="ISO_IR 100",
    ),
    StudyPlan(
        "DEMO-06",
        "Sample^Ada",
        "F",
        2,
        (ImagePlan(bits_stored=8, style=GreyStyle.PLAIN, transfer_syntax_uid=JPEGBaseline8Bit),),
        day=2,
    ),
    StudyPlan(
        "DEMO-07",
        "Beispiel^Ben",
        "M",
        3,
        (
            ImagePlan(
                bits_stored=16,
                style=GreyStyle.RESCALED,
                transfer_syntax_uid=DeflatedExplicitVRLittleEndian,
            ),
        ),
        day=3,
    ),
    StudyPlan(
        "DEMO-08",
        "Prøve^Åse",
        "F",
        4,
        (
            ImagePlan(
                opacities=((LungZone.RIGHT_UPPER, 0.34, 0.95), (LungZone.RIGHT_MIDDLE, 0.3, 0.95)),
                style=GreyStyle.MODALITY_TABLE,
                is_inverted=True,
                transfer_syntax_uid=ExplicitVRBigEndian,
                has_no_ending=True,
            ),
        ),
        day=3,
        character_set="ISO_IR 100",
    ),
    StudyPlan(
        "DEMO-09",
        "Specimen^Ivo",
        "M",
        1,
        (
            ImagePlan(
                opacities=(
                    (LungZone.RIGHT_LOWER, 0.4, 0.65),
                    (LungZone.LEFT_MIDDLE, 0.4, 0.65),
                ),
                bits_stored=16,
                style=GreyStyle.PLAIN,
                transfer_syntax_uid=ImplicitVRLittleEndian,
            ),
        ),
        day=4,
    ),
    StudyPlan(
        "DEMO-10",
        "Demo^Walter",
        "M",
        61,
        (
            ImagePlan(
                picture=Picture.ADULT_CHEST,
                rows=1300,
                columns=1400,
                bits_stored=14,
                style=GreyStyle.PADDED,
                is_inverted=True,
                transfer_syntax_uid=JPEG2000,
                is_digital_x_ray=True,
            ),
        ),
        day=5,
    ),
    StudyPlan(
        "DEMO-11",
        "Demo^Nora",
        "F",
        5,
        (ImagePlan(bits_stored=10, transfer_syntax_uid=JPEGLSNearLossless),),
        day=5,
    ),
    StudyPlan(
        "DEMO-12",
        "Demo^Hanna",
        "F",
        4,
        (
            ImagePlan(
                picture=Picture.HAND,
                columns=760,
                body_part="HAND",
                laterality="L",
                description="Hand",
                expected_status="excluded",
                expected_reason="body_part",
            ),
        ),
        day=6,
        description="Hand X-ray",
    ),
    StudyPlan(
        "DEMO-13",
        "Demo^Magnus",
        "M",
        5,
        (
            ImagePlan(
                picture=Picture.MAGNETIC_RESONANCE,
                rows=320,
                columns=320,
                description="Coronal",
                expected_status="excluded",
                expected_reason="sop_class",
            ),
        ),
        day=6,
        description="Chest MR",
    ),
    StudyPlan(
        "DEMO-14",
        "Demo^Bruno",
        "M",
        2,
        (ImagePlan(is_truncated=True, expected_status="failed", expected_reason="truncated"),),
        day=6,
    ),
)
"""In the order in which they are written; a patient who comes twice keeps the lungs."""
