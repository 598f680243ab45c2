"""What the detector and the console make of a drawn body: grey, noise, collimation, marker."""

from __future__ import annotations

import numpy as np

from triage_app.demonstration.canvas import Canvas, FloatImage, Stroke, blur

__all__ = ["draw_marker", "open_field", "rounded", "to_display_grey"]


def rounded(canvas: Canvas, mask: FloatImage, roundness: float) -> FloatImage:
    """Give a flat shape the depth of a rounded body: none at its edge, full inside.

    Parameters
    ----------
    canvas : it was drawn on
    mask : (rows, columns) float32, 0 to 1
    roundness : body units from the edge to full depth, about
    """
    inside = canvas.blur(mask, roundness) * 2 - 1
    return mask * np.sqrt(np.clip(inside, 0, 1))


def to_display_grey(
    canvas: Canvas, attenuation: FloatImage, random: np.random.Generator
) -> FloatImage:
    """Turn added-up attenuation into display grey.

    Parameters
    ----------
    canvas : it was drawn on
    attenuation : (rows, columns) float32, 0 for air, about 1 for the abdomen
    random : where the noise comes from

    Returns
    -------
    (rows, columns) float32, about 0 to 1, dense bright
    """
    # Scatter veils; the console's processing lifts local detail and bends the ends like film.
    veiled = np.float32(0.9) * attenuation + np.float32(0.1) * canvas.blur(attenuation, 0.08)
    processed = veiled + np.float32(0.35) * (veiled - canvas.blur(veiled, 0.03))
    grey = np.float32(1.06) * (1 - np.exp(np.float32(-1.22) * np.clip(processed, 0, None)))
    # Fewer quanta arrive behind more tissue, so dense parts are noisier.
    grain = random.standard_normal(attenuation.shape, dtype=np.float32)
    grain = np.float32(0.5) * grain + np.float32(0.8) * blur(grain, 0.8)
    noise = np.float32(0.003) + np.float32(0.005) * np.clip(attenuation, 0, 1)
    return np.asarray(grey + noise * grain, dtype=np.float32)


def open_field(canvas: Canvas, random: np.random.Generator) -> FloatImage:
    """Give 1 inside the collimator's opening and nearly 0 outside."""
    top, bottom, left, right = (float(random.uniform(0.012, 0.035)) for _ in range(4))
    exposed = np.full((canvas.rows, canvas.columns), 0.03, dtype=np.float32)
    exposed[
        int(top * canvas.rows) : int((1 - bottom) * canvas.rows),
        int(left * canvas.columns) : int((1 - right) * canvas.columns),
    ] = 1
    return blur(exposed, 1.5)


_LETTERS: dict[str, list[list[tuple[float, float]]]] = {
    "R": [
        [(0, 1), (0, 0), (0.45, 0), (0.6, 0.12), (0.6, 0.38), (0.45, 0.5), (0, 0.5)],
        [(0.28, 0.5), (0.62, 1)],
    ],
    "L": [[(0, 0), (0, 1), (0.58, 1)]],
}


def draw_marker(canvas: Canvas, image: FloatImage, marker: str) -> None:
    """Draw a lead letter into an image: "R" at the patient's right, "L" at the left."""
    if marker not in _LETTERS:
        raise ValueError(f"expected a marker of {sorted(_LETTERS)} or none, received {marker!r}")
    size = 0.034 * min(canvas.rows, canvas.columns)
    column = (0.045 if marker == "R" else 0.93) * canvas.columns
    upright = Canvas(canvas.rows, canvas.columns, size, 0.3 * canvas.rows, column)
    lines = [Stroke(np.asarray(line, dtype=np.float64), 0.15) for line in _LETTERS[marker]]
    letter = upright.stroke(lines)
    np.maximum(image, letter, out=image)
