"""Training images disturbed as another scanner, another crop and another export would.

Stronger than `training.fitting.augmentation`, and meant for what tells data sets apart without
telling sick from well: aspect ratio, collimation, markers in the corners, exposure, the gradation
curve, sharpness and grain.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from training.recipes import Disturbance

__all__ = ["apply_disturbances", "draw_disturbances"]

_WHITE = 255.0


def draw_disturbances(
    generator: np.random.Generator,
    count: int,
    settings: Disturbance,
    source: tuple[int, int],
    target: tuple[int, int],
    is_pneumonia: NDArray[np.bool_],
) -> dict[str, NDArray[Any]]:
    """Draw how each of `count` images is disturbed.

    Parameters
    ----------
    generator : the only source of chance
    source, target : (rows, columns) of the images and of the result
    is_pneumonia : (count,) for `Disturbance.evens_aspect`

    Returns
    -------
    ``transforms`` (count, 8) float32, projective, from a pixel of the result to one of the source;
    ``gammas``, ``contrasts``, ``brightnesses``, ``sharpnesses``, ``noises`` (count,) float32;
    ``framed`` (count,) bool, whether what lies outside the image has one grey; ``shadings``
    (count, 2) float32, the change of brightness from the middle to the edge along
    rows and columns; ``seen`` (count, rows, columns, 1) float32, 0 where the image is covered;
    ``covers`` (count,) float32, the grey that covers and frames; ``mixes`` (count,) float32, the
    own share where it is mixed with the one at the batch's other end; ``noise_seed`` (2,) int32
    """
    is_left = generator.random(count) < settings.unaltered

    def draw(low: float, high: float, as_is: float) -> NDArray[np.float32]:
        return np.where(is_left, as_is, generator.uniform(low, high, count)).astype(np.float32)

    def about(reach: float, middle: float = 0.0) -> NDArray[np.float32]:
        return draw(middle - reach, middle + reach, middle)

    is_mixed = generator.random(count) < settings.mixed
    mixes = np.where(is_mixed, generator.uniform(0.5, 1.0, count), 1.0).astype(np.float32)
    return {
        "transforms": _draw_transforms(generator, is_left, settings, source, target, is_pneumonia),
        "framed": ~is_left & (generator.random(count) < settings.framed),
        "gammas": np.exp(about(settings.gamma)),
        "contrasts": about(settings.contrast, 1.0),
        "brightnesses": about(settings.brightness) * np.float32(_WHITE),
        "shadings": np.stack([about(settings.shading), about(settings.shading)], axis=1),
        "sharpnesses": about(settings.sharpness),
        "noises": np.maximum(draw(-settings.noise, settings.noise, 0.0), 0) * np.float32(_WHITE),
        "seen": _draw_seen(generator, is_left, settings, target),
        "covers": generator.choice([0.0, 0.0, 90.0, 160.0, _WHITE], count).astype(np.float32),
        "mixes": mixes,
        "noise_seed": generator.integers(0, 2**31 - 1, 2, dtype=np.int32),
    }


def apply_disturbances(images: tf.Tensor, drawn: dict[str, tf.Tensor]) -> tf.Tensor:
    """Disturb images as drawn.

    Parameters
    ----------
    images : (n, rows, columns, 1) float32 in [0, 255]
    drawn : from `draw_disturbances`

    Returns
    -------
    (n, rows, columns, 1) float32 in [0, 255], rows and columns those of ``seen``
    """
    seen = drawn["seen"]
    moved = _move(images, drawn["transforms"], seen, "NEAREST")
    inside = _move(tf.ones_like(images), drawn["transforms"], seen, "CONSTANT")
    seen = tf.where(tf.reshape(drawn["framed"], [-1, 1, 1, 1]), seen * inside, seen)
    moved += _per_image(drawn["sharpnesses"]) * (moved - _soften(moved))
    moved *= _shade(drawn["shadings"], seen)
    moved = _WHITE * tf.clip_by_value(moved / _WHITE, 0.0, 1.0) ** _per_image(drawn["gammas"])
    mean = tf.reduce_mean(moved, axis=[1, 2, 3], keepdims=True)
    moved = (moved - mean) * _per_image(drawn["contrasts"]) + mean
    moved += _per_image(drawn["brightnesses"])
    grain = tf.random.stateless_normal(tf.shape(moved), drawn["noise_seed"])
    moved = tf.clip_by_value(moved + grain * _per_image(drawn["noises"]), 0.0, _WHITE)
    covered = moved * seen + _per_image(drawn["covers"]) * (1.0 - seen)
    own = _per_image(drawn["mixes"])
    return covered * own + covered[::-1] * (1.0 - own)


def _draw_transforms(
    generator: np.random.Generator,
    is_left: NDArray[np.bool_],
    settings: Disturbance,
    source: tuple[int, int],
    target: tuple[int, int],
    is_pneumonia: NDArray[np.bool_],
) -> NDArray[np.float32]:
    count = len(is_left)

    def about(reach: float) -> NDArray[np.float64]:
        return np.where(is_left, 0.0, generator.uniform(-reach, reach, count))

    def field(limits: tuple[float, float]) -> NDArray[np.float64]:
        return np.where(
            is_left, 1.0, np.exp(generator.uniform(math.log(limits[0]), math.log(limits[1]), count))
        )

    even = np.exp(
        np.where(is_left, 0.0, np.where(is_pneumonia, -0.25, 0.25) * settings.evens_aspect)
    )
    columns, rows = field(settings.columns) * even, field(settings.rows) / even
    move_x = about(1.0) * (np.maximum(1 - columns, 0) / 2 + settings.shift)
    move_y = about(1.0) * (np.maximum(1 - rows, 0) / 2 + settings.shift)
    scale_x = columns * source[1] / target[1]
    scale_y = rows * source[0] / target[0]
    angles = np.deg2rad(about(settings.rotation_degrees))
    if settings.horizontal_flip:
        scale_x = np.where(generator.random(len(angles)) < 0.5, -scale_x, scale_x)
    cosine, sine = np.cos(angles), np.sin(angles)
    a, b = cosine * scale_x, -sine * scale_y
    c, d = sine * scale_x, cosine * scale_y
    middle_x, middle_y = (target[1] - 1) / 2, (target[0] - 1) / 2
    x = (source[1] - 1) / 2 + move_x * source[1] - a * middle_x - b * middle_y
    y = (source[0] - 1) / 2 + move_y * source[0] - c * middle_x - d * middle_y
    zero = np.zeros_like(a)
    return np.stack([a, b, x, c, d, y, zero, zero], axis=1).astype(np.float32)


def _draw_seen(
    generator: np.random.Generator,
    is_left: NDArray[np.bool_],
    settings: Disturbance,
    target: tuple[int, int],
) -> NDArray[np.float32]:
    """Cover edges, corners and one rectangle inside."""
    rows, columns = target
    seen = np.ones((len(is_left), rows, columns, 1), np.float32)
    for index in np.flatnonzero(~is_left):
        image = seen[index]
        if generator.random() < settings.covered_edges:
            top, bottom, left, right = generator.uniform(0, 0.12, 4) * (generator.random(4) < 0.5)
            image[: int(top * rows)] = 0
            image[rows - int(bottom * rows) :] = 0
            image[:, : int(left * columns)] = 0
            image[:, columns - int(right * columns) :] = 0
        if generator.random() < settings.covered_edges:
            for corner in np.flatnonzero(generator.random(4) < 0.5):
                high, wide = (generator.uniform(0.08, 0.22, 2) * target).astype(int)
                y, x = (corner // 2) * (rows - high), (corner % 2) * (columns - wide)
                image[y : y + high, x : x + wide] = 0
        if generator.random() < settings.covered_inside:
            high, wide = (generator.uniform(0.1, 0.35, 2) * target).astype(int)
            y, x = generator.integers(0, rows - high), generator.integers(0, columns - wide)
            image[y : y + high, x : x + wide] = 0
    return seen


def _move(images: tf.Tensor, transforms: tf.Tensor, seen: tf.Tensor, fill_mode: str) -> tf.Tensor:
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=transforms,
        output_shape=tf.shape(seen)[1:3],
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode=fill_mode,
    )


def _per_image(values: tf.Tensor) -> tf.Tensor:
    return tf.reshape(values, [-1, 1, 1, 1])


def _soften(images: tf.Tensor) -> tf.Tensor:
    padded = tf.pad(images, [[0, 0], [2, 2], [2, 2], [0, 0]], "REFLECT")
    side = np.array([1, 4, 6, 4, 1], np.float32) / 16
    kernel = np.outer(side, side)[..., np.newaxis, np.newaxis]
    return tf.nn.conv2d(padded, kernel, strides=1, padding="VALID")


def _shade(shadings: tf.Tensor, seen: tf.Tensor) -> tf.Tensor:
    rows, columns = seen.shape[1], seen.shape[2]
    y = tf.reshape(tf.linspace(-1.0, 1.0, rows), [1, -1, 1, 1])
    x = tf.reshape(tf.linspace(-1.0, 1.0, columns), [1, 1, -1, 1])
    return 1.0 + _per_image(shadings[:, 0]) * y + _per_image(shadings[:, 1]) * x
