"""The facts of one instance: what its header says, as plain values.

Everything downstream (eligibility, worklist, window) reads these and never the data set, so that
a header is interpreted in one place and a fact can be stored, compared and sent to a process.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time

__all__ = ["ImageFacts", "InstanceFacts", "PatientFacts", "StudyFacts"]


@dataclass(frozen=True, slots=True)
class PatientFacts:
    """Who the image shows; never logged.

    Attributes
    ----------
    name : (0010,0010) Patient's Name in reading form, "Family, Given"; empty where absent
    patient_id : (0010,0020) Patient ID
    birth_date : (0010,0030) Patient's Birth Date; None where absent or malformed
    age_years : (0010,1010) Patient's Age in years, else birth date to study date; None where
        neither is known
    sex : (0010,0040) Patient's Sex, "M", "F", "O" or empty
    """

    name: str = field(default="", repr=False)
    patient_id: str = field(default="", repr=False)
    birth_date: date | None = field(default=None, repr=False)
    age_years: float | None = field(default=None, repr=False)
    sex: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class StudyFacts:
    """The study and series that the instance belongs to.

    Its representation shows UIDs alone: dates, numbers and free text can point to a person.

    Attributes
    ----------
    study_instance_uid, series_instance_uid : (0020,000D), (0020,000E); empty where absent
    accession_number : (0008,0050)
    study_date, study_time : (0008,0020), (0008,0030); None where absent or malformed
    study_description, series_description : (0008,1030), (0008,103E)
    series_number : (0020,0011); None where absent
    requested_priority : (0040,1003) Requested Procedure Priority, else the retired (0032,000C)
        Study Priority ID, upper case; "STAT", "HIGH", "ROUTINE", "MEDIUM", "LOW" or empty
    """

    study_instance_uid: str = ""
    series_instance_uid: str = ""
    accession_number: str = field(default="", repr=False)
    study_date: date | None = field(default=None, repr=False)
    study_time: time | None = field(default=None, repr=False)
    study_description: str = field(default="", repr=False)
    series_description: str = field(default="", repr=False)
    series_number: int | None = None
    requested_priority: str = ""


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What kind of image it is, before any pixel is decoded.

    Attributes
    ----------
    modality : (0008,0060), upper case
    body_part : (0018,0015) Body Part Examined, upper case; empty where absent
    view_position : (0018,5101) View Position, upper case, else the meaning of (0054,0220) View Code
        Sequence; empty where absent
    laterality : (0020,0062) Image Laterality or (0020,0060) Laterality
    photometric_interpretation : (0028,0004), upper case
    rows, columns : (0028,0010), (0028,0011); 0 where absent
    bits_allocated, bits_stored, samples_per_pixel : (0028,0100), (0028,0101), (0028,0002); 0 where
        absent
    number_of_frames : (0028,0008); 1 where absent
    has_pixel_data : whether (7FE0,0010) Pixel Data stands in the file
    is_lossy_compressed : (0028,2110) Lossy Image Compression is "01"
    has_burned_in_annotation : (0028,0301) Burned In Annotation is "YES"
    pixel_spacing_mm : row and column spacing; None where absent
    is_spacing_at_detector : whether the spacing is (0018,1164) Imager Pixel Spacing, which is not
        the size in the patient (PS3.3 10.7.1.3)
    instance_number : (0020,0013); None where absent
    manufacturer, manufacturer_model, station_name : (0008,0070), (0008,1090), (0008,1010) of the
        equipment that made it
    """

    modality: str = ""
    body_part: str = ""
    view_position: str = ""
    laterality: str = ""
    photometric_interpretation: str = ""
    rows: int = 0
    columns: int = 0
    bits_allocated: int = 0
    bits_stored: int = 0
    samples_per_pixel: int = 0
    number_of_frames: int = 1
    has_pixel_data: bool = False
    is_lossy_compressed: bool = False
    has_burned_in_annotation: bool = False
    pixel_spacing_mm: tuple[float, float] | None = None
    is_spacing_at_detector: bool = False
    instance_number: int | None = None
    manufacturer: str = ""
    manufacturer_model: str = ""
    station_name: str = ""


@dataclass(frozen=True, slots=True)
class InstanceFacts:
    """All that the header says of one instance.

    Attributes
    ----------
    path : where it was read from, as `InstanceSource.path`
    sop_class_uid, sop_instance_uid, transfer_syntax_uid : (0008,0016), (0008,0018), (0002,0010)
    """

    path: str
    sop_class_uid: str = ""
    sop_instance_uid: str = ""
    transfer_syntax_uid: str = ""
    patient: PatientFacts = field(default_factory=PatientFacts)
    study: StudyFacts = field(default_factory=StudyFacts)
    image: ImageFacts = field(default_factory=ImageFacts)
