"""One resizing for training and reading; its numbers follow from the card alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from triage_app.imaging.preprocessing import PreprocessingSpec, ResizeFilter, to_model_input

AREA = PreprocessingSpec(rows=2, columns=2, resize_filter=ResizeFilter.AREA)


def test_area_is_the_mean_of_the_pixels_of_a_cell() -> None:
    image = np.array(
        [[0, 10, 100, 100], [20, 30, 100, 100], [1, 1, 7, 9], [1, 1, 9, 7]], dtype=np.float32
    )
    np.testing.assert_allclose(to_model_input(image, AREA)[..., 0], [[15, 100], [1, 8]])


@pytest.mark.parametrize("resize_filter", list(ResizeFilter))
@pytest.mark.parametrize("level", [0.0, 17.25, 255.0])
@pytest.mark.parametrize("shape", [(1, 1), (300, 200), (17, 1023), (224, 224)])
def test_a_flat_image_stays_flat(
    resize_filter: ResizeFilter, level: float, shape: tuple[int, int]
) -> None:
    spec = PreprocessingSpec(resize_filter=resize_filter)
    found = to_model_input(np.full(shape, level, dtype=np.float32), spec)
    assert found.shape == (224, 224, 1)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, level, atol=1e-3)


@pytest.mark.parametrize("resize_filter", list(ResizeFilter))
def test_an_image_of_the_models_size_is_not_changed(resize_filter: ResizeFilter) -> None:
    image = np.random.default_rng(1).uniform(0, 255, (224, 224)).astype(np.float32)
    spec = PreprocessingSpec(resize_filter=resize_filter)
    np.testing.assert_allclose(to_model_input(image, spec)[..., 0], image, atol=1e-3)


@pytest.mark.parametrize("resize_filter", list(ResizeFilter))
def test_fine_stripes_become_grey_and_no_pattern(resize_filter: ResizeFilter) -> None:
    image = np.zeros((1792, 1792), dtype=np.float32)
    image[:, ::2] = 255.0
    found = to_model_input(image, PreprocessingSpec(resize_filter=resize_filter))
    np.testing.assert_allclose(found[:, 1:-1], 127.5, atol=1.0)  # the edges see one side only


@pytest.mark.parametrize("resize_filter", list(ResizeFilter))
def test_rows_and_columns_are_not_exchanged(resize_filter: ResizeFilter) -> None:
    image = np.zeros((100, 300), dtype=np.float32)
    image[:50, :] = 255.0
    spec = PreprocessingSpec(rows=10, columns=30, resize_filter=resize_filter)
    found = to_model_input(image, spec)[..., 0]
    assert found.shape == (10, 30)
    np.testing.assert_allclose(found[:4], 255.0, atol=12)
    np.testing.assert_allclose(found[6:], 0.0, atol=12)


@given(
    st.integers(1, 40),
    st.integers(1, 40),
    st.sampled_from(ResizeFilter),
    st.integers(0, 2**32 - 1),
)
def test_every_value_stays_grey(
    rows: int, columns: int, resize_filter: ResizeFilter, seed: int
) -> None:
    image = np.random.default_rng(seed).choice([0.0, 255.0], (rows, columns)).astype(np.float32)
    spec = PreprocessingSpec(rows=13, columns=11, resize_filter=resize_filter)
    found = to_model_input(image, spec)
    assert found.min() >= 0
    assert found.max() <= 255


def test_an_image_in_another_memory_order_gives_the_same() -> None:
    image = np.random.default_rng(2).uniform(0, 255, (90, 70)).astype(np.float32)
    expected = to_model_input(image, AREA)
    np.testing.assert_array_equal(to_model_input(np.asfortranarray(image), AREA), expected)
    np.testing.assert_array_equal(to_model_input(image[::-1][::-1], AREA), expected)


@pytest.mark.parametrize("shape", [(0, 5), (5, 0), (5, 5, 1), (5,)])
def test_what_is_no_image_is_the_callers_mistake(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"expected an image of \(rows, columns\)"):
        to_model_input(np.zeros(shape, dtype=np.float32), AREA)


def test_a_specification_has_no_unknown_field_and_no_empty_size() -> None:
    with pytest.raises(ValidationError):
        PreprocessingSpec(rows=0)
    with pytest.raises(ValidationError):
        PreprocessingSpec.model_validate({"row": 224})
