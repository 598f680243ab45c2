"""From an instance to the model's input, decoding no more of it than the model sees.

The score is always made here: in the window, in a scan, in the receiver. The eye is given the whole
image by `rendering`, and both go through the same grey transformations.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from triage_app.imaging.header import Instance
from triage_app.imaging.preprocessing import (
    PreprocessingSpec,
    strips_to_model_input,
    to_model_input,
)
from triage_app.imaging.reduced_decoding import MOST_HALVINGS, reduced_extent, reduced_shape
from triage_app.imaging.strips import prepare_strips

__all__ = ["SMALLEST_MARGIN", "choose_halvings", "read_model_input"]

SMALLEST_MARGIN = 2.0
"""A reduced image keeps at least so many pixels, in rows and in columns, for one of the model's;
twice as many where `reduced_decoding` says so. tests/triage/test_reduced_scores.py holds scores to
it."""


def choose_halvings(rows: int, columns: int, spec: PreprocessingSpec) -> int:
    """Say how often an image may be halved before the model's own resizing.

    Parameters
    ----------
    rows, columns : of the image
    spec : from the model card
    """
    pixels_for_one = min(rows / spec.rows, columns / spec.columns)
    halvings = 0
    while halvings < MOST_HALVINGS and pixels_for_one >= 2 * SMALLEST_MARGIN:
        pixels_for_one /= 2
        halvings += 1
    return halvings


def read_model_input(instance: Instance, spec: PreprocessingSpec) -> NDArray[np.float32]:
    """Decode and render an instance at the model's size.

    Parameters
    ----------
    instance : a grey image, whose first frame is taken
    spec : from the model card

    Returns
    -------
    (spec.rows, spec.columns, 1) float32 in [0, 255]

    Raises
    ------
    InstanceError
        as `read_stored_values` does
    """
    image = instance.facts.image
    shape = image.rows, image.columns
    halvings = choose_halvings(*shape, spec)
    image_in_strips = prepare_strips(instance, halvings=halvings)
    while halvings and image_in_strips.shape != reduced_shape(*shape, halvings):
        halvings -= 1  # the image was halved less often than it might have been
    if halvings == 0:
        return strips_to_model_input(image_in_strips.strips(), spec)
    extent = reduced_extent(*shape, halvings, instance.facts.transfer_syntax_uid)
    return to_model_input(np.concatenate(list(image_in_strips.strips())), spec, extent)
