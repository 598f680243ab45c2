"""What we write is valid, and others read in it what we meant."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from datetime import date, time
from typing import TYPE_CHECKING, Any

import imagecodecs
import numpy as np
import pydicom
import pytest
from pydicom.encaps import generate_frames
from pydicom.uid import (
    JPEG2000,
    UID,
    ComputedRadiographyImageStorage,
    DeflatedExplicitVRLittleEndian,
    DigitalXRayImageStorageForPresentation,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    RLELossless,
)

from tests.conftest import InstanceFactory, stored_pattern
from triage_app.imaging.authoring import new_radiograph, new_uid, write_radiograph
from triage_app.imaging.description import (
    LossyHistory,
    PatientDescription,
    RadiographDescription,
    SeriesDescription,
    StudyDescription,
)
from triage_app.imaging.encoding import WRITABLE_TRANSFER_SYNTAXES
from triage_app.imaging.transforms import (
    GreyTransforms,
    LookupTable,
    PixelPadding,
    Rescale,
    VoiFunction,
    Window,
    read_transforms,
)

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

LOSSY = {
    # transfer syntax: bits stored, largest error of a smooth pattern, method
    JPEGBaseline8Bit: (8, 3, "ISO_10918_1"),
    JPEGExtended12Bit: (12, 24, "ISO_10918_1"),
    JPEGLSNearLossless: (12, 4, "ISO_14495_1"),
    JPEG2000: (12, 24, "ISO_15444_1"),
}
LOSSLESS = [uid for uid in WRITABLE_TRANSFER_SYNTAXES if uid not in LOSSY]

FULL_DESCRIPTION = RadiographDescription(
    patient=PatientDescription("Probe^Petra", "P-1", date(2021, 2, 1), "F", "003Y"),
    study=StudyDescription("", "1", "ACC-1", "Chest", date(2024, 3, 5), time(9, 30, 5)),
    series=SeriesDescription(manufacturer="Probe", imager_pixel_spacing_mm=(0.2, 0.2)),
    burned_in_annotation="NO",
    uid_seed="full",
)
SPARSE_DESCRIPTION = RadiographDescription(uid_seed="sparse")

RAMP = np.arange(0, 65536, 16).astype(np.uint16)
FULL_RAMP = np.arange(65536).astype(np.uint16)

TRANSFORMS = {
    "nothing": GreyTransforms(),
    "inverted": GreyTransforms(is_inverted=True),
    "linear": GreyTransforms(voi=(Window(2000.5, 1000.25),)),
    "exact": GreyTransforms(voi=(Window(7.0, 0.5, VoiFunction.LINEAR_EXACT),)),
    "sigmoid": GreyTransforms(voi=(Window(2000.0, 900.0, VoiFunction.SIGMOID, "soft"),)),
    "several": GreyTransforms(
        voi=(
            Window(2000.0, 1000.0, explanation="LUNG"),
            Window(1200.0, 3000.0, explanation="BONE"),
        )
    ),
    "rescaled": GreyTransforms(Rescale(0.123456789012, -1024.0), (Window(0.0, 400.0),)),
    "padded": GreyTransforms(padding=PixelPadding(0, 0)),
    "padding range": GreyTransforms(padding=PixelPadding(4000, 4095)),
}
TABLES = {
    "voi table": GreyTransforms(voi=(LookupTable(RAMP, 0, 16, "S-curve"),)),
    "modality table": GreyTransforms(LookupTable(RAMP[::-1].copy(), 0, 16)),
    "longest table": GreyTransforms(voi=(LookupTable(FULL_RAMP, 0, 16),)),
    "table from below zero": GreyTransforms(Rescale(1.0, -1000.0), (LookupTable(RAMP, -1000, 16),)),
    "long table from below zero": GreyTransforms(
        Rescale(1.0, -32768.0), (LookupTable(FULL_RAMP[:40000], -32768, 16),)
    ),
    "table and window": GreyTransforms(
        voi=(LookupTable(RAMP, 0, 16), Window(2048.0, 4096.0, explanation="ALL"))
    ),
}
SYNTAXES = [ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian]


def programme(name: str) -> str:
    found = shutil.which(name)
    if not found:
        pytest.skip(f"{name} is not installed (Debian: dicom3tools, dcmtk)")
    return found


def complaints(path: Path) -> list[str]:
    """Give the errors and warnings of dciodvfy, the validator of dicom3tools."""
    done = subprocess.run(  # noqa: S603 - a fixed program on our own file
        [programme("dciodvfy"), str(path)], capture_output=True, text=True, check=False
    )
    lines = (done.stdout + done.stderr).splitlines()
    return [line for line in lines if "Error" in line or "Warning" in line]


def decoded(path: Path) -> NDArray[np.integer[Any]]:
    """Decode with imagecodecs where pydicom's own decoders need more than we install."""
    dataset = pydicom.dcmread(path)
    if dataset.file_meta.TransferSyntaxUID in {JPEGExtended12Bit, JPEGLosslessSV1}:
        frame = next(generate_frames(dataset.PixelData, number_of_frames=1))
        values = np.asarray(imagecodecs.jpeg8_decode(frame))
        return values.view(np.int16) if dataset.PixelRepresentation else values
    return dataset.pixel_array


