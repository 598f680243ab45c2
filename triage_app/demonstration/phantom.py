"""A drawn frontal chest radiograph whose opacities lie where we put them.

Attenuation is added up as a ray would meet it (soft tissue, less where the lungs' air is, more in
bone), then brought to display grey, so that overlaps look as they do in projection. The drawing
shows no person.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from triage_app.demonstration.canvas import (
    Canvas,
    FloatImage,
    Stroke,
    smooth_curve,
    smooth_texture,
)
from triage_app.demonstration.exposure import (
    draw_marker,
    open_field,
    rounded,
    to_display_grey,
)
from triage_app.demonstration.girdle import (
    arm_outline,
    clavicle,
    humerus_outline,
    scapula_outline,
    scapula_ridges,
    torso_outline,
)
from triage_app.demonstration.thorax import LungZone, Side, Thorax

__all__ = ["BoundingBox", "Opacity", "Phantom", "chest_phantom", "opacity_in_zone"]

_AIR_IN_LUNG = 0.66
_VISIBLE_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class BoundingBox:
    """A rectangle of pixels: first row and column, and how many of each."""

    row: int
    column: int
    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class Opacity:
    """A consolidation: air replaced by fluid, with a ragged edge and open bronchi.

    Attributes
    ----------
    center_row, center_column : 0 to 1, share of the image's rows and columns
    radius_rows, radius_columns : 0 to 1, likewise
    strength : 0 to 1, share of the air that is replaced
    """

    center_row: float
    center_column: float
    radius_rows: float
    radius_columns: float
    strength: float = 0.85


@dataclass(frozen=True, slots=True)
class Phantom:
    """A drawn radiograph and what was drawn into it.

    Attributes
    ----------
    image : (rows, columns) float32, display grey 0 to 1, bone bright
    opacity_boxes : of each opacity, in its order, the part that lies over a lung
    lung_mask : (rows, columns) bool, the lung fields beside heart and mediastinum
    """

    image: FloatImage = field(repr=False)
    opacity_boxes: tuple[BoundingBox, ...]
    lung_mask: NDArray[np.bool_] = field(repr=False)


def opacity_in_zone(
    rows: int,
    columns: int,
    seed: int,
    zone: LungZone,
    *,
    radius: float = 0.12,
    strength: float = 0.85,
    is_adult: bool = False,
) -> Opacity:
    """Place an opacity in a zone of the lungs that `chest_phantom` draws from the same seed.

    Parameters
    ----------
    rows, columns, seed, is_adult : as given to `chest_phantom`
    zone : where
    radius : share of the image's rows
    strength : as in `Opacity`
    """
    random = np.random.default_rng(seed)
    thorax = Thorax.draw_from(random, is_adult=is_adult)
    canvas = _lay_canvas(random, rows, columns)
    x, y = thorax.zone_center(zone)
    column, row = canvas.to_pixels(np.array([[x, y]]))[0]
    return Opacity(
        float(row) / rows, float(column) / columns, radius, radius * rows / columns, strength
    )


def chest_phantom(
    rows: int,
    columns: int,
    seed: int,
    *,
    opacities: tuple[Opacity, ...] = (),
    is_adult: bool = False,
    marker: str = "R",
    has_collimation: bool = False,
) -> Phantom:
    """Draw a frontal chest radiograph.

    Parameters
    ----------
    rows, columns : of the image, at least 64
    seed : person, position and noise follow from it
    opacities : consolidations; their visible boxes come back
    is_adult : an adult's proportions, else those of a child of about three years
    marker : "R" at the patient's right, "L" at the left, empty for none
    has_collimation : whether the picture shows the collimator's dark border

    Returns
    -------
    Phantom; equal arguments give an equal image
    """
    if min(rows, columns) < 64:
        raise ValueError(f"expected at least 64 rows and columns, received {rows} x {columns}")
    random = np.random.default_rng(seed)
    thorax = Thorax.draw_from(random, is_adult=is_adult)
    canvas = _lay_canvas(random, rows, columns)
    exposure = float(random.uniform(0.92, 1.08))

    body = _soft_tissue(canvas, thorax)
    air, lungs = _lung_air(canvas, thorax, random)
    bronchi = _open_bronchi(canvas, thorax, random) if opacities else air
    boxes = []
    for opacity in opacities:
        filled = _consolidation(canvas, random, opacity) * np.float32(opacity.strength)
        filled *= _half_with(canvas, opacity)
        boxes.append(_visible_box(filled * lungs, opacity))
        filled *= 1 - np.float32(0.25) * bronchi
        air *= 1 - filled
    attenuation = body - np.float32(_AIR_IN_LUNG) * air * np.minimum(body * 1.4, 1)
    attenuation += _bones(canvas, thorax, random)
    attenuation -= _airways(canvas, thorax)
    attenuation -= _stomach(canvas, thorax, random)
    attenuation += np.float32(0.012) * body * smooth_texture(random, rows, columns, 0.05 * rows)
    image = to_display_grey(canvas, attenuation * np.float32(exposure), random)
    if has_collimation:
        image *= open_field(canvas, random)
    if marker:
        draw_marker(canvas, image, marker)
    return Phantom(np.clip(image, 0, 1), tuple(boxes), lungs > 0.5)


def _lay_canvas(random: np.random.Generator, rows: int, columns: int) -> Canvas:
    # The cage must fit in width too; a square picture shows less above and below.
    scale = min(rows, columns / 1.22) * float(random.uniform(0.95, 1.05))
    return Canvas(
        rows=rows,
        columns=columns,
        scale=scale,
        center_row=(rows - scale) / 2 + scale * float(random.uniform(-0.015, 0.015)),
        center_column=columns * (0.5 + float(random.uniform(-0.02, 0.02))),
        tilt=float(random.normal(0.0, 0.018)),
    )


def _soft_tissue(canvas: Canvas, thorax: Thorax) -> FloatImage:
    outlines = [torso_outline(thorax), *(arm_outline(thorax, side) for side in Side)]
    flesh = rounded(canvas, canvas.fill(*outlines), 0.07)
    # Arms, neck and shoulders are thinner than the trunk; the abdomen is thickest.
    y = (np.arange(canvas.rows, dtype=np.float32) - canvas.center_row) / canvas.scale
    x = np.abs(np.arange(canvas.columns, dtype=np.float32) - canvas.center_column) / canvas.scale
    down = np.interp(
        y,
        [-0.1, thorax.apex, thorax.apex + 0.2, thorax.right_dome, 1.0],
        [0.6, 0.68, 0.8, 0.94, 1],
    )
    edge = thorax.half_width + 0.04
    aside = np.interp(
        x, [0.0, edge * 0.6, edge, edge + 0.1, edge + 0.2], [1, 0.94, 0.62, 0.38, 0.3]
    )
    body = flesh * np.outer(down, aside).astype(np.float32)
    heart = canvas.blur(canvas.fill(thorax.mediastinum_outline()), 0.006)
    body += np.float32(0.14) * rounded(canvas, heart, 0.06)
    if thorax.has_chin:
        chin = smooth_curve(
            [
                (-0.19, -0.2),
                (-0.16, -0.06),
                (-0.09, 0.0),
                (0.0, 0.02),
                (0.09, 0.0),
                (0.16, -0.06),
                (0.19, -0.2),
            ]
        )
        body += np.float32(0.3) * canvas.blur(canvas.fill(chin), 0.008)
    return body


def _lung_air(
    canvas: Canvas, thorax: Thorax, random: np.random.Generator
) -> tuple[FloatImage, FloatImage]:
    whole = canvas.fill(*(thorax.lung_outline(side) for side in Side))
    air = np.float32(0.4) * whole + np.float32(0.6) * rounded(canvas, whole, 0.04)
    heart = canvas.blur(canvas.fill(thorax.mediastinum_outline()), 0.004)
    lungs = whole * (1 - heart)
    air *= 1 - np.float32(0.78) * heart
    strokes = [line for side in Side for line in thorax.vessel_strokes(random, side)]
    vessels = canvas.stroke(strokes)
    vessels = np.float32(0.7) * vessels + np.float32(0.6) * canvas.blur(vessels, 0.006)
    air *= 1 - np.float32(0.2) * vessels
    # Vessels too fine to draw. No coarser clouds: patchy lungs look ill, to readers and to models.
    mottle = smooth_texture(random, canvas.rows, canvas.columns, 0.0055 * canvas.scale)
    air *= 1 - np.float32(0.006) * mottle
    air *= 1 - np.float32(0.15) * canvas.blur(vessels, 0.03)
    return air, lungs


def _consolidation(canvas: Canvas, random: np.random.Generator, opacity: Opacity) -> FloatImage:
    rows, columns = canvas.rows, canvas.columns
    y = (np.arange(rows, dtype=np.float32) / rows - opacity.center_row) / opacity.radius_rows
    x = (np.arange(columns, dtype=np.float32) / columns - opacity.center_column) / (
        opacity.radius_columns
    )
    radius = np.sqrt(y[:, np.newaxis] ** 2 + x[np.newaxis, :] ** 2)
    grain = opacity.radius_rows * rows
    ragged = smooth_texture(random, rows, columns, 0.55 * grain)
    patchy = smooth_texture(random, rows, columns, 0.2 * grain)
    radius += np.float32(0.2) * ragged + np.float32(0.05) * patchy
    # Dense in the middle and fading into the aerated lung, as in small children's lungs, whose
    # lobules fill one by one; patches of air stay between them.
    filled = np.exp(np.float32(-0.8) * np.clip(radius, 0, 4) ** 2.6)
    return np.asarray(filled * np.clip(0.97 + 0.05 * patchy, 0.5, 1), dtype=np.float32)


def _half_with(canvas: Canvas, opacity: Opacity) -> NDArray[np.bool_]:
    """Mark the half of the body that an opacity lies in: no disease crosses the mediastinum."""
    right = np.cos(canvas.tilt) * (np.arange(canvas.columns) - canvas.center_column)
    down = np.sin(canvas.tilt) * (np.arange(canvas.rows) - canvas.center_row)
    is_left = right[np.newaxis, :] + down[:, np.newaxis] >= 0
    row = min(canvas.rows - 1, int(opacity.center_row * canvas.rows))
    column = min(canvas.columns - 1, int(opacity.center_column * canvas.columns))
    half: NDArray[np.bool_] = is_left == is_left[row, column]
    return half


def _open_bronchi(canvas: Canvas, thorax: Thorax, random: np.random.Generator) -> FloatImage:
    """Draw the bronchi that stay open in consolidated lung (air bronchogram)."""
    trees = [line for side in Side for line in thorax.vessel_strokes(random, side)]
    thick = [Stroke(line.points, line.width * 0.9) for line in trees if line.width > 0.003]
    return canvas.blur(canvas.stroke(thick), 0.0025)


def _visible_box(visible: FloatImage, opacity: Opacity) -> BoundingBox:
    strong = visible > _VISIBLE_SHARE * opacity.strength
    in_rows, in_columns = np.flatnonzero(strong.any(axis=1)), np.flatnonzero(strong.any(axis=0))
    if not in_rows.size:
        raise ValueError(f"expected an opacity over a lung, received {opacity}")
    return BoundingBox(
        int(in_rows[0]),
        int(in_columns[0]),
        int(in_rows[-1] - in_rows[0] + 1),
        int(in_columns[-1] - in_columns[0] + 1),
    )


def _bones(canvas: Canvas, thorax: Thorax, random: np.random.Generator) -> FloatImage:
    bone = np.zeros((canvas.rows, canvas.columns), dtype=np.float32)
    pieces = [piece for side in Side for piece in thorax.rib_strokes(side)]
    for is_front, weight in ((False, 0.23), (True, 0.15)):
        cortex = [outer for front, outer, _ in pieces if front is is_front]
        marrow = [inner for front, _, inner in pieces if front is is_front]
        bone += np.float32(weight) * canvas.stroke([*cortex, *marrow])
    clavicles = [clavicle(thorax, side) for side in Side]
    width = 0.026 if thorax.is_adult else 0.022
    cortex = [Stroke(line, width) for line in clavicles]
    marrow = [Stroke(line, width * 0.5, 0.6) for line in clavicles]
    bone += np.float32(0.16) * canvas.stroke([*cortex, *marrow])
    bone += np.float32(0.05) * canvas.fill(*(scapula_outline(thorax, side) for side in Side))
    ridges = [ridge for side in Side for ridge in scapula_ridges(thorax, side)]
    bone += np.float32(0.05) * canvas.blur(canvas.stroke(ridges), 0.003)
    bone += np.float32(0.2) * canvas.fill(*(humerus_outline(thorax, side, 1.0) for side in Side))
    bone -= np.float32(0.07) * canvas.fill(*(humerus_outline(thorax, side, 0.6) for side in Side))
    bone += _spine(canvas, thorax, random)
    return canvas.blur(bone, 0.003)


def _spine(canvas: Canvas, thorax: Thorax, random: np.random.Generator) -> FloatImage:
    height = thorax.rib_spacing
    width = 0.045 if thorax.is_adult else 0.048
    bodies, plates, pedicles = [], [], []
    for level in range(-4, 15):
        y = thorax.apex + 0.01 + level * height
        half = width * (0.82 + 0.024 * max(level, 0)) * float(random.uniform(0.97, 1.03))
        outline = [
            (-half, y - height * 0.36),
            (0.0, y - height * 0.42),
            (half, y - height * 0.36),
            (half * 0.88, y),
            (half, y + height * 0.36),
            (0.0, y + height * 0.42),
            (-half, y + height * 0.36),
            (-half * 0.88, y),
        ]
        bodies.append(smooth_curve(outline, is_closed=True))
        for edge in (-0.4, 0.4):
            ends = [(-half * 0.9, y + height * edge), (half * 0.9, y + height * edge)]
            plates.append(Stroke(np.array(ends), 0.006))
        turn = np.linspace(0, 2 * np.pi, 16)
        for center in (-half * 0.66, half * 0.66):
            ring = [center + 0.0085 * np.cos(turn), y - 0.008 + 0.012 * np.sin(turn)]
            pedicles.append(Stroke(np.stack(ring, axis=1), 0.005))
        # The spinous process, seen end on.
        pedicles.append(Stroke(np.array([(0.0, y + 0.012), (0.002, y + 0.03)]), 0.009))
    column = np.float32(0.1) * canvas.blur(canvas.fill(*bodies), 0.002)
    column += np.float32(0.05) * canvas.blur(canvas.stroke(plates), 0.002)
    column += np.float32(0.07) * canvas.stroke(pedicles)
    midline = [Stroke(np.array([(0.0, -0.2), (0.0, 1.3)]), width * 2.2)]
    column += np.float32(0.13) * canvas.blur(canvas.stroke(midline), 0.01)
    return column


def _airways(canvas: Canvas, thorax: Thorax) -> FloatImage:
    carina = thorax.apex + 0.3 * (thorax.right_dome - thorax.apex)
    width = 0.036 if thorax.is_adult else 0.03
    lines = [
        Stroke(smooth_curve([(0.004, -0.2), (0.0, thorax.apex), (-0.006, carina)]), width),
        Stroke(smooth_curve([(-0.006, carina - 0.01), (-0.05, carina + 0.06)]), width * 0.75),
        Stroke(smooth_curve([(-0.006, carina - 0.01), (0.065, carina + 0.07)]), width * 0.68),
    ]
    return np.float32(0.11) * canvas.blur(canvas.stroke(lines), 0.004)


def _stomach(canvas: Canvas, thorax: Thorax, random: np.random.Generator) -> FloatImage:
    x = thorax.half_width * float(random.uniform(0.32, 0.48))
    y = thorax.left_dome + float(random.uniform(0.075, 0.1))
    wide, high = float(random.uniform(0.07, 0.13)), float(random.uniform(0.03, 0.055))
    outline = smooth_curve(
        [
            (x - wide, y + 0.01),
            (x - wide * 0.3, y - high),
            (x + wide * 0.7, y - high * 0.7),
            (x + wide, y + high * 0.5),
            (x, y + high),
        ],
        is_closed=True,
    )
    bubble = np.float32(0.2 * random.uniform(0.5, 1.0)) * canvas.blur(canvas.fill(outline), 0.006)
    # Loops of bowel with gas, below the stomach.
    down = (np.arange(canvas.rows, dtype=np.float32) - canvas.center_row) / canvas.scale
    depth = np.clip((down - np.float32(thorax.left_dome + 0.13)) * 8, 0, 1)[:, np.newaxis]
    loops = smooth_texture(random, canvas.rows, canvas.columns, 0.06 * canvas.scale)
    trunk = rounded(canvas, canvas.fill(torso_outline(thorax)), 0.2)
    gas: FloatImage = np.float32(0.13) * depth * trunk * np.clip(loops, 0, 1)
    return bubble + gas
