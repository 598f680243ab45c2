"""Drawn radiographs that are no frontal chest: a lateral view and a hand, to be excluded."""

from __future__ import annotations

import numpy as np

from triage_app.demonstration.canvas import (
    Canvas,
    FloatImage,
    Points,
    Stroke,
    smooth_curve,
    smooth_texture,
)
from triage_app.demonstration.exposure import draw_marker, rounded, to_display_grey

__all__ = ["hand_phantom", "lateral_phantom"]


def lateral_phantom(rows: int, columns: int, seed: int) -> FloatImage:
    """Draw a left lateral chest radiograph, the patient facing the left of the image.

    Parameters
    ----------
    rows, columns : of the image
    seed : position and noise follow from it

    Returns
    -------
    (rows, columns) float32, display grey 0 to 1, bone bright
    """
    random = np.random.default_rng(seed)
    scale = min(rows, columns / 0.85) * float(random.uniform(0.97, 1.03))
    canvas = Canvas(
        rows, columns, scale, (rows - scale) / 2, columns * 0.5, float(random.normal(0, 0.02))
    )
    trunk = smooth_curve(
        [
            (-0.1, -0.3),
            (-0.1, -0.06),
            (-0.19, 0.1),
            (-0.3, 0.28),
            (-0.33, 0.5),
            (-0.34, 0.75),
            (-0.34, 1.3),
            (0.31, 1.3),
            (0.3, 0.9),
            (0.34, 0.6),
            (0.345, 0.35),
            (0.29, 0.14),
            (0.13, 0.0),
            (0.09, -0.3),
        ],
        is_closed=True,
    )
    arms = [Stroke(smooth_curve([(0.02, 0.13), (-0.1, 0.0), (-0.27, -0.12)]), 0.2)]
    flesh = rounded(canvas, np.maximum(canvas.fill(trunk), canvas.stroke(arms)), 0.08)
    y = (np.arange(rows, dtype=np.float32) - canvas.center_row) / scale
    down = np.interp(y, [0.0, 0.15, 0.4, 0.7, 1.0], [0.95, 1.0, 0.92, 1.05, 1.1]).astype(np.float32)
    attenuation = flesh * down[:, np.newaxis]

    lung = smooth_curve(
        [
            (0.02, 0.13),
            (0.13, 0.16),
            (0.23, 0.3),
            (0.27, 0.5),
            (0.265, 0.75),
            (0.255, 0.88),
            (0.19, 0.8),
            (0.08, 0.72),
            (-0.06, 0.69),
            (-0.18, 0.72),
            (-0.265, 0.78),
            (-0.27, 0.6),
            (-0.24, 0.4),
            (-0.16, 0.22),
            (-0.06, 0.14),
        ],
        is_closed=True,
    )
    heart = smooth_curve(
        [
            (-0.245, 0.5),
            (-0.16, 0.4),
            (-0.04, 0.4),
            (0.05, 0.5),
            (0.06, 0.62),
            (0.0, 0.72),
            (-0.26, 0.76),
        ],
        is_closed=True,
    )
    air = rounded(canvas, canvas.fill(lung), 0.05) * (
        1 - np.float32(0.55) * canvas.blur(canvas.fill(heart), 0.012)
    )
    air *= 1 - np.float32(0.04) * smooth_texture(random, rows, columns, 0.012 * scale)
    air *= 1 - np.float32(0.22) * canvas.blur(canvas.stroke(_hilar_lines(random)), 0.004)
    attenuation -= np.float32(0.62) * air
    attenuation += canvas.blur(_lateral_bones(canvas), 0.003)
    trachea = [Stroke(smooth_curve([(-0.02, -0.1), (0.0, 0.2), (0.03, 0.38)]), 0.035)]
    attenuation -= np.float32(0.16) * canvas.blur(canvas.stroke(trachea), 0.005)
    image = to_display_grey(canvas, attenuation, random)
    draw_marker(canvas, image, "L")
    return np.clip(image, 0, 1)


def _hilar_lines(random: np.random.Generator) -> list[Stroke]:
    lines = []
    for heading in np.linspace(-2.6, 2.6, 15):
        direction = np.array([np.cos(heading), np.sin(heading)])
        bend = np.array([-direction[1], direction[0]]) * float(random.normal(0, 0.02))
        start, reach = np.array([0.02, 0.42]), float(random.uniform(0.1, 0.24))
        points = [start, start + direction * reach * 0.5 + bend, start + direction * reach]
        lines.append(Stroke(np.asarray(points), float(random.uniform(0.004, 0.013)), 0.8))
    return lines


def _lateral_bones(canvas: Canvas) -> FloatImage:
    heights = np.linspace(-0.15, 1.2, 19)
    column = np.interp(heights, [-0.15, 0.1, 0.4, 0.7, 1.2], [0.05, 0.11, 0.2, 0.2, 0.12])
    step = heights[1] - heights[0]
    bodies = []
    for x, y in zip(column, heights, strict=True):
        corners = [
            (x - 0.04, y - step * 0.4),
            (x + 0.04, y - step * 0.4),
            (x + 0.042, y + step * 0.4),
            (x - 0.04, y + step * 0.4),
        ]
        bodies.append(np.asarray(corners))
    bone = np.float32(0.13) * canvas.fill(*bodies)
    arches = [Stroke(np.stack([column + 0.075, heights], axis=1), 0.035)]
    bone += np.float32(0.07) * canvas.blur(canvas.stroke(arches), 0.012)
    for shift, weight in ((0.0, 0.05), (0.022, 0.04)):
        ribs = [_lateral_rib(index, shift) for index in range(10)]
        bone += np.float32(weight) * canvas.stroke(Stroke(line, 0.018) for line in ribs)
    sternum = [Stroke(smooth_curve([(-0.2, 0.2), (-0.27, 0.38), (-0.295, 0.58)]), 0.022)]
    return bone + np.float32(0.12) * canvas.stroke(sternum)


