"""Making valid radiographs: a grey array and a description become a DICOM file.

Writing is strict (STYLE: strict when writing, tolerant when reading): what the standard asks for
in the modules of CR Image (PS3.3 A.2) and Digital X-Ray Image (PS3.3 A.26) is always written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import (
    UID,
    ComputedRadiographyImageStorage,
    DigitalXRayImageStorageForPresentation,
    generate_uid,
)
from pydicom.valuerep import DSfloat

from triage_app.imaging.encoding import (
    StoredValues,
    add_lossy_compression,
    pixel_data_vr,
    write_radiograph,
)
from triage_app.imaging.transforms import LookupTable, Rescale, VoiFunction, Window

if TYPE_CHECKING:
    from triage_app.imaging.description import RadiographDescription
    from triage_app.imaging.transforms import GreyTransforms

__all__ = ["new_radiograph", "new_uid", "write_radiograph"]

_DTYPES = (np.dtype(np.uint8), np.dtype(np.uint16), np.dtype(np.int16))
_LARGEST_TABLE = 65536

# Patient Orientation: what lies at the image's right edge and at its bottom (PS3.3 C.7.6.1.1.1);
# chest images are shown as if the reader faced the patient, and laterals from the patient's side.
_ORIENTATIONS = {
    "PA": ["L", "F"],
    "AP": ["L", "F"],
    "LL": ["P", "F"],
    "RL": ["A", "F"],
}
# CID 4010 DX View, and CID 4031 Common Anatomic Regions.
_VIEW_CODES = {
    "PA": ("272479007", "postero-anterior"),
    "AP": ("399348003", "antero-posterior"),
    "LL": ("399173006", "left lateral"),
    "RL": ("399198007", "right lateral"),
}
_REGION_CODES = {
    "CHEST": ("51185008", "Chest"),
    "HAND": ("85562004", "Hand"),
    "ABDOMEN": ("113345001", "Abdomen"),
}


def new_uid(*entropy: str) -> UID:
    """Make a UID that follows from `entropy`, or a random one where none is given.

    Notes
    -----
    Under pydicom's root, PS3.5 B.1; equal texts give equal UIDs on every machine.
    """
    return generate_uid(entropy_srcs=list(entropy) or None)


def new_radiograph(pixels: StoredValues, description: RadiographDescription) -> Dataset:
    """Make the data set of a radiograph.

    Parameters
    ----------
    pixels : (rows, columns) uint8, uint16 or int16, stored values; 1 to 65535 rows and columns
    description : what the header says

    Returns
    -------
    pydicom data set with native little endian Pixel Data, ready for `write_radiograph`

    Raises
    ------
    ValueError
        where the pixels, or the description beside them, make no valid radiograph
    """
    _check_pixels(pixels, description)
    dataset = Dataset()
    dataset.SpecificCharacterSet = description.character_set
    dataset.ImageType = list(description.image_type)
    dataset.SOPClassUID = UID(description.sop_class_uid)
    dataset.SOPInstanceUID = _uid(description.sop_instance_uid, description.uid_seed, "instance")
    _add_patient(dataset, description)
    _add_study(dataset, description)
    _add_series(dataset, description)
    _add_image(dataset, description)
    _add_pixel_format(dataset, pixels, description)
    _add_modality_transform(dataset, description.transforms)
    _add_voi_transforms(dataset, description.transforms)
    if description.sop_class_uid == DigitalXRayImageStorageForPresentation:
        _add_digital_x_ray(dataset, description)
    else:
        dataset.Modality = "CR"
        if description.series.laterality in {"R", "L", ""}:
            # General Series, Type 2C: for a paired body part, empty where the side is unknown.
            dataset.Laterality = description.series.laterality
    for history in description.lossy_history:
        add_lossy_compression(dataset, history)
    little_endian = pixels.astype(pixels.dtype.newbyteorder("<")).tobytes()
    dataset.add_new(0x7FE00010, pixel_data_vr(pixels), little_endian + b"\0" * (pixels.nbytes % 2))
    return dataset


def _check_pixels(pixels: StoredValues, description: RadiographDescription) -> None:
    transforms = description.transforms
    if pixels.ndim != 2 or 0 in pixels.shape or max(pixels.shape) > 65535:
        raise ValueError(
            f"expected (rows, columns) of 1 to 65535 each, received shape {pixels.shape}"
        )
    if pixels.dtype not in _DTYPES:
        raise ValueError(f"expected uint8, uint16 or int16, received {pixels.dtype}")
    allocated = pixels.dtype.itemsize * 8
    stored = description.bits_stored or allocated
    if not 8 <= stored <= allocated:
        raise ValueError(f"expected 8 to {allocated} bits stored, received {stored}")
    signed = pixels.dtype == np.int16
    lowest, highest = (
        (-(2 ** (stored - 1)), 2 ** (stored - 1) - 1) if signed else (0, 2**stored - 1)
    )
    if pixels.min() < lowest or pixels.max() > highest:
        raise ValueError(
            f"expected values from {lowest} to {highest} in {stored} bits, received "
            f"{pixels.min()} to {pixels.max()}"
        )
    functions = {voi.function for voi in transforms.voi if isinstance(voi, Window)}
    if len(functions) > 1:
        # (0028,1056) VOI LUT Function has one value for all windows.
        raise ValueError(f"expected one VOI LUT Function, received {sorted(functions)}")
    if description.sop_class_uid == DigitalXRayImageStorageForPresentation:
        if signed or transforms.modality != Rescale():
            # PS3.3 C.8.11.3: Pixel Representation is 0, Rescale Slope 1 and Intercept 0.
            raise ValueError("expected unsigned values and no modality transform for a DX image")
        if description.series.view_position not in _ORIENTATIONS:
            raise ValueError(
                f"expected a view of {sorted(_ORIENTATIONS)} for a DX image (Patient Orientation is"
                f" Type 1), received {description.series.view_position or 'none'}"
            )
        if not (description.series.imager_pixel_spacing_mm and description.burned_in_annotation):
            raise ValueError(
                "expected an imager pixel spacing and a burned in annotation for a DX image "
                "(Type 1), received none"
            )
    elif description.sop_class_uid != ComputedRadiographyImageStorage:
        raise ValueError(
            "expected the SOP class of CR or of DX For Presentation, received "
            f"{description.sop_class_uid}"
        )


def _uid(given: str, seed: str, level: str) -> UID:
    if given:
        return UID(given)
    return new_uid(seed, level) if seed else new_uid()


def _add_patient(dataset: Dataset, description: RadiographDescription) -> None:
    patient = description.patient
    dataset.PatientName = patient.name
    dataset.PatientID = patient.patient_id
    dataset.PatientBirthDate = patient.birth_date.strftime("%Y%m%d") if patient.birth_date else ""
    dataset.PatientSex = patient.sex
    if patient.age:
        dataset.PatientAge = patient.age


def _add_study(dataset: Dataset, description: RadiographDescription) -> None:
    study = description.study
    dataset.StudyInstanceUID = _uid(study.study_instance_uid, description.uid_seed, "study")
    dataset.StudyDate = study.study_date.strftime("%Y%m%d") if study.study_date else ""
    dataset.StudyTime = study.study_time.strftime("%H%M%S") if study.study_time else ""
    dataset.ReferringPhysicianName = ""
    dataset.StudyID = study.study_id
    dataset.AccessionNumber = study.accession_number
    if study.description:
        dataset.StudyDescription = study.description


def _add_series(dataset: Dataset, description: RadiographDescription) -> None:
    series = description.series
    dataset.SeriesInstanceUID = _uid(series.series_instance_uid, description.uid_seed, "series")
    dataset.SeriesNumber = series.number
    dataset.BodyPartExamined = series.body_part
    dataset.ViewPosition = series.view_position
    dataset.Manufacturer = series.manufacturer
    if series.description:
        dataset.SeriesDescription = series.description
    if series.imager_pixel_spacing_mm:
        dataset.ImagerPixelSpacing = [_decimal(mm) for mm in series.imager_pixel_spacing_mm]


def _add_image(dataset: Dataset, description: RadiographDescription) -> None:
    study = description.study
    dataset.InstanceNumber = description.instance_number
    dataset.PatientOrientation = _ORIENTATIONS.get(description.series.view_position, [])
    # Type 2C where images of a series are related in time; here for readers that sort by it.
    dataset.ContentDate = study.study_date.strftime("%Y%m%d") if study.study_date else ""
    dataset.ContentTime = study.study_time.strftime("%H%M%S") if study.study_time else ""
    if description.derivation:
        dataset.DerivationDescription = description.derivation
    if description.burned_in_annotation:
        dataset.BurnedInAnnotation = description.burned_in_annotation
    # "00" is a promise that nothing was ever lost, so it stands with original images only.
    if description.image_type[0] == "ORIGINAL" and not description.lossy_history:
        dataset.LossyImageCompression = "00"


def _add_pixel_format(
    dataset: Dataset, pixels: StoredValues, description: RadiographDescription
) -> None:
    transforms = description.transforms
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME1" if transforms.is_inverted else "MONOCHROME2"
    dataset.Rows, dataset.Columns = pixels.shape
    dataset.BitsAllocated = pixels.dtype.itemsize * 8
    dataset.BitsStored = description.bits_stored or dataset.BitsAllocated
    dataset.HighBit = dataset.BitsStored - 1
    dataset.PixelRepresentation = int(pixels.dtype == np.int16)
    if padding := transforms.padding:
        vr = "SS" if dataset.PixelRepresentation else "US"
        dataset.add_new(0x00280120, vr, padding.lowest)
        if padding.highest != padding.lowest:
            dataset.add_new(0x00280121, vr, padding.highest)


def _add_modality_transform(dataset: Dataset, transforms: GreyTransforms) -> None:
    modality = transforms.modality
    if isinstance(modality, LookupTable):
        item = _table_item(modality, is_signed=bool(dataset.PixelRepresentation))
        item.ModalityLUTType = "US"
        dataset.ModalityLUTSequence = Sequence([item])
    elif modality != Rescale():
        dataset.RescaleIntercept = _decimal(modality.intercept)
        dataset.RescaleSlope = _decimal(modality.slope)
        dataset.RescaleType = "US"


def _add_voi_transforms(dataset: Dataset, transforms: GreyTransforms) -> None:
    windows = [voi for voi in transforms.voi if isinstance(voi, Window)]
    tables = [voi for voi in transforms.voi if isinstance(voi, LookupTable)]
    if windows:
        dataset.WindowCenter = [_decimal(window.center) for window in windows]
        dataset.WindowWidth = [_decimal(window.width) for window in windows]
        if any(window.explanation for window in windows):
            dataset.WindowCenterWidthExplanation = [window.explanation for window in windows]
        if windows[0].function is not VoiFunction.LINEAR:
            dataset.VOILUTFunction = str(windows[0].function)
    if tables:
        modality = transforms.modality
        # The tables' input is what the modality transform gives; a Modality LUT gives no negative.
        is_signed = isinstance(modality, Rescale) and (
            dataset.PixelRepresentation == 1 or modality.intercept < 0
        )
        dataset.VOILUTSequence = Sequence(
            [_table_item(table, is_signed=is_signed) for table in tables]
        )


def _add_digital_x_ray(dataset: Dataset, description: RadiographDescription) -> None:
    # DX Series, DX Anatomy Imaged, DX Image, DX Detector: PS3.3 C.8.11.1 to C.8.11.4.
    transforms, series = description.transforms, description.series
    dataset.Modality = "DX"
    dataset.PresentationIntentType = "FOR PRESENTATION"
    dataset.ImageLaterality = series.laterality or "U"
    region = _REGION_CODES.get(series.body_part)
    dataset.AnatomicRegionSequence = Sequence([_code(*region)] if region else [])
    if view := _VIEW_CODES.get(series.view_position):
        item = _code(*view)
        item.ViewModifierCodeSequence = Sequence()
        dataset.ViewCodeSequence = Sequence([item])
    dataset.PixelIntensityRelationship = "LOG"
    # Sign -1: low values mean much X-ray; in MONOCHROME1 dense tissue must have the low values.
    dataset.PixelIntensityRelationshipSign = 1 if transforms.is_inverted else -1
    dataset.RescaleIntercept, dataset.RescaleSlope, dataset.RescaleType = "0", "1", "US"
    dataset.PresentationLUTShape = "INVERSE" if transforms.is_inverted else "IDENTITY"
    dataset.LossyImageCompression = "00"
    dataset.BurnedInAnnotation = description.burned_in_annotation
    dataset.AcquisitionContextSequence = Sequence()
    dataset.DetectorType = ""
    dataset.PositionerType = ""
    if not transforms.voi:
        # Type 1C: an image for presentation has one of both; the full range changes nothing.
        dataset.WindowCenter = _decimal(2 ** (dataset.BitsStored - 1))
        dataset.WindowWidth = _decimal(2**dataset.BitsStored)


def _table_item(table: LookupTable, *, is_signed: bool) -> Dataset:
    values = np.asarray(table.values)
    if table.bits != 16:
        # PS3.3 C.11.1.1 and C.11.2.1.1 let an image have 8 or 16, and readers disagree how entries
        # of 8 bits are packed.
        raise ValueError(f"expected 16 bits an entry of a table, received {table.bits}")
    top = 2**table.bits - 1
    if values.ndim != 1 or not 1 <= values.size <= _LARGEST_TABLE or values.max() > top:
        raise ValueError(
            f"expected a table of 1 to {_LARGEST_TABLE} values up to {top}, received shape "
            f"{values.shape}"
        )
    item = Dataset()
    # PS3.3 C.11.1.1: 65536 entries are written as 0. The count is never signed, whatever the VR.
    entries = values.size % _LARGEST_TABLE
    vr = "SS" if is_signed else "US"
    item.add(DataElement(0x00283002, vr, [entries, table.first_mapped, table.bits]))
    if table.explanation:
        item.LUTExplanation = table.explanation
    item.add(DataElement(0x00283006, "OW", values.astype("<u2").tobytes()))
    return item


def _code(value: str, meaning: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, "SCT", meaning
    return item


def _decimal(value: float) -> DSfloat:
    return DSfloat(value, auto_format=True)
