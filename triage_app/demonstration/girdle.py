"""The shape of what lies around a drawn thorax: trunk, shoulder girdle and arms."""

from __future__ import annotations

import numpy as np

from triage_app.demonstration.canvas import Points, Stroke, smooth_curve, tube_outline
from triage_app.demonstration.thorax import Side, Thorax

__all__ = [
    "arm_outline",
    "clavicle",
    "humerus_outline",
    "scapula_outline",
    "scapula_ridges",
    "torso_outline",
]


def clavicle(thorax: Thorax, side: Side) -> Points:
    """Lay out the collar bone from the sternum to the shoulder."""
    reach = thorax.half_width * 0.96
    y = thorax.apex + (0.055 if thorax.is_adult else 0.03)
    rise = 0.1 if thorax.is_adult else 0.07
    points = [
        (0.045, y + 0.025),
        (0.1, y + 0.005),
        (reach * 0.4, y - rise * 0.35),
        (reach * 0.65, y - rise * 0.85),
        (reach * 0.86, y - rise),
        (reach, y - rise * 0.92),
    ]
    return smooth_curve((side.sign * x, y) for x, y in points)


def scapula_outline(thorax: Thorax, side: Side) -> Points:
    """Outline the shoulder blade, drawn aside by raised elbows."""
    inner, top = thorax.half_width * 0.84, thorax.apex
    points = [
        (inner - 0.02, top + 0.03),
        (inner + 0.05, top - 0.03),
        (inner + 0.14, top - 0.015),
        (inner + 0.165, top + 0.03),
        (inner + 0.145, top + 0.08),
        (inner + 0.135, top + 0.17),
        (inner + 0.12, top + 0.27),
        (inner + 0.095, top + 0.325),
        (inner + 0.065, top + 0.29),
        (inner + 0.03, top + 0.17),
    ]
    return smooth_curve(((side.sign * x, y) for x, y in points), is_closed=True)


def scapula_ridges(thorax: Thorax, side: Side) -> list[Stroke]:
    """Lay out the shoulder blade's spine and its thick side border."""
    inner, top = thorax.half_width * 0.84, thorax.apex
    ridges = [
        (
            [(inner + 0.01, top + 0.06), (inner + 0.09, top + 0.0), (inner + 0.19, top - 0.05)],
            0.014,
        ),
        (
            [
                (inner + 0.15, top + 0.08),
                (inner + 0.137, top + 0.17),
                (inner + 0.1, top + 0.31),
            ],
            0.012,
        ),
    ]
    return [
        Stroke(smooth_curve((side.sign * x, y) for x, y in line), width) for line, width in ridges
    ]


def torso_outline(thorax: Thorax) -> Points:
    """Outline neck, shoulders and trunk."""
    half, shoulder = thorax.half_width, thorax.shoulder
    neck = 0.165 if thorax.is_adult else 0.2
    right = [
        (neck, -0.3),
        (neck * 1.02, shoulder - 0.13),
        (neck * 1.5, shoulder - 0.07),
        (half * 0.9, shoulder - 0.045),
        (half + 0.12, shoulder - 0.01),
        (half + 0.15, shoulder + 0.1),
        (half + 0.12, shoulder + 0.24),
        (half + 0.085, shoulder + 0.36),
        (half + 0.075, shoulder + 0.6),
        (half + 0.07, shoulder + 0.85),
        (half + 0.075, 1.3),
    ]
    points = right + [(-x, y) for x, y in reversed(right)]
    return smooth_curve(points, is_closed=True)


def arm_outline(thorax: Thorax, side: Side) -> Points:
    """Outline the upper arm's flesh, from the shoulder joint outwards."""
    x, y = thorax.half_width + 0.03, thorax.shoulder + 0.065
    fall = _arm_fall(thorax)
    axis = smooth_curve(
        [(x + 0.03, y - 0.01), (x + 0.09, y), (x + 0.2, y + fall * 0.4), (x + 0.4, y + fall)]
    )
    return tube_outline(axis, np.full(len(axis), 0.085)) * (side.sign, 1)


def humerus_outline(thorax: Thorax, side: Side, share: float) -> Points:
    """Outline the upper arm's bone with its head; `share` below 1 gives the marrow."""
    x, y = thorax.half_width + 0.125, thorax.shoulder + 0.06
    fall = _arm_fall(thorax)
    axis = smooth_curve(
        [
            (x - 0.035, y - 0.004),
            (x + 0.02, y + 0.01),
            (x + 0.12, y + fall * 0.4),
            (x + 0.31, y + fall),
        ]
    )
    along = np.linspace(0.0, 1.0, len(axis))
    head, shaft = [0.008, 0.03, 0.036], [0.026, 0.02, 0.02]
    half_widths = np.interp(along, [0.0, 0.05, 0.18, 0.33, 0.6, 1.0], head + shaft)
    return tube_outline(axis, half_widths * share) * (side.sign, 1)


def _arm_fall(thorax: Thorax) -> float:
    # Small children are held by their raised arms; adults put their hands on their hips.
    return 0.42 if thorax.is_adult else 0.2