class TestTransferSyntaxes:
    @pytest.mark.parametrize("syntax", LOSSLESS, ids=lambda uid: uid.keyword)
    @pytest.mark.parametrize(
        ("bits_stored", "is_signed"),
        [(8, False), (10, False), (12, False), (15, False), (16, False), (12, True), (16, True)],
    )
    def test_lossless_gives_back_every_value(
        self, make_instance: InstanceFactory, syntax: UID, bits_stored: int, *, is_signed: bool
    ) -> None:
        written = stored_pattern(63, 81, bits_stored, is_signed=is_signed)
        path = make_instance(
            pixels=written, bits_stored=bits_stored, transfer_syntax_uid=syntax, is_signed=is_signed
        )
        read = decoded(path)
        assert read.dtype.kind == written.dtype.kind
        np.testing.assert_array_equal(read, written)

    @pytest.mark.parametrize("syntax", LOSSY, ids=lambda uid: uid.keyword)
    def test_lossy_stays_near_and_says_so(
        self, make_instance: InstanceFactory, syntax: UID
    ) -> None:
        bits_stored, largest_error, method = LOSSY[syntax]
        written = stored_pattern(128, 161, bits_stored)
        path = make_instance(pixels=written, bits_stored=bits_stored, transfer_syntax_uid=syntax)
        error = np.abs(decoded(path).astype(int) - written)
        assert 0 < error.max() <= largest_error
        header = pydicom.dcmread(path)
        assert header.LossyImageCompression == "01"
        assert header.LossyImageCompressionMethod == method
        assert header.ImageType[0] == "DERIVED"
        frame = next(generate_frames(header.PixelData, number_of_frames=1))
        assert header.LossyImageCompressionRatio == pytest.approx(
            written.nbytes / len(frame), abs=0.01
        )

    @pytest.mark.parametrize("syntax", LOSSLESS, ids=lambda uid: uid.keyword)
    def test_lossless_promises_nothing_lost(
        self, make_instance: InstanceFactory, syntax: UID
    ) -> None:
        header = pydicom.dcmread(make_instance(transfer_syntax_uid=syntax))
        assert header.LossyImageCompression == "00"
        assert "LossyImageCompressionMethod" not in header

    def test_a_second_lossy_compression_stands_behind_the_first(
        self, make_instance: InstanceFactory, tmp_path: Path
    ) -> None:
        history = LossyHistory(7.5, "ISO_10918_1")
        dataset = new_radiograph(
            stored_pattern(64, 64, 12),
            replace(FULL_DESCRIPTION, bits_stored=12, lossy_history=(history,)),
        )
        write_radiograph(dataset, tmp_path / "twice.dcm", JPEG2000)
        header = pydicom.dcmread(tmp_path / "twice.dcm")
        assert list(header.LossyImageCompressionMethod) == ["ISO_10918_1", "ISO_15444_1"]
        assert header.LossyImageCompressionRatio[0] == 7.5
        assert len(header.LossyImageCompressionRatio) == 2

    def test_jpeg_lossless_uses_the_first_order_predictor_of_its_name(
        self, make_instance: InstanceFactory
    ) -> None:
        header = pydicom.dcmread(make_instance(transfer_syntax_uid=JPEGLosslessSV1))
        frame = next(generate_frames(header.PixelData, number_of_frames=1))
        scan = frame.index(b"\xff\xda")  # length 2, components 1, component and table 2: selection
        assert frame[scan + 7] == 1

    def test_an_odd_count_of_bytes_is_padded(self, make_instance: InstanceFactory) -> None:
        header = pydicom.dcmread(make_instance(shape=(33, 35), bits_stored=8))
        assert len(header.PixelData) == 33 * 35 + 1

    @pytest.mark.parametrize(
        ("syntax", "bits_stored", "is_signed", "sentence"),
        [
            (JPEGBaseline8Bit, 12, False, "at most 8 bits"),
            (JPEGExtended12Bit, 14, False, "at most 12 bits"),
            (JPEGExtended12Bit, 12, True, "unsigned"),
            (JPEGLSNearLossless, 12, True, "unsigned"),
            (UID("1.2.840.10008.1.2.4.57"), 12, False, "transfer syntax"),
        ],
    )
    def test_what_a_syntax_cannot_hold_is_refused(
        self,
        make_instance: InstanceFactory,
        syntax: UID,
        bits_stored: int,
        is_signed: bool,
        sentence: str,
    ) -> None:
        with pytest.raises(ValueError, match=sentence):
            make_instance(transfer_syntax_uid=syntax, bits_stored=bits_stored, is_signed=is_signed)

    def test_writing_leaves_the_data_set_as_it_was(self, tmp_path: Path) -> None:
        dataset = new_radiograph(
            stored_pattern(32, 32, 12), replace(FULL_DESCRIPTION, bits_stored=12)
        )
        before = dataset.to_json()
        write_radiograph(dataset, tmp_path / "lossy.dcm", JPEG2000)
        assert dataset.to_json() == before


