"""Whatever way grey is stored, rendering brings it back."""

from __future__ import annotations

import numpy as np
import pytest

from tests.conftest import InstanceFactory
from triage_app.demonstration.storing import GreyStyle, store_grey
from triage_app.imaging.header import read_instance
from triage_app.imaging.rendering import render_instance
from triage_app.imaging.source import FileSource

GREY = (np.arange(64 * 80, dtype=np.float32).reshape(64, 80) / (64 * 80 - 1))[:, ::-1].copy()

# Of 255: a step of a stored value, or what SIGMOID cannot reach.
TOLERANCES = {GreyStyle.SIGMOID: 1.6}


@pytest.mark.parametrize("is_inverted", [False, True], ids=["MONOCHROME2", "MONOCHROME1"])
@pytest.mark.parametrize("bits_stored", [8, 10, 12, 14, 15, 16])
@pytest.mark.parametrize("style", GreyStyle)
def test_rendering_gives_the_grey_back(
    make_instance: InstanceFactory, style: GreyStyle, bits_stored: int, is_inverted: bool
) -> None:
    stored = store_grey(GREY, style, bits_stored=bits_stored, is_inverted=is_inverted)
    path = make_instance(
        pixels=stored.pixels,
        bits_stored=bits_stored,
        photometric="MONOCHROME1" if is_inverted else "MONOCHROME2",
        modality=stored.transforms.modality,
        voi=stored.transforms.voi,
        padding=stored.transforms.padding,
    )
    shown = render_instance(read_instance(FileSource(path)))
    step = 255 / 2**bits_stored
    tolerance = max(TOLERANCES.get(style, 0.2), 2.2 * step)
    if style is GreyStyle.PLAIN and bits_stored > 8:
        tolerance = 1.5  # no window: the application takes one over the central percentiles
    if style is GreyStyle.MODALITY_TABLE:
        tolerance = max(tolerance, 255 * (step / 255) ** 0.8)  # the table's first step
    assert np.abs(shown - 255 * GREY).max() <= tolerance


def test_every_style_stores_something_of_its_own() -> None:
    kept = {
        (repr(stored.transforms), stored.pixels.tobytes())
        for stored in (store_grey(GREY, style, bits_stored=12) for style in GreyStyle)
    }
    # GREY has black in one place only, which PADDED takes for outside.
    assert len(kept) == len(GreyStyle)


def test_padding_marks_what_the_collimator_covers() -> None:
    image = GREY.copy()
    image[:10] = 0
    stored = store_grey(image, GreyStyle.PADDED, bits_stored=12, is_inverted=True)
    assert np.all(stored.pixels[:10] == 4095)
    assert stored.transforms.padding is not None
    assert stored.transforms.padding.lowest == 4095
