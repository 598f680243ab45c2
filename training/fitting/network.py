"""The network: MobileNetV2, global average pooling, one dense unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import keras
import numpy as np

from training.errors import RunError

if TYPE_CHECKING:
    from pathlib import Path

    from training.recipes import Recipe
    from triage_app.imaging.preprocessing import PreprocessingSpec

__all__ = [
    "BASE_NAME",
    "HEAD_NAME",
    "POOLING_NAME",
    "RANDOM_WEIGHTS",
    "build_network",
    "heads_of",
    "layers_to_train",
]

BASE_NAME: Final = "base"
POOLING_NAME: Final = "pooling"
HEAD_NAME: Final = "head"

RANDOM_WEIGHTS: Final = "random"
"""In place of a path to the base's weights: leave them random. For tests of the machinery."""

_CHANNELS: Final = 1280
_FLAT: Final = 1e-3
"""Variance, white being 1 and black -1, at which an image begins to count as flat."""
_FARTHEST: Final = 2.0
_USUAL_MEAN: Final = 0.1
_USUAL_DEVIATION: Final = 0.34
"""Of the middle of a chest X-ray, white being 1 and black -1."""


def build_network(
    recipe: Recipe, spec: PreprocessingSpec, weights: Path | str | None
) -> keras.Model:
    """Build the network with its base's weights loaded and its head's weights drawn.

    Parameters
    ----------
    recipe : decides what stands in the head
    spec : the input's rows and columns
    weights : of MobileNetV2 1.0 without its top, as a Keras ``.weights.h5`` file;
        `RANDOM_WEIGHTS`; or None for the ImageNet weights that Keras keeps or fetches

    Returns
    -------
    from display grey ``(n, rows, columns, 1)`` in [0, 255] to logits ``(n, 1)``

    Raises
    ------
    RunError
        where the weights cannot be had

    Notes
    -----
    Sandler et al., MobileNetV2, CVPR 2018. The base's batch normalisation always stays in inference
    mode: its statistics may have been folded into the weights, and a small batch would spoil them.
    Between pooling and the dense unit there is only batch normalisation, which is linear in
    inference, so that the class activation map is exact (Zhou et al., CVPR 2016).
    """
    base = _load_base(spec, weights)
    image = keras.Input((spec.rows, spec.columns, 1), name="image")
    scaled = keras.layers.Rescaling(1 / 127.5, offset=-1.0, name="scaling")(image)
    if recipe.smooths_input:
        scaled = _smooth(scaled)
    if recipe.standardises_input:
        scaled = _standardise(scaled)
    colour = keras.layers.Concatenate(name="grey_to_colour")([scaled, scaled, scaled])
    features = base(colour, training=False)
    pooled = keras.layers.GlobalAveragePooling2D(name=POOLING_NAME)(features)
    return keras.Model(image, _build_head(recipe)(pooled), name="chest_pneumonia")


def heads_of(network: keras.Model) -> list[keras.Model]:
    """Give the heads: `HEAD_NAME`, or one for each population, named ``head_<population>``."""
    return [
        layer
        for layer in network.layers
        if layer.name == HEAD_NAME or layer.name.startswith(f"{HEAD_NAME}_")
    ]


def layers_to_train(network: keras.Model, count: int) -> None:
    """Let the head's dense unit and the last `count` layers of the base be trained, no others.

    Batch normalisation is never among them: Keras runs it on a batch's statistics as soon as it may
    be trained, whatever the call says, and those of a few images are noise.
    """
    for layer in network.get_layer(HEAD_NAME).layers:
        layer.trainable = not isinstance(layer, keras.layers.BatchNormalization)
    base = network.get_layer(BASE_NAME)
    base.trainable = count > 0
    frozen = len(base.layers) - count
    for index, layer in enumerate(base.layers):
        is_normalisation = isinstance(layer, keras.layers.BatchNormalization)
        layer.trainable = index >= frozen and not is_normalisation


def _smooth(image: keras.KerasTensor) -> keras.KerasTensor:
    """Smooth with the binomial kernel of 5 x 5 (a Gaussian of one pixel), mirrored at the edge."""
    side = np.array([1, 4, 6, 4, 1], np.float32) / 16
    smoothing = keras.layers.DepthwiseConv2D(5, use_bias=False, trainable=False, name="smoothing")
    padded = keras.ops.pad(image, [(0, 0), (2, 2), (2, 2), (0, 0)], mode="reflect")
    smoothed = smoothing(padded)
    smoothing.set_weights([np.outer(side, side)[..., np.newaxis, np.newaxis]])
    return smoothed


def _standardise(image: keras.KerasTensor) -> keras.KerasTensor:
    """Bring the middle of the image to the mean and the contrast of an average chest X-ray.

    So that the average image stays as it is. The outer eighths take no part: black collimation
    would decide.
    """
    _, rows, columns, _ = image.shape
    y, x = rows // 8, columns // 8
    middle = image[:, y : rows - y, x : columns - x, :]
    mean = keras.ops.mean(middle, axis=(1, 2), keepdims=True)
    variance = keras.ops.mean(keras.ops.square(middle - mean), axis=(1, 2), keepdims=True)
    factor = _USUAL_DEVIATION * keras.ops.rsqrt(variance + _FLAT)
    standardised = (image - mean) * factor + _USUAL_MEAN
    return keras.ops.clip(standardised, -_FARTHEST, _FARTHEST)


def _build_head(recipe: Recipe) -> keras.Model:
    layers: list[keras.layers.Layer] = [keras.Input((_CHANNELS,), name="pooled")]
    if recipe.batch_normalisation:
        layers.append(keras.layers.BatchNormalization(momentum=0.95, name="normalisation"))
    layers.append(keras.layers.Dropout(recipe.dropout, name="dropout"))
    layers.append(keras.layers.Dense(1, name="logit"))
    return keras.Sequential(layers, name=HEAD_NAME)


def _load_base(spec: PreprocessingSpec, weights: Path | str | None) -> keras.Model:
    if weights == RANDOM_WEIGHTS:
        source = None
    elif weights is None:
        source = "imagenet"
    else:
        source = str(weights)
    try:
        return keras.applications.MobileNetV2(
            input_shape=(spec.rows, spec.columns, 3),
            include_top=False,
            weights=source,
            name=BASE_NAME,
        )
    except Exception as error:
        if weights is None:
            raise RunError(
                "The ImageNet weights of MobileNetV2 are not in Keras's cache and could not be "
                "fetched; give a file with --weights "
                "(mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5)."
            ) from error
        raise RunError(
            f"{weights}: cannot be loaded as weights of MobileNetV2 1.0 without its top ({error}); "
            "give a Keras .h5 or .weights.h5 file of that network."
        ) from error
