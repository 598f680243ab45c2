"""Stored values become grey as PS3.3 C.11 says; each expected number was worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import dcmread
from pydicom.pixels import apply_modality_lut, apply_voi_lut
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from tests.imaging.corpora import pydicom_file
from triage_app.imaging.display import load_display, make_display, render
from triage_app.imaging.header import read_instance
from triage_app.imaging.rendering import (
    ModalityImage,
    apply_modality,
    apply_presentation,
    apply_voi,
    find_padding,
    find_voi,
    load_modality_image,
    render_instance,
    render_modality_image,
    window_over,
)
from triage_app.imaging.source import FileSource
from triage_app.imaging.transforms import (
    GreyTransforms,
    LookupTable,
    PixelPadding,
    Rescale,
    VoiFunction,
    Window,
)

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from tests.conftest import InstanceFactory

SYNTAXES = [ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian]


def row(*values: float) -> NDArray[np.float32]:
    return np.array([values], dtype=np.float32)


def stored(*values: int) -> NDArray[np.int32]:
    return np.array([values], dtype=np.int32)


def table(*values: int, first: int = 0, bits: int = 16) -> LookupTable:
    return LookupTable(np.array(values, dtype=np.uint16), first, bits)


def image_of(
    values: NDArray[np.float32],
    *,
    bits_stored: int = 12,
    padding_mask: NDArray[np.bool_] | None = None,
    **transforms: Any,
) -> ModalityImage:
    return ModalityImage(values, padding_mask, GreyTransforms(**transforms), bits_stored)


def render_file(path: Path) -> NDArray[np.float32]:
    return render_instance(read_instance(FileSource(path)))


def shared_image(shared_folder: Path, name: str) -> Path:
    return shared_folder / "data" / "dicom_public" / name


# Modality LUT.


def test_rescale_is_slope_times_value_plus_intercept() -> None:
    # 0.5 * (-2, 0, 3) - 10
    np.testing.assert_array_equal(
        apply_modality(stored(-2, 0, 3), Rescale(0.5, -10.0)), row(-11.0, -10.0, -8.5)
    )


def test_a_modality_table_maps_what_lies_outside_to_its_ends() -> None:
    found = apply_modality(stored(-100, -3, -2, -1, 0, 99), table(50, 60, 80, first=-3))
    np.testing.assert_array_equal(found, row(50, 50, 60, 80, 80, 80))


def test_whole_values_stay_exact_up_to_16_bits() -> None:
    every = np.arange(-32768, 65536, dtype=np.int32).reshape(3, -1)
    np.testing.assert_array_equal(apply_modality(every, Rescale()), every.astype(np.float32))


# VOI LUT: windows, PS3.3 C.11.2.1.2 and C.11.2.1.3.


def test_linear_has_the_half_pixel_offsets_of_the_standard() -> None:
    # c = 2048, w = 4096: y = ((x - 2047.5) / 4095 + 0.5) * 255 = x / 4095 * 255
    found = apply_voi(row(-1, 0, 819, 4095, 5000), Window(2048.0, 4096.0))
    np.testing.assert_allclose(found, row(0, 0, 51, 255, 255), atol=1e-3)


def test_linear_with_an_odd_width() -> None:
    # c = 10, w = 5: black up to 7.5, white above 11.5; in between ((x - 9.5) / 4 + 0.5) * 255
    found = apply_voi(row(7, 7.5, 8, 9, 9.5, 10, 11, 11.5, 12), Window(10.0, 5.0))
    expected = row(0, 0, 31.875, 95.625, 127.5, 159.375, 223.125, 255, 255)
    np.testing.assert_allclose(found, expected, atol=1e-4)


@pytest.mark.parametrize("width", [1.0, 1.0 + 1e-13])
def test_linear_of_width_1_is_a_threshold(width: float) -> None:
    # x <= c - 0.5 is black, all else is white
    found = apply_voi(row(9, 9.5, 9.625, 10, 11), Window(10.0, width))
    np.testing.assert_array_equal(found, row(0, 0, 255, 255, 255))


def test_linear_of_a_width_a_little_above_1_is_a_steep_ramp() -> None:
    # c = 10, w = 1.5: ((x - 9.5) / 0.5 + 0.5) * 255
    found = apply_voi(row(9.25, 9.5, 9.625, 9.75), Window(10.0, 1.5))
    np.testing.assert_allclose(found, row(0, 127.5, 191.25, 255), atol=1e-4)


def test_linear_exact_has_no_offsets() -> None:
    # c = 10, w = 4: black up to 8, white above 12; in between ((x - 10) / 4 + 0.5) * 255
    found = apply_voi(row(7, 8, 9, 10, 11, 12, 13), Window(10.0, 4.0, VoiFunction.LINEAR_EXACT))
    np.testing.assert_allclose(found, row(0, 0, 63.75, 127.5, 191.25, 255, 255), atol=1e-4)


def test_linear_exact_may_be_narrower_than_1() -> None:
    # c = 0, w = 0.5: ((x / 0.5) + 0.5) * 255
    found = apply_voi(row(-0.25, 0, 0.125, 0.25), Window(0.0, 0.5, VoiFunction.LINEAR_EXACT))
    np.testing.assert_allclose(found, row(0, 127.5, 191.25, 255), atol=1e-4)


def test_sigmoid_never_ends_and_is_steepest_in_the_middle() -> None:
    # 255 / (1 + exp(-4 (x - c) / w)) with c = 100, w = 40: exponents 4, 1, 0, -1, -4
    found = apply_voi(row(60, 90, 100, 110, 140), Window(100.0, 40.0, VoiFunction.SIGMOID))
    expected = row(4.58642, 68.58007, 127.5, 186.41993, 250.41358)
    np.testing.assert_allclose(found, expected, atol=1e-3)


def test_sigmoid_far_outside_is_black_or_white() -> None:
    found = apply_voi(row(-1e9, 1e9), Window(0.0, 1.0, VoiFunction.SIGMOID))
    np.testing.assert_array_equal(found, row(0, 255))


@pytest.mark.parametrize("function", list(VoiFunction))
def test_the_narrowest_and_the_widest_window_give_grey_and_no_nonsense(
    function: VoiFunction,
) -> None:
    values = row(-3e9, -1, 0, 1, 3e9)
    for width in (1.0, 1e12) if function is VoiFunction.LINEAR else (1e-12, 1e12):
        grey = apply_voi(values, Window(0.0, width, function))
        assert np.isfinite(grey).all()
        assert (np.diff(grey[0]) >= 0).all()


# VOI LUT: tables, PS3.3 C.11.2.1.1.


def test_a_table_gives_a_fraction_of_its_own_white() -> None:
    # 12 bits: 4095 is white; 819 / 4095 * 255 = 51
    found = apply_voi(row(-5, 0, 1, 2, 7), table(0, 819, 4095, bits=12))
    np.testing.assert_allclose(found, row(0, 0, 51, 255, 255), atol=1e-4)


def test_an_entry_beyond_its_bits_is_white() -> None:
    np.testing.assert_array_equal(apply_voi(row(0), table(300, bits=8)), row(255))


def test_a_table_may_start_below_zero_and_fall() -> None:
    found = apply_voi(row(-10, -9, -8), table(255, 51, 0, first=-10, bits=8))
    np.testing.assert_array_equal(found, row(255, 51, 0))


def test_a_table_takes_the_nearest_whole_value() -> None:
    found = apply_voi(row(0.4, 0.6, 1.4), table(0, 255, bits=8))
    np.testing.assert_array_equal(found, row(0, 255, 255))


# Without a VOI.


def test_8_bits_without_a_voi_are_shown_as_they_are() -> None:
    values = np.arange(256, dtype=np.float32).reshape(16, 16)
    np.testing.assert_allclose(
        render_modality_image(image_of(values, bits_stored=8)), values, atol=1e-4
    )


def test_7_bits_without_a_voi_fill_the_range() -> None:
    found = render_modality_image(image_of(row(0, 127), bits_stored=7))
    np.testing.assert_allclose(found, row(0, 255), atol=1e-4)


@pytest.mark.parametrize("values", [(-128, 0, 127), (0, 5, 127)], ids=["both signs", "positive"])
def test_signed_8_bits_without_a_voi_start_at_their_lowest(values: tuple[int, ...]) -> None:
    # Whether or not the image has a negative value: grey = x + 128
    found = render_modality_image(image_of(row(*values), bits_stored=8, is_signed=True))
    np.testing.assert_allclose(found, row(*(value + 128 for value in values)), atol=1e-4)


def test_more_bits_without_a_voi_span_their_central_percentiles() -> None:
    # 0 .. 1000: percentiles 0.5 and 99.5 are 5 and 995
    values = np.arange(1001, dtype=np.float32).reshape(1, -1)
    found = render_modality_image(image_of(values))
    assert find_voi(image_of(values)) == Window(500.0, 990.0, VoiFunction.LINEAR_EXACT)
    np.testing.assert_allclose(
        found[0, [0, 5, 203, 500, 995, 1000]], [0, 0, 51, 127.5, 255, 255], atol=1e-3
    )


def test_a_single_hot_pixel_does_not_darken_an_image_without_a_voi() -> None:
    values = np.tile(np.arange(100, dtype=np.float32), (100, 1))
    values[0, 0] = 65535
    assert render_modality_image(image_of(values, bits_stored=16))[50, 50] > 120


def test_padding_takes_no_part_in_the_percentiles() -> None:
    values = np.arange(1001, dtype=np.float32).reshape(1, -1)
    padded = np.concatenate([values, np.full((1, 3000), -2000, dtype=np.float32)], axis=1)
    found = find_voi(image_of(padded, padding_mask=padded == -2000))
    assert found == find_voi(image_of(values))


def test_8_bits_after_a_rescale_are_no_longer_display_values() -> None:
    values = np.arange(1001, dtype=np.float32).reshape(1, -1)
    found = find_voi(image_of(values, bits_stored=8, modality=Rescale(4.0, 0.0)))
    assert found == Window(500.0, 990.0, VoiFunction.LINEAR_EXACT)


@pytest.mark.parametrize("value", [0.0, 1000.0, -3.5])
@pytest.mark.parametrize("bits_stored", [8, 12])
def test_an_image_of_one_value_is_flat(value: float, bits_stored: int) -> None:
    grey = render_modality_image(
        image_of(np.full((4, 5), value, dtype=np.float32), bits_stored=bits_stored)
    )
    assert np.isfinite(grey).all()
    assert np.ptp(grey) == 0


# Pixel padding, PS3.3 C.7.5.1.1.2, and presentation, C.11.6.


def test_padding_is_found_by_stored_value_both_ends_included() -> None:
    mask = find_padding(stored(-1, 0, 5, 10, 11), PixelPadding(0, 10))
    np.testing.assert_array_equal(mask, [[False, True, True, True, False]])


@pytest.mark.parametrize("padding", [None, PixelPadding(99, 99), PixelPadding(0, 50)])
def test_padding_that_is_nowhere_or_everywhere_is_not_believed(
    padding: PixelPadding | None,
) -> None:
    assert find_padding(stored(0, 10, 50), padding) is None


@pytest.mark.parametrize("is_inverted", [False, True])
def test_padding_is_black_whichever_way_the_image_is_shown(*, is_inverted: bool) -> None:
    mask = np.array([[True, False]])
    found = apply_presentation(row(200, 200), is_inverted=is_inverted, padding_mask=mask)
    np.testing.assert_array_equal(found, row(0, 55 if is_inverted else 200))


def test_the_first_voi_is_the_default() -> None:
    first, second = Window(100.0, 50.0), Window(10.0, 5.0)
    assert find_voi(image_of(row(1), voi=(first, second))) == first


# The order of operations, from a file to grey.


def test_everything_at_once_in_the_order_of_the_standard(make_instance: InstanceFactory) -> None:
    # stored: -2000 is padding; the rest becomes x * 2 + 100, is windowed by c = 100, w = 201
    # (black up to -0.5, white above 199.5: ((m - 99.5) / 200 + 0.5) * 255), and inverted.
    pixels = np.array([[-2000, -100, -50, 0, 50, 100]], dtype=np.int16)
    path = make_instance(
        pixels=pixels,
        photometric="MONOCHROME1",
        bits_stored=16,
        is_signed=True,
        modality=Rescale(2.0, 100.0),
        voi=(Window(100.0, 201.0),),
        padding=PixelPadding(-2000, -2000),
    )
    # modality -100, 0, 100, 200, 300: grey 0, 0.6375, 128.1375, 255, 255
    expected = [[0.0, 255.0, 254.3625, 126.8625, 0.0, 0.0]]
    np.testing.assert_allclose(render_file(path), expected, atol=1e-3)


def test_padding_is_compared_before_the_modality_transform(make_instance: InstanceFactory) -> None:
    # After the rescale the second pixel would equal the padding value, and is image all the same.
    path = make_instance(
        pixels=np.array([[10, 5]], dtype=np.uint16),
        modality=Rescale(2.0, 0.0),
        voi=(Window(10.0, 21.0),),
        padding=PixelPadding(10, 10),
    )
    # modality 10: ((10 - 9.5) / 20 + 0.5) * 255 = 133.875
    np.testing.assert_allclose(render_file(path), [[0.0, 133.875]], atol=1e-3)


@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize("is_signed", [False, True])
@pytest.mark.parametrize("bits_stored", [8, 10, 12, 15, 16])
def test_the_full_range_goes_from_black_to_white_or_back(
    make_instance: InstanceFactory,
    syntax: str,
    photometric: str,
    bits_stored: int,
    *,
    is_signed: bool,
) -> None:
    half = 2 ** (bits_stored - 1)
    low, high = (-half, half - 1) if is_signed else (0, 2 * half - 1)
    small = np.uint8 if bits_stored == 8 and not is_signed else np.uint16
    pixels = np.array([[low, (low + high + 1) // 2, high]], dtype=np.int16 if is_signed else small)
    path = make_instance(
        pixels=pixels,
        photometric=photometric,
        bits_stored=bits_stored,
        is_signed=is_signed,
        voi=(Window((low + high + 1) / 2, float(2 * half)),),
        transfer_syntax_uid=syntax,
    )
    # c = middle, w = all: x -> (x - low) / (2 half - 1) * 255, and its contrary for MONOCHROME1
    middle = half / (2 * half - 1) * 255
    expected = [[0.0, middle, 255.0]]
    if photometric == "MONOCHROME1":
        expected = [[255.0, 255.0 - middle, 0.0]]
    np.testing.assert_allclose(render_file(path), expected, atol=1e-3)


def test_a_table_of_65536_entries_renders_a_16_bit_image(make_instance: InstanceFactory) -> None:
    entries = np.arange(65536)[::-1].astype(np.uint16)
    for syntax in SYNTAXES:
        path = make_instance(
            pixels=np.array([[0, 13107, 65535]], dtype=np.uint16),
            bits_stored=16,
            voi=(LookupTable(entries, 0, 16),),
            transfer_syntax_uid=syntax,
        )
        # (65535 - x) / 65535 * 255
        np.testing.assert_allclose(render_file(path), [[255.0, 204.0, 0.0]], atol=1e-3)


# The standard's formulas again, from another hand, on real images.


@pytest.mark.parametrize(
    "name",
    [
        "CT_small.dcm",
        "MR_small.dcm",
        "MR_small_bigendian.dcm",
        "MR_small_RLE.dcm",
        "examples_overlay.dcm",
        "J2K_pixelrep_mismatch.dcm",
        "dicomdirtests/77654033/CR1/6154",
        "dicomdirtests/98892001/CT5N/2062",
    ],
)
def test_modality_values_and_windows_agree_with_pydicom(name: str) -> None:
    agree_with_pydicom(pydicom_file(name))


@pytest.mark.parametrize(
    "name",
    [
        "nema_wg04/RG2_J2KR",
        "nema_wg04/RG3_RLE",
        "pydicom_data/693_UNCR.dcm",
        "pydicom_data/MR2_UNCR.dcm",
        "pydicom_data/mlut_18.dcm",
        "pydicom_data/vlut_04.dcm",
    ],
)
def test_modality_values_and_voi_agree_with_pydicom_on_public_images(
    shared_folder: Path, name: str
) -> None:
    agree_with_pydicom(shared_image(shared_folder, name))


def agree_with_pydicom(path: Path) -> None:
    data_set = dcmread(path)
    image = load_modality_image(read_instance(FileSource(path)))
    expected = apply_modality_lut(data_set.pixel_array, data_set)
    np.testing.assert_allclose(image.values, expected, rtol=1e-6, atol=1e-3)
    if not image.transforms.voi:
        return
    # pydicom spans the output range of the stored bits, or of the table's entries; we span 0..255.
    shown = apply_voi_lut(expected, data_set).astype(np.float64)
    first = image.transforms.voi[0]
    if isinstance(first, LookupTable):
        low, high = 0.0, 2.0**first.bits - 1
    else:
        low, high = apply_voi_lut(np.array([-1e9, 1e9]), data_set)
    grey = (shown - low) / (high - low) * 255
    np.testing.assert_allclose(apply_voi(image.values, first), grey, atol=0.01)


@pytest.mark.parametrize(
    "name", ["CT_small.dcm", "MR_small.dcm", "JPGExtended.dcm", "dicomdirtests/77654033/CR1/6154"]
)
def test_the_eye_and_the_model_see_the_same_picture(name: str) -> None:
    eye_and_model_agree(pydicom_file(name))


@pytest.mark.parametrize(
    "name",
    [
        "nema_wg04/RG1_J2KI",
        "nema_wg04/RG2_JPLY",
        "nema_wg04/RG3_JLSL",
        "pydicom_data/mlut_18.dcm",
        "pydicom_data/vlut_04.dcm",
        "pydicom_data/MR2_UNCI.dcm",
        "pydicom_data/693_UNCI.dcm",
    ],
)
def test_the_eye_and_the_model_see_the_same_public_picture(shared_folder: Path, name: str) -> None:
    eye_and_model_agree(shared_image(shared_folder, name))


def eye_and_model_agree(path: Path) -> None:
    instance = read_instance(FileSource(path))
    display = load_display(instance)
    eye = render(display, display.voi_options[0].voi, is_inverted=display.is_inverted)
    assert eye.dtype == np.uint8
    assert np.abs(eye.astype(np.float64) - render_instance(instance)).max() <= 1.0


def test_a_chest_in_monochrome1_is_shown_with_dark_lungs(shared_folder: Path) -> None:
    grey = render_file(shared_image(shared_folder, "nema_wg04/RG1_J2KI"))
    lungs = [grey[700:1000, 300:600], grey[700:1000, 1250:1550]]
    mediastinum = grey[700:1000, 850:1000]
    for lung in lungs:
        assert np.median(lung) < np.median(mediastinum) - 60


def test_a_voi_of_the_readers_choice_takes_the_place_of_the_headers(
    make_instance: InstanceFactory,
) -> None:
    path = make_instance(pixels=np.array([[0, 100]], dtype=np.uint16), voi=(Window(50.0, 101.0),))
    image = load_modality_image(read_instance(FileSource(path)))
    chosen = render_modality_image(image, Window(100.0, 1.0))
    np.testing.assert_array_equal(chosen, row(0, 255))


# Display: fast windowing.


def test_the_viewer_offers_the_headers_choices_by_name_and_the_full_range() -> None:
    image = image_of(
        row(5, 10), voi=(table(1), Window(1.0, 2.0, explanation="BONE"), Window(3.0, 4.0))
    )
    options = make_display(image).voi_options
    assert [option.label for option in options] == ["LUT 1", "BONE", "window 3", "full range"]
    assert options[-1].voi == window_over(5.0, 10.0)


def test_the_viewer_computes_a_voi_where_the_header_states_none() -> None:
    display = make_display(image_of(row(5, 10)))
    assert [option.label for option in display.voi_options] == ["computed", "full range"]


@pytest.mark.parametrize("value", [0.0, 0.25, -7.75, 1e9])
def test_an_image_of_one_value_can_be_displayed(value: float) -> None:
    display = make_display(image_of(np.full((3, 4), value, dtype=np.float32)))
    assert display.step > 0
    for option in display.voi_options:
        assert np.ptp(render(display, option.voi, is_inverted=False)) == 0


def test_padding_stays_black_when_the_viewer_inverts() -> None:
    mask = np.array([[True, False]])
    display = make_display(image_of(row(0, 10), padding_mask=mask, voi=(Window(5.0, 10.0),)))
    for is_inverted in (False, True):
        shown = render(display, display.voi_options[0].voi, is_inverted=is_inverted)
        assert shown[0, 0] == 0


# Properties.

values_of_pixels = st.lists(st.integers(-32768, 65535), min_size=1, max_size=40)
windows = st.builds(
    Window,
    st.integers(-40000, 40000).map(float),
    st.integers(1, 80000).map(float),
    st.sampled_from(VoiFunction),
)


@given(values_of_pixels, windows)
def test_grey_lies_in_its_range_and_rises_with_the_value(values: list[int], window: Window) -> None:
    grey = apply_voi(row(*sorted(values)), window)
    assert grey.dtype == np.float32
    assert grey.min() >= 0
    assert grey.max() <= 255
    assert (np.diff(grey[0]) >= 0).all()


@given(values_of_pixels, windows)
def test_inversion_is_the_contrary_of_grey(values: list[int], window: Window) -> None:
    image = image_of(row(*values), voi=(window,))
    inverted = replace(image, transforms=replace(image.transforms, is_inverted=True))
    np.testing.assert_array_equal(
        render_modality_image(inverted), np.float32(255) - render_modality_image(image)
    )


@given(values_of_pixels, windows, st.integers(-5000, 5000))
def test_moving_values_and_window_together_changes_nothing(
    values: list[int], window: Window, shift: int
) -> None:
    moved = replace(window, center=window.center + shift)
    shifted = row(*(value + shift for value in values))
    np.testing.assert_array_equal(apply_voi(row(*values), window), apply_voi(shifted, moved))


@given(values_of_pixels, windows)
def test_the_eye_agrees_with_the_model_for_every_window(values: list[int], window: Window) -> None:
    image = image_of(row(*values), bits_stored=16, voi=(window,))
    display = make_display(image)
    eye = render(display, window, is_inverted=False)
    if max(values) - min(values) <= 65535:  # whole values of 16 bits have a level each
        assert np.abs(eye - render_modality_image(image)).max() <= 0.5 + 1e-4


@given(st.lists(st.integers(0, 65535), min_size=1, max_size=50), st.integers(-100, 100))
def test_a_table_gives_only_its_own_entries(entries: list[int], first: int) -> None:
    values = np.arange(first - 3, first + len(entries) + 3)
    grey = apply_voi(values.astype(np.float32)[np.newaxis], table(*entries, first=first))
    np.testing.assert_allclose(grey[0, 3:-3], np.array(entries) / 65535 * 255, atol=1e-3)
    assert (grey[0, :3] == grey[0, 3]).all()
    assert (grey[0, -3:] == grey[0, -4]).all()
