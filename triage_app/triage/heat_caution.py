"""Whether a heatmap may be believed: the chest is where pneumonia is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from triage_app.imaging.chest_field import find_chest_field
from triage_app.imaging.eligibility import Notice, NoticeKind
from triage_app.inference.card import ModelCard
from triage_app.inference.heatmap import share_outside

__all__ = ["find_heat_notices"]

_MOST = 0.5


def find_heat_notices(
    image: NDArray[np.float32], heatmap: NDArray[np.float32], card: ModelCard
) -> tuple[Notice, ...]:
    """Give the caution that most of the heat lies outside the chest, where it does.

    Parameters
    ----------
    image : (rows, columns, 1), the model's input
    heatmap : (h, w), what the model made of it
    card : of the model

    Returns
    -------
    tuple of Notice
        empty where the chest cannot be found on the image: nothing is said of what is not known
    """
    field = find_chest_field(image[..., 0])
    if field is None:
        return ()
    share = share_outside(heatmap, field, card.preprocessing, card.heatmap_geometry)
    if share <= _MOST:
        return ()
    return (
        Notice(
            NoticeKind.HEAT_OUTSIDE_CHEST,
            f"Most of the heat ({share:.0%}) lies outside the chest: do not trust this heatmap.",
        ),
    )