@pytest.mark.peer
class TestValidators:
    """dciodvfy knows every module's attributes; dcmtk decodes with code of its own."""

    @pytest.mark.parametrize(
        "description", [FULL_DESCRIPTION, SPARSE_DESCRIPTION], ids=["full", "sparse"]
    )
    @pytest.mark.parametrize(
        "syntax",
        # dicom3tools does not inflate; dcmtk and pydicom look at the deflated one below.
        [uid for uid in WRITABLE_TRANSFER_SYNTAXES if uid != DeflatedExplicitVRLittleEndian],
        ids=lambda uid: uid.keyword,
    )
    def test_cr_without_a_complaint(
        self, tmp_path: Path, syntax: UID, description: RadiographDescription
    ) -> None:
        bits = LOSSY.get(syntax, (12,))[0]
        path = tmp_path / "cr.dcm"
        dataset = new_radiograph(
            stored_pattern(64, 81, bits), replace(description, bits_stored=bits)
        )
        write_radiograph(dataset, path, syntax)
        found = complaints(path)
        if description is SPARSE_DESCRIPTION:
            # Type 2 attributes may be empty; the remark is that they make no DICOMDIR.
            found = [line for line in found if "DICOMDIR" not in line]
        assert found == []

    @pytest.mark.parametrize("view_position", ["PA", "AP", "LL", "RL"])
    @pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
    @pytest.mark.parametrize("body_part", ["CHEST", "HAND"])
    def test_dx_without_a_complaint(
        self, make_instance: InstanceFactory, view_position: str, photometric: str, body_part: str
    ) -> None:
        path = make_instance(
            sop_class_uid=DigitalXRayImageStorageForPresentation,
            view_position=view_position,
            photometric=photometric,
            body_part=body_part,
        )
        assert complaints(path) == []

    @pytest.mark.parametrize("syntax", WRITABLE_TRANSFER_SYNTAXES, ids=lambda uid: uid.keyword)
    def test_dcmtk_reads_it(self, make_instance: InstanceFactory, syntax: UID) -> None:
        path = make_instance(transfer_syntax_uid=syntax, bits_stored=LOSSY.get(syntax, (12,))[0])
        done = subprocess.run(  # noqa: S603
            [programme("dcmdump"), "+P", "PatientName", "+P", "Rows", str(path)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0
        assert done.stderr == ""
        assert "Probe^Petra" in done.stdout
        assert "US 64" in done.stdout

    @pytest.mark.parametrize(
        ("syntax", "decompressor"),
        [
            (RLELossless, "dcmdrle"),
            (JPEGBaseline8Bit, "dcmdjpeg"),
            (JPEGExtended12Bit, "dcmdjpeg"),
            (JPEGLosslessSV1, "dcmdjpeg"),
            (JPEGLSLossless, "dcmdjpls"),
            (JPEGLSNearLossless, "dcmdjpls"),
            (DeflatedExplicitVRLittleEndian, "dcmconv"),
            (ExplicitVRBigEndian, "dcmconv"),
            (ImplicitVRLittleEndian, "dcmconv"),
        ],
        ids=lambda value: getattr(value, "keyword", value),
    )
    def test_dcmtk_decodes_the_same_values(
        self, make_instance: InstanceFactory, tmp_path: Path, syntax: UID, decompressor: str
    ) -> None:
        bits_stored, largest_error, _ = LOSSY.get(syntax, (12, 0, ""))
        written = stored_pattern(64, 81, bits_stored)
        path = make_instance(pixels=written, bits_stored=bits_stored, transfer_syntax_uid=syntax)
        native = tmp_path / "native.dcm"
        options = ["+te"] if decompressor == "dcmconv" else []
        subprocess.run(  # noqa: S603
            [programme(decompressor), *options, str(path), str(native)],
            check=True,
            capture_output=True,
        )
        dataset = pydicom.dcmread(native)
        assert dataset.file_meta.TransferSyntaxUID == ExplicitVRLittleEndian
        assert np.abs(dataset.pixel_array.astype(int) - written).max() <= largest_error


@pytest.mark.peer
@pytest.mark.parametrize("laterality", ["L", "R", ""])
def test_a_paired_body_part_says_its_side(tmp_path: Path, laterality: str) -> None:
    series = replace(
        FULL_DESCRIPTION.series, body_part="HAND", view_position="PA", laterality=laterality
    )
    dataset = new_radiograph(stored_pattern(32, 32, 16), replace(FULL_DESCRIPTION, series=series))
    write_radiograph(dataset, tmp_path / "hand.dcm")
    assert pydicom.dcmread(tmp_path / "hand.dcm").Laterality == laterality
    # An unknown side is empty, which the validator reminds of and does not call an error.
    assert [
        line for line in complaints(tmp_path / "hand.dcm") if laterality or "Error" in line
    ] == []


class TestGreyScale:
    """What is written as transforms is read back as the same transforms."""

    @pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda uid: uid.keyword)
    @pytest.mark.parametrize("transforms", TRANSFORMS.values(), ids=TRANSFORMS)
    def test_round_trip(
        self, make_instance: InstanceFactory, transforms: GreyTransforms, syntax: UID
    ) -> None:
        path = make_instance(
            photometric="MONOCHROME1" if transforms.is_inverted else "MONOCHROME2",
            modality=transforms.modality,
            voi=transforms.voi,
            padding=transforms.padding,
            transfer_syntax_uid=syntax,
        )
        assert read_transforms(pydicom.dcmread(path)) == transforms

    @pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda uid: uid.keyword)
    @pytest.mark.parametrize("transforms", TABLES.values(), ids=TABLES)
    def test_round_trip_of_tables(
        self, make_instance: InstanceFactory, transforms: GreyTransforms, syntax: UID
    ) -> None:
        path = make_instance(
            modality=transforms.modality, voi=transforms.voi, transfer_syntax_uid=syntax
        )
        read = read_transforms(pydicom.dcmread(path))
        for found, meant in zip(
            (read.modality, *read.voi), (transforms.modality, *transforms.voi), strict=True
        ):
            if isinstance(meant, LookupTable):
                assert isinstance(found, LookupTable)
                np.testing.assert_array_equal(found.values, meant.values)
                assert replace(found, values=RAMP) == replace(meant, values=RAMP)
            else:
                assert found == meant

    @pytest.mark.peer
    @pytest.mark.parametrize(
        "transforms", [*TRANSFORMS.values(), *TABLES.values()], ids=[*TRANSFORMS, *TABLES]
    )
    def test_the_validator_agrees(
        self, make_instance: InstanceFactory, transforms: GreyTransforms
    ) -> None:
        path = make_instance(
            photometric="MONOCHROME1" if transforms.is_inverted else "MONOCHROME2",
            modality=transforms.modality,
            voi=transforms.voi,
            padding=transforms.padding,
        )
        assert complaints(path) == []

    def test_a_negative_padding_value_is_signed(self, make_instance: InstanceFactory) -> None:
        path = make_instance(is_signed=True, padding=PixelPadding(-2048, -2000))
        header = pydicom.dcmread(path)
        assert header.PixelPaddingValue == -2048
        assert header.PixelPaddingRangeLimit == -2000


