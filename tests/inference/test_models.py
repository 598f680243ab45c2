"""A model is a pair of files; one without its card is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from triage_app.inference.check_image import CHECK_IMAGES, make_check_image
from triage_app.inference.models import find_models

if TYPE_CHECKING:
    from pathlib import Path


def test_models_are_found_with_their_cards_by_name(tmp_path: Path) -> None:
    for name in ("b.onnx", "b.json", "a.onnx", "a.json", "without_card.onnx", "only_card.json"):
        (tmp_path / name).touch()
    assert find_models(tmp_path) == [tmp_path / "a.onnx", tmp_path / "b.onnx"]


def test_an_empty_folder_holds_no_model(tmp_path: Path) -> None:
    assert find_models(tmp_path) == []


def test_a_check_image_holds_whole_greys_and_is_always_the_same() -> None:
    for formula in CHECK_IMAGES:
        image = make_check_image(formula, 224, 224)
        assert image.shape == (224, 224, 1)
        assert image.dtype == np.float32
        assert image.min() >= 0
        assert image.max() <= 255
        np.testing.assert_array_equal(image, np.rint(image))
        np.testing.assert_array_equal(image, make_check_image(formula, 224, 224))


def test_the_check_image_has_two_dark_lungs_on_a_brighter_middle() -> None:
    image = make_check_image("two_lungs", 224, 224)[..., 0]
    middle = image[100:120, 104:120].mean()
    assert image[100:120, 55:75].mean() < middle - 60
    assert image[100:120, 150:170].mean() < middle - 60
