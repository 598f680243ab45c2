"""The grey transformations of a header, as PS3.3 C.7.5.1.1.2, C.11.1, C.11.2, C.11.6 state them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from pydicom import Dataset
from pydicom.dataelem import DataElement
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from triage_app.imaging.header import read_instance
from triage_app.imaging.source import FileSource
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

    from tests.conftest import InstanceFactory


def header_of(*, signed: bool = False, bits_stored: int = 16, **elements: Any) -> Dataset:
    header = Dataset()
    header.PixelRepresentation = int(signed)
    header.BitsStored = bits_stored
    header.PhotometricInterpretation = "MONOCHROME2"
    for keyword, value in elements.items():
        setattr(header, keyword, value)
    return header


def table_item(
    descriptor: list[int], data: bytes | list[int], *, vr: str = "US", data_vr: str = "OW"
) -> Dataset:
    item = Dataset()
    item.add(DataElement(0x00283002, vr, descriptor))
    item.add(DataElement(0x00283006, data_vr, data))
    return item


def words(*values: int, order: str = "<") -> bytes:
    return np.array(values, dtype=f"{order}u2").tobytes()


def only_table(transforms: GreyTransforms) -> LookupTable:
    assert transforms.remarks == ()
    (table,) = transforms.voi
    assert isinstance(table, LookupTable)
    return table


def test_a_header_that_asks_for_nothing_changes_nothing() -> None:
    assert read_transforms(header_of()) == GreyTransforms()


# Photometric Interpretation and Presentation LUT Shape.


@pytest.mark.parametrize(
    ("photometric", "shape", "inverted"),
    [
        ("MONOCHROME1", "", True),
        ("MONOCHROME2", "", False),
        ("MONOCHROME1", "INVERSE", True),
        ("MONOCHROME2", "IDENTITY", False),
        ("MONOCHROME1", "IDENTITY", True),  # against C.11.6.1.2; the interpretation is type 1
        ("MONOCHROME2", "INVERSE", False),
        ("monochrome1 ", "", True),
        ("", "INVERSE", True),
        ("", "", False),
    ],
)
def test_monochrome1_shows_the_lowest_value_white(
    photometric: str, shape: str, *, inverted: bool
) -> None:
    header = header_of(PhotometricInterpretation=photometric, PresentationLUTShape=shape)
    assert read_transforms(header).is_inverted is inverted


# Rescale.


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        ({"RescaleSlope": "0.684", "RescaleIntercept": "200"}, Rescale(0.684, 200.0)),
        ({"RescaleIntercept": "-1024"}, Rescale(1.0, -1024.0)),
        ({"RescaleSlope": "2"}, Rescale(2.0, 0.0)),
        ({"RescaleSlope": "-1", "RescaleIntercept": "4095"}, Rescale(-1.0, 4095.0)),
    ],
)
def test_rescale_is_read_with_its_defaults(elements: dict[str, str], expected: Rescale) -> None:
    transforms = read_transforms(header_of(**elements))
    assert (transforms.modality, transforms.remarks) == (expected, ())


@pytest.mark.parametrize("slope", ["0", "NaN", "INF", "1e300", "1e-30"])
def test_a_slope_that_is_no_slope_is_taken_as_one_and_remarked_on(slope: str) -> None:
    transforms = read_transforms(header_of(RescaleSlope=slope, RescaleIntercept="5"))
    assert transforms.modality == Rescale(1.0, 5.0)
    (remark,) = transforms.remarks
    assert "(0028,1053) Rescale Slope" in remark
    assert "taken as 1" in remark


@pytest.mark.parametrize("intercept", ["NaN", "-INF", "1e300"])
def test_an_intercept_that_is_none_is_taken_as_zero_and_remarked_on(intercept: str) -> None:
    transforms = read_transforms(header_of(RescaleSlope="2", RescaleIntercept=intercept))
    assert transforms.modality == Rescale(2.0, 0.0)
    (remark,) = transforms.remarks
    assert "(0028,1052) Rescale Intercept is no usable number and was taken as 0" in remark


def test_a_rescale_that_is_no_number_is_remarked_on_and_an_empty_one_is_absent() -> None:
    header = header_of(RescaleIntercept="")
    header.add(DataElement(0x00281053, "LO", "steep"))
    transforms = read_transforms(header)
    assert transforms.modality == Rescale()
    assert transforms.remarks == (
        "(0028,1053) Rescale Slope is no usable number and was taken as 1",
    )


# Lookup tables.


def test_a_modality_table_stands_before_rescale() -> None:
    header = header_of(
        RescaleSlope="5", ModalityLUTSequence=Sequence([table_item([3, 10, 16], words(7, 8, 9))])
    )
    table = read_transforms(header).modality
    assert isinstance(table, LookupTable)
    assert (table.first_mapped, table.bits) == (10, 16)
    np.testing.assert_array_equal(table.values, [7, 8, 9])


def test_65536_entries_are_written_as_zero() -> None:
    entries = np.arange(65536)[::-1]
    item = table_item([0, 0, 16], words(*entries))
    table = only_table(read_transforms(header_of(VOILUTSequence=Sequence([item]))))
    np.testing.assert_array_equal(table.values, entries)


def test_40000_entries_read_as_a_negative_count_are_40000() -> None:
    item = table_item([40000 - 65536, -5, 16], words(*range(40000)), vr="SS")
    table = only_table(read_transforms(header_of(signed=True, VOILUTSequence=Sequence([item]))))
    assert len(table.values) == 40000
    assert table.first_mapped == -5


@pytest.mark.parametrize(
    ("signed", "bits_stored", "intercept", "first", "expected"),
    [
        (True, 16, "0", -100, -100),
        (True, 12, "0", 0xFF9C, -100),  # -100 read as US
        (False, 16, "0", 40000, 40000),
        (False, 16, "0", 40000 - 65536, 40000),  # 40000 read as SS
        (False, 12, "0", 100, 100),
        (False, 12, "0", 0xFF9C, -100),  # no 12 bit value reaches 65436
        (False, 16, "-1000", -1000, -1000),  # rescale makes the input signed
        (False, 16, "-1000", 65536 - 1000, -1000),
    ],
)
def test_the_first_mapped_value_is_signed_where_its_input_is(
    *, signed: bool, bits_stored: int, intercept: str, first: int, expected: int
) -> None:
    item = table_item([2, first, 16], words(1, 2), vr="SS" if first < 0 else "US")
    header = header_of(
        signed=signed,
        bits_stored=bits_stored,
        RescaleSlope="1",
        RescaleIntercept=intercept,
        VOILUTSequence=Sequence([item]),
    )
    assert only_table(read_transforms(header)).first_mapped == expected


def test_a_voi_table_after_a_modality_table_has_an_unsigned_input() -> None:
    # PS3.3 C.11.2.1.1: the output of a Modality LUT is unsigned, whatever the pixels are.
    header = header_of(
        signed=True,
        ModalityLUTSequence=Sequence([table_item([2, -1, 16], words(0, 50000), vr="SS")]),
        VOILUTSequence=Sequence([table_item([2, 40000, 16], words(1, 2))]),
    )
    assert only_table(read_transforms(header)).first_mapped == 40000


@pytest.mark.parametrize(
    ("data", "data_vr"),
    [
        (bytes([1, 2, 3, 4]), "OW"),
        ([0x0201, 0x0403], "US"),
        (words(1, 2, 3, 4), "OW"),
        ([1, 2, 3, 4], "US"),
    ],
    ids=["packed OW", "packed US", "a word each, OW", "a word each, US"],
)
def test_entries_of_8_bits_stand_two_in_a_word_or_one(
    data: bytes | list[int], data_vr: str
) -> None:
    item = table_item([4, 0, 8], data, data_vr=data_vr)
    table = only_table(read_transforms(header_of(VOILUTSequence=Sequence([item]))))
    assert table.bits == 8
    np.testing.assert_array_equal(table.values, [1, 2, 3, 4])


def test_an_odd_number_of_packed_entries_leaves_its_padding_out() -> None:
    item = table_item([3, 0, 8], bytes([1, 2, 3, 0]))
    table = only_table(read_transforms(header_of(VOILUTSequence=Sequence([item]))))
    np.testing.assert_array_equal(table.values, [1, 2, 3])


@pytest.mark.parametrize(
    "syntax", [ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian]
)
@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("signed", [False, True])
def test_a_table_is_the_same_in_each_encoding(
    make_instance: InstanceFactory, tmp_path: Path, syntax: str, bits: int, *, signed: bool
) -> None:
    big = syntax == ExplicitVRBigEndian
    entries = [1, 2, 3, 4]
    if bits == 16:
        data = words(*entries, order=">" if big else "<")
    else:  # a word of big endian has its high byte first, and the first entry is the low byte
        data = bytes([2, 1, 4, 3]) if big else bytes(entries)
    first = -3 if signed else 3
    item = table_item([4, first, bits], data, vr="SS" if signed else "US")
    header = header_of(
        signed=signed, ModalityLUTSequence=Sequence([item]), VOILUTSequence=Sequence([item])
    )
    header.add(DataElement(0x00280120, "SS" if signed else "US", first))
    header.SOPClassUID, header.Rows = "1.2.840.10008.5.1.4.1.1.1", 1
    path = tmp_path / "table.dcm"
    header.save_as(path, implicit_vr=syntax == ImplicitVRLittleEndian, little_endian=not big)
    # A whole file has one empty read, at its end.
    transforms = read_transforms(read_instance(FileSource(path)).header)
    assert transforms.remarks == ()
    assert transforms.padding == PixelPadding(first, first)
    modality = transforms.modality
    assert isinstance(modality, LookupTable)
    assert (modality.first_mapped, modality.bits) == (first, bits)
    np.testing.assert_array_equal(modality.values, entries)
    (voi,) = transforms.voi
    assert isinstance(voi, LookupTable)
    np.testing.assert_array_equal(voi.values, entries)


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (table_item([4, 0, 16], words(1, 2, 3)), "LUT Data holds 3 of 4 entries"),
        (table_item([4, 0, 17], words(1, 2, 3, 4)), "gives 17 bits an entry"),
        (table_item([4, 0, 0], words(1, 2, 3, 4)), "gives 0 bits an entry"),
        (table_item([4, 0], words(1, 2, 3, 4)), "expected 3, got 2"),
        (table_item([2, 0, 16], b""), "LUT Data holds 0 of 2 entries"),
        (Dataset(), ""),
    ],
    ids=["short", "17 bits", "0 bits", "two numbers", "no data", "nothing"],
)
def test_a_malformed_table_is_left_out_and_the_window_taken(item: Dataset, said: str) -> None:
    header = header_of(VOILUTSequence=Sequence([item]), WindowCenter="40", WindowWidth="400")
    transforms = read_transforms(header)
    assert transforms.voi == (Window(40.0, 400.0),)
    (remark,) = transforms.remarks
    assert remark.startswith("a table of VOILUTSequence was left out")
    assert said in remark


def test_a_sequence_that_is_none_is_left_out() -> None:
    header = header_of()
    header.add(DataElement(0x00283010, "US", 5))
    transforms = read_transforms(header)
    assert transforms.voi == ()
    assert transforms.remarks == ("VOILUTSequence holds no items and was left out",)


def test_transforms_are_the_same_each_time_they_are_read(make_instance: InstanceFactory) -> None:
    # A sign of an unknown VR: pydicom stumbles over it in the table, and not the second time.
    entries = np.arange(4096, dtype=np.uint16)
    path = make_instance(voi=(LookupTable(entries, 0, 16), Window(40.0, 400.0)))
    data = path.read_bytes()
    path.write_bytes(data.replace(b"\x28\x00\x03\x01US", b"\x28\x00\x03\x01UQ"))
    header = read_instance(FileSource(path)).header
    read = [read_transforms(header) for _ in range(3)]
    kinds = [[type(voi) for voi in transforms.voi] for transforms in read]
    assert kinds[0] == kinds[1] == kinds[2]
    assert read[0].remarks == read[1].remarks == read[2].remarks
    assert kinds[0] == [LookupTable, Window] or read[0].remarks


def test_tables_stand_before_windows_and_the_first_is_the_default() -> None:
    one = table_item([1, 0, 16], words(1))
    one.LUTExplanation = " LUNG "
    header = header_of(
        VOILUTSequence=Sequence([one, table_item([1, 0, 16], words(2))]),
        WindowCenter="40",
        WindowWidth="400",
    )
    voi = read_transforms(header).voi
    assert [type(entry) for entry in voi] == [LookupTable, LookupTable, Window]
    assert voi[0].explanation == "LUNG"


# Windows.


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        ({"WindowCenter": "2048", "WindowWidth": "4096"}, [Window(2048.0, 4096.0)]),
        (
            {
                "WindowCenter": ["40", "-600"],
                "WindowWidth": ["400", "1500"],
                "WindowCenterWidthExplanation": ["SOFT", "LUNG"],
            },
            [Window(40.0, 400.0, explanation="SOFT"), Window(-600.0, 1500.0, explanation="LUNG")],
        ),
        (
            {"WindowCenter": "40", "WindowWidth": "400", "VOILUTFunction": "SIGMOID"},
            [Window(40.0, 400.0, VoiFunction.SIGMOID)],
        ),
        (
            {"WindowCenter": "40", "WindowWidth": "0.5", "VOILUTFunction": "LINEAR_EXACT"},
            [Window(40.0, 0.5, VoiFunction.LINEAR_EXACT)],
        ),
        ({"WindowCenter": "40", "WindowWidth": "1"}, [Window(40.0, 1.0)]),
        ({"WindowCenter": "", "WindowWidth": ""}, []),
        ({}, []),
    ],
    ids=["one", "two", "sigmoid", "exact", "width 1", "empty", "none"],
)
def test_windows_are_read_with_function_and_explanation(
    elements: dict[str, Any], expected: list[Window]
) -> None:
    transforms = read_transforms(header_of(**elements))
    assert transforms.voi == tuple(expected)
    assert transforms.remarks == ()


@pytest.mark.parametrize(
    ("center", "width", "said"),
    [
        ("40", "0", "expected a width of at least 1"),
        ("40", "-5", "expected a width of at least 1"),
        ("40", "0.9", "expected a width of at least 1"),
        ("NaN", "400", "expected a finite window"),
        ("40", "NaN", "expected a finite window"),
        ("40", "INF", "expected a finite window"),
        ("1e300", "400", "expected a finite window"),
        ("40", "", "expected a finite window"),
        ("", "400", "expected a finite window"),
    ],
)
def test_a_malformed_window_is_left_out_with_a_remark(center: str, width: str, said: str) -> None:
    transforms = read_transforms(header_of(WindowCenter=center, WindowWidth=width))
    assert transforms.voi == ()
    (remark,) = transforms.remarks
    assert remark.startswith("window 1 was left out")
    assert said in remark


def test_a_center_that_is_no_number_is_remarked_on() -> None:
    header = header_of()
    header.add(DataElement(0x00281050, "LO", "middle"))
    header.add(DataElement(0x00281051, "LO", "wide"))
    transforms = read_transforms(header)
    assert transforms.voi == ()
    assert len(transforms.remarks) == 1


def test_a_malformed_window_does_not_shift_the_others() -> None:
    header = header_of(WindowCenter=["", "40", "50"], WindowWidth=["100", "200", "300"])
    transforms = read_transforms(header)
    assert transforms.voi == (Window(40.0, 200.0), Window(50.0, 300.0))
    assert len(transforms.remarks) == 1


def test_more_centers_than_widths_are_remarked_on() -> None:
    transforms = read_transforms(header_of(WindowCenter=["40", "50"], WindowWidth=["200"]))
    assert transforms.voi == (Window(40.0, 200.0),)
    assert transforms.remarks[0].startswith("window 2 was left out")


def test_an_unknown_function_is_taken_as_linear_with_a_remark() -> None:
    header = header_of(WindowCenter="40", WindowWidth="400", VOILUTFunction="CUBIC")
    transforms = read_transforms(header)
    assert transforms.voi == (Window(40.0, 400.0),)
    assert transforms.remarks == (
        "(0028,1056) VOI LUT Function is 'CUBIC' and was taken as LINEAR",
    )


@pytest.mark.parametrize(
    ("center", "width", "function"),
    [
        (0.0, 0.999, VoiFunction.LINEAR),
        (0.0, 0.0, VoiFunction.LINEAR_EXACT),
        (0.0, 5e-324, VoiFunction.LINEAR_EXACT),
        (0.0, -1.0, VoiFunction.SIGMOID),
        (math.inf, 1.0, VoiFunction.LINEAR),
        (0.0, math.nan, VoiFunction.SIGMOID),
        (0.0, 1e38, VoiFunction.LINEAR),
    ],
)
def test_a_window_that_cannot_be_applied_cannot_be_made(
    center: float, width: float, function: VoiFunction
) -> None:
    with pytest.raises(ValueError, match="expected a"):
        Window(center, width, function)


# Pixel Padding.


@pytest.mark.parametrize(
    ("signed", "value", "limit", "expected"),
    [
        (False, 0, None, (0, 0)),
        (False, 0, 10, (0, 10)),
        (False, 65535, 65000, (65000, 65535)),  # the limit may lie below the value
        (True, -2000, None, (-2000, -2000)),
        (True, 63536, None, (-2000, -2000)),  # -2000 written as US
        (True, 63536, -1990, (-2000, -1990)),
        (False, -2000, None, (63536, 63536)),  # 63536 written as SS
        (False, None, 10, None),
    ],
)
def test_padding_is_read_in_the_sign_of_the_pixels(
    value: int | None,
    limit: int | None,
    expected: tuple[int, int] | None,
    *,
    signed: bool,
) -> None:
    header = header_of(signed=signed)
    for tag, number in ((0x00280120, value), (0x00280121, limit)):
        if number is not None:
            header.add(DataElement(tag, "SS" if number < 0 else "US", number))
    padding = read_transforms(header).padding
    assert padding == (None if expected is None else PixelPadding(*expected))


def test_padding_that_is_no_number_is_remarked_on() -> None:
    header = header_of()
    header.add(DataElement(0x00280120, "LO", "black"))
    transforms = read_transforms(header)
    assert transforms.padding is None
    assert transforms.remarks == ("(0028,0120) Pixel Padding Value is no number and was left out",)