class TestHeader:
    def test_equal_seeds_make_equal_bytes(self, tmp_path: Path) -> None:
        for name in ("a.dcm", "b.dcm"):
            dataset = new_radiograph(stored_pattern(32, 32, 16), FULL_DESCRIPTION)
            write_radiograph(dataset, tmp_path / name)
        assert (tmp_path / "a.dcm").read_bytes() == (tmp_path / "b.dcm").read_bytes()

    def test_without_a_seed_no_uid_comes_twice(self) -> None:
        datasets = [
            new_radiograph(stored_pattern(8, 8, 8), RadiographDescription()) for _ in range(2)
        ]
        for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"):
            assert datasets[0][keyword].value != datasets[1][keyword].value

    def test_study_series_and_instance_have_uids_of_their_own(self) -> None:
        dataset = new_radiograph(stored_pattern(8, 8, 8), FULL_DESCRIPTION)
        uids = {dataset.StudyInstanceUID, dataset.SeriesInstanceUID, dataset.SOPInstanceUID}
        assert len(uids) == 3
        assert all(UID(uid).is_valid for uid in uids)
        assert new_uid("full", "study") == dataset.StudyInstanceUID

    @pytest.mark.parametrize(
        ("character_set", "name"),
        [("ISO_IR 192", "Yamada^Tarou=山田^太郎=やまだ^たろう"), ("ISO_IR 100", "Müller^Zoë")],
    )
    def test_names_beyond_ascii(self, tmp_path: Path, character_set: str, name: str) -> None:
        description = replace(
            FULL_DESCRIPTION,
            patient=PatientDescription(name, "P-2"),
            character_set=character_set,
        )
        write_radiograph(new_radiograph(stored_pattern(8, 8, 8), description), tmp_path / "n.dcm")
        assert str(pydicom.dcmread(tmp_path / "n.dcm").PatientName) == name

    def test_what_is_unknown_is_empty_and_not_invented(self) -> None:
        dataset = new_radiograph(stored_pattern(8, 8, 8), RadiographDescription())
        for keyword in (
            "PatientName",
            "PatientBirthDate",
            "PatientSex",
            "StudyDate",
            "Manufacturer",
        ):
            assert not dataset[keyword].value
        for keyword in ("PatientAge", "BurnedInAnnotation", "ImagerPixelSpacing"):
            assert keyword not in dataset