def _lateral_rib(index: int, shift: float) -> Points:
    top = 0.13 + 0.068 * index
    front = -0.19 - 0.012 * min(index, 6)
    if index > 6:
        front += 0.1 * (index - 6)
    return smooth_curve(
        [
            (0.2 + shift * 0.5, top + shift),
            (0.265, top + 0.03 + shift),
            (0.15, top + 0.13 + shift),
            (front, top + 0.2 + shift),
        ]
    )


# Of each finger from the thumb: where its first hand bone starts, its direction as an angle from
# straight up (radians, positive to the right), and the lengths of its bones.
_FINGERS = (
    ((-0.085, 0.67), -0.95, (0.115, 0.09, 0.07)),
    ((-0.045, 0.635), -0.22, (0.165, 0.11, 0.07, 0.05)),
    ((0.0, 0.625), -0.03, (0.16, 0.125, 0.085, 0.052)),
    ((0.04, 0.635), 0.13, (0.145, 0.115, 0.08, 0.05)),
    ((0.075, 0.655), 0.33, (0.13, 0.09, 0.055, 0.045)),
)
_CARPALS = (
    (-0.06, 0.7),
    (-0.02, 0.675),
    (0.02, 0.675),
    (0.06, 0.69),
    (-0.045, 0.735),
    (0.0, 0.73),
    (0.045, 0.735),
)


def hand_phantom(rows: int, columns: int, seed: int) -> FloatImage:
    """Draw a radiograph of a hand, seen from behind.

    Parameters
    ----------
    rows, columns : of the image
    seed : position and noise follow from it

    Returns
    -------
    (rows, columns) float32, display grey 0 to 1, bone bright
    """
    random = np.random.default_rng(seed)
    scale = min(rows, columns / 0.75)
    canvas = Canvas(
        rows, columns, scale, (rows - scale) / 2, columns * 0.5, float(random.normal(0, 0.04))
    )
    bones: list[Points] = []
    flesh = [Stroke(np.array([(0.0, 0.74), (0.0, 1.2)]), 0.17)]
    for start, heading, lengths in _FINGERS:
        direction = np.array([np.sin(heading), -np.cos(heading)])
        position = np.asarray(start)
        for order, length in enumerate(lengths):
            end = position + direction * length
            bones.append(
                _long_bone(
                    position + direction * 0.006, end - direction * 0.006, 0.014 - 0.0018 * order
                )
            )
            position = end
        tip = position + direction * 0.012
        flesh.append(Stroke(np.asarray([start, tip]), 0.062))
    palm = smooth_curve(
        [
            (-0.1, 0.76),
            (-0.13, 0.62),
            (-0.11, 0.5),
            (0.0, 0.46),
            (0.11, 0.52),
            (0.12, 0.66),
            (0.09, 0.78),
        ],
        is_closed=True,
    )
    turn = np.linspace(0, 2 * np.pi, 20)
    round_bone = np.stack([0.021 * np.cos(turn), 0.018 * np.sin(turn)], axis=1)
    bones += [round_bone + np.asarray(center) for center in _CARPALS]
    bones += [
        _long_bone(np.array([-0.035, 0.765]), np.array([-0.04, 1.25]), 0.03),
        _long_bone(np.array([0.045, 0.775]), np.array([0.045, 1.25]), 0.02),
    ]
    shape = np.maximum(canvas.fill(palm), canvas.stroke(flesh))
    attenuation = np.float32(0.34) * rounded(canvas, shape, 0.025)
    mask = canvas.fill(*bones)
    rim = np.clip(mask - canvas.blur(mask, 0.006), 0, 1)
    attenuation += np.float32(0.3) * canvas.blur(mask, 0.002) + np.float32(0.3) * rim
    attenuation += np.float32(0.02) * mask * smooth_texture(random, rows, columns, 0.004 * scale)
    image = to_display_grey(canvas, attenuation, random)
    draw_marker(canvas, image, "L")
    return np.clip(image, 0, 1)


def _long_bone(start: Points, end: Points, half_width: float) -> Points:
    """Outline a bone with thick ends between two joints."""
    along = end - start
    across = np.array([-along[1], along[0]]) / np.hypot(*along) * half_width
    shares = np.array([0.0, 0.06, 0.2, 0.5, 0.8, 0.94, 1.0])
    widths = np.array([0.7, 1.0, 0.75, 0.6, 0.72, 0.95, 0.65])
    left = start + shares[:, np.newaxis] * along + widths[:, np.newaxis] * across
    right = start + shares[:, np.newaxis] * along - widths[:, np.newaxis] * across
    outline = np.concatenate([left, right[::-1]])
    return smooth_curve(outline.tolist(), is_closed=True)
