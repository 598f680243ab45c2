"""Training images altered: rotated, mirrored, zoomed, with another contrast."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import tensorflow as tf

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from training.recipes import Augmentation

__all__ = ["apply_alterations", "draw_alterations"]


def draw_alterations(
    generator: np.random.Generator, count: int, settings: Augmentation, rows: int, columns: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Draw how each of `count` images is altered.

    Returns
    -------
    transforms : (count, 8) float32, projective, from a pixel of the result to one of the source, as
        `tf.raw_ops.ImageProjectiveTransformV3` takes them
    contrasts : (count,) float32, factors about the image's mean
    """
    angles = np.deg2rad(
        generator.uniform(-settings.rotation_degrees, settings.rotation_degrees, count)
    )
    low, high = 1 - settings.zoom, 1 + settings.zoom
    scale_x, scale_y = 1 / generator.uniform(low, high, (2, count))
    mirrored = generator.random(count) < 0.5
    if settings.horizontal_flip:
        scale_x = np.where(mirrored, -scale_x, scale_x)
    contrasts = generator.uniform(1 - settings.contrast, 1 + settings.contrast, count)
    is_left = generator.random(count) < settings.unaltered
    angles, contrasts = np.where(is_left, 0.0, angles), np.where(is_left, 1.0, contrasts)
    scale_x, scale_y = np.where(is_left, 1.0, scale_x), np.where(is_left, 1.0, scale_y)
    cosine, sine = np.cos(angles), np.sin(angles)
    # result -> source: scale, then rotate, both about the centre
    a, b = cosine * scale_x, -sine * scale_y
    c, d = sine * scale_x, cosine * scale_y
    centre_x, centre_y = (columns - 1) / 2, (rows - 1) / 2
    shift_x = centre_x - a * centre_x - b * centre_y
    shift_y = centre_y - c * centre_x - d * centre_y
    zero = np.zeros(count)
    transforms = np.stack([a, b, shift_x, c, d, shift_y, zero, zero], axis=1)
    return transforms.astype(np.float32), contrasts.astype(np.float32)


def apply_alterations(images: tf.Tensor, transforms: tf.Tensor, contrasts: tf.Tensor) -> tf.Tensor:
    """Alter images as drawn.

    Parameters
    ----------
    images : (n, rows, columns, 1) float32 in [0, 255]
    transforms, contrasts : from `draw_alterations`

    Returns
    -------
    of the same shape, type and range; beyond the edge the edge's pixels are repeated
    """
    moved = tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=transforms,
        output_shape=tf.shape(images)[1:3],
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="NEAREST",
    )
    mean = tf.reduce_mean(moved, axis=[1, 2, 3], keepdims=True)
    factor = tf.reshape(contrasts, [-1, 1, 1, 1])
    return tf.clip_by_value((moved - mean) * factor + mean, 0.0, 255.0)