class TestRefusals:
    @pytest.mark.parametrize(
        ("pixels", "change", "sentence"),
        [
            (np.zeros((4, 4, 3), np.uint8), {}, "rows, columns"),
            (np.zeros((0, 4), np.uint8), {}, "rows, columns"),
            (np.zeros((1, 65536), np.uint8), {}, "1 to 65535"),
            (np.zeros((4, 4), np.float32), {}, "received float32"),
            (np.zeros((4, 4), np.uint8), {"bits_stored": 12}, "8 to 8 bits"),
            (np.zeros((4, 4), np.uint16), {"bits_stored": 7}, "8 to 16 bits"),
            (np.full((4, 4), 4096, np.uint16), {"bits_stored": 12}, "from 0 to 4095"),
            (np.full((4, 4), -2049, np.int16), {"bits_stored": 12}, "from -2048 to 2047"),
            (
                np.zeros((4, 4), np.uint16),
                {
                    "transforms": GreyTransforms(
                        voi=(Window(1, 2), Window(1, 2, VoiFunction.SIGMOID))
                    )
                },
                "one VOI LUT Function",
            ),
            (
                np.zeros((4, 4), np.uint16),
                {"transforms": GreyTransforms(voi=(LookupTable(RAMP, 0, 12),))},
                "16 bits an entry",
            ),
            (
                np.zeros((4, 4), np.uint16),
                {"transforms": GreyTransforms(voi=(LookupTable(RAMP[:0], 0, 16),))},
                "1 to 65536 values",
            ),
            (
                np.zeros((4, 4), np.int16),
                {"sop_class_uid": DigitalXRayImageStorageForPresentation},
                "unsigned values",
            ),
            (
                np.zeros((4, 4), np.uint16),
                {
                    "sop_class_uid": DigitalXRayImageStorageForPresentation,
                    "series": SeriesDescription(),
                },
                "imager pixel spacing",
            ),
            (
                np.zeros((4, 4), np.uint16),
                {
                    "sop_class_uid": DigitalXRayImageStorageForPresentation,
                    "series": SeriesDescription(view_position=""),
                },
                "expected a view",
            ),
            (np.zeros((4, 4), np.uint16), {"sop_class_uid": "1.2.3"}, "received 1.2.3"),
        ],
    )
    def test_says_what_was_expected(
        self, pixels: NDArray[np.integer[Any]], change: dict[str, Any], sentence: str
    ) -> None:
        with pytest.raises(ValueError, match=sentence):
            new_radiograph(pixels, replace(FULL_DESCRIPTION, **change))

    def test_the_default_is_computed_radiography(self) -> None:
        dataset = new_radiograph(stored_pattern(8, 8, 8), RadiographDescription())
        assert dataset.SOPClassUID == ComputedRadiographyImageStorage
        assert dataset.Modality == "CR"
