"""What the gate sees of an image: the picture itself, coarse, and a middle layer of the base.

Late features tell sick from well and little else once a base was fine-tuned on chests; those of the
middle still tell a chest from other things, and kept in their places they tell up from down.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import keras
import numpy as np

from training.fitting.network import BASE_NAME

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["make_sight", "see"]

_BASE_INPUT: Final = "grey_to_colour"
_LAYER: Final = "block_12_add"
_PLACES: Final = 3
"""Layer of the base, and into how many places down and across it is averaged."""

_PICTURE_PLACES: Final = 16
_WHITE: Final = 255.0
_BATCH: Final = 16


def make_sight(network: keras.Model) -> keras.Model:
    """Make the network that gives the gate's features.

    Parameters
    ----------
    network : from `training.fitting.network.build_network`, trained

    Returns
    -------
    from images ``(n, rows, columns, 1)`` in [0, 255] to a list of blocks ``(n, k)``: the picture
    averaged in 16 x 16 places, in [0, 1], and the layer averaged in 3 x 3 places
    """
    base = network.get_layer(BASE_NAME)
    to_layer = keras.Model(base.input, base.get_layer(_LAYER).output)
    seen = to_layer(network.get_layer(_BASE_INPUT).output, training=False)
    blocks = [_in_places(network.input / _WHITE, _PICTURE_PLACES), _in_places(seen, _PLACES)]
    return keras.Model(network.input, blocks, name="sight")


def see(
    sight: keras.Model,
    images: NDArray[np.uint8],
    progress: Callable[[int], None] | None = None,
) -> list[NDArray[np.float32]]:
    """Run `make_sight`'s network over images.

    Parameters
    ----------
    images : (n, rows, columns, 1) uint8
    progress : told how many images are done

    Returns
    -------
    blocks, each (n, k) float32
    """
    parts = []
    for start in range(0, len(images), _BATCH):
        batch = images[start : start + _BATCH].astype(np.float32)
        parts.append([np.asarray(block) for block in sight(batch, training=False)])
        if progress is not None:
            progress(len(batch))
    return [np.concatenate(block) for block in zip(*parts, strict=True)]


def _in_places(features: keras.KerasTensor, places: int) -> keras.KerasTensor:
    """Average in places that lie evenly, and overlap where they do not divide the sides."""
    _, rows, columns, channels = features.shape
    places = min(places, rows, columns)
    strides = (rows // places, columns // places)
    sizes = (rows - (places - 1) * strides[0], columns - (places - 1) * strides[1])
    averaged = keras.ops.average_pool(features, sizes, strides, padding="valid")
    return keras.ops.reshape(averaged, (-1, places * places * channels))
