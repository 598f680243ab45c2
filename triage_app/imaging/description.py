"""What a radiograph that we write says of itself: patient, study, series and image."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pydicom.uid import ComputedRadiographyImageStorage

from triage_app.imaging.transforms import GreyTransforms

if TYPE_CHECKING:
    from datetime import date, time


__all__ = [
    "LossyHistory",
    "PatientDescription",
    "RadiographDescription",
    "SeriesDescription",
    "StudyDescription",
]


@dataclass(frozen=True, slots=True)
class PatientDescription:
    """The Patient module, and the patient's age.

    Attributes
    ----------
    name : (0010,0010) in DICOM form, "Family^Given", component groups parted by "="
    patient_id : (0010,0020)
    birth_date : (0010,0030); left empty where None
    sex : (0010,0040) "M", "F", "O" or empty
    age : (0010,1010) as "003Y", "018M", "006W" or "010D"; left out where empty
    """

    name: str = field(default="", repr=False)
    patient_id: str = field(default="", repr=False)
    birth_date: date | None = field(default=None, repr=False)
    sex: str = ""
    age: str = ""


@dataclass(frozen=True, slots=True)
class StudyDescription:
    """The General Study module.

    Attributes
    ----------
    study_instance_uid : (0020,000D); made where empty
    study_id, accession_number, description : (0020,0010), (0008,0050), (0008,1030)
    study_date, study_time : (0008,0020), (0008,0030); left empty where None
    """

    study_instance_uid: str = ""
    study_id: str = ""
    accession_number: str = ""
    description: str = ""
    study_date: date | None = None
    study_time: time | None = None


@dataclass(frozen=True, slots=True)
class SeriesDescription:
    """The series, its equipment, and what it shows.

    Attributes
    ----------
    series_instance_uid : (0020,000E); made where empty
    number : (0020,0011); left empty where None
    description : (0008,103E)
    body_part : (0018,0015) Body Part Examined
    view_position : (0018,5101) View Position: "PA", "AP", "LL", "RL", ...; empty where unknown
    laterality : "R", "L", "B" (both), "U" for an unpaired body part, empty where unknown; becomes
        (0020,0062) Image Laterality in DX, (0020,0060) Laterality in CR
    manufacturer : (0008,0070)
    imager_pixel_spacing_mm : (0018,1164) between rows and between columns, at the detector
    """

    series_instance_uid: str = ""
    number: int | None = 1
    description: str = ""
    body_part: str = "CHEST"
    view_position: str = "PA"
    laterality: str = "U"
    manufacturer: str = ""
    imager_pixel_spacing_mm: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class LossyHistory:
    """A lossy compression that the image went through before, PS3.3 C.7.6.1.1.5.

    Attributes
    ----------
    ratio : (0028,2112), size before to size after
    method : (0028,2114), as "ISO_10918_1"
    """

    ratio: float
    method: str


@dataclass(frozen=True, slots=True)
class RadiographDescription:
    """All that a radiograph's header says, but for what the pixels say themselves.

    Attributes
    ----------
    transforms : how stored values become grey, as `read_transforms` would read it back; inverted is
        MONOCHROME1
    bits_stored : (0028,0101), 8 to 16; None takes all bits of the array's type
    sop_class_uid : Computed Radiography Image Storage, or Digital X-Ray Image Storage - For
        Presentation
    sop_instance_uid : (0008,0018); made where empty
    instance_number : (0020,0013)
    image_type : (0008,0008), at least two values
    derivation : (0008,2111) Derivation Description; left out where empty
    burned_in_annotation : (0028,0301) "YES" or "NO"; left out where empty, which says "not known"
    lossy_history : compressions before this one
    character_set : (0008,0005) Specific Character Set
    uid_seed : where given, the UIDs that must be made follow from it; else they are random
    """

    patient: PatientDescription = field(default_factory=PatientDescription)
    study: StudyDescription = field(default_factory=StudyDescription)
    series: SeriesDescription = field(default_factory=SeriesDescription)
    transforms: GreyTransforms = field(default_factory=GreyTransforms)
    bits_stored: int | None = None
    sop_class_uid: str = ComputedRadiographyImageStorage
    sop_instance_uid: str = ""
    instance_number: int = 1
    image_type: tuple[str, ...] = ("ORIGINAL", "PRIMARY")
    derivation: str = ""
    burned_in_annotation: str = ""
    lossy_history: tuple[LossyHistory, ...] = ()
    character_set: str = "ISO_IR 192"
    uid_seed: str = ""
