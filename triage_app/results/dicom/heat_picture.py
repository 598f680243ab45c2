"""The picture that people see: the radiograph with its heat, its result and the disclaimer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from triage_app.imaging.rendering import FloatImage
from triage_app.inference.card import ModelCard
from triage_app.inference.heat_colours import COLD, HEAT_COLOURS, colour_heatmap
from triage_app.inference.heatmap import place_heatmap
from triage_app.results.dicom.provenance import DISCLAIMER
from triage_app.results.dicom.statement import operating_point_of
from triage_app.triage.outcome import Scored

__all__ = ["HeatPicture", "draw_heat_picture", "operating_point_text", "result_lines"]

LONGEST_SIDE = 1536
"""Pixels of the radiograph in the picture; the radiograph itself stays beside it for reading."""

SHORTEST_SIDE = 512
"""A smaller radiograph is enlarged, so that the text fits."""

_MARGIN = 0.5
_BAR_SHARE = 0.4
_LINE = 1.35
_GREY = (210, 210, 210)
_WHITE = (255, 255, 255)


@dataclass(frozen=True, slots=True)
class HeatPicture:
    """A picture with its parts, in pixels.

    Attributes
    ----------
    pixels : (rows, columns, 3) uint8 RGB
    image_top, image_bottom : rows of the radiograph; text stands above and below, never on it
    """

    pixels: NDArray[np.uint8]
    image_top: int
    image_bottom: int


def draw_heat_picture(
    rendered: FloatImage,
    outcome: Scored,
    card: ModelCard,
    *,
    row_to_column_spacing: float = 1.0,
) -> HeatPicture:
    """Draw a radiograph with its heat, the result above it and the disclaimer below.

    Parameters
    ----------
    rendered : (rows, columns) float32 in [0, 255], as `render_instance` gives it
    outcome : with its heatmap
    card : of the model
    row_to_column_spacing : spacing between rows over spacing between columns; 1 for square pixels
    """
    rows, columns = rendered.shape
    height, width = _fitted(rows * row_to_column_spacing, float(columns))
    grey = Image.fromarray(np.rint(np.clip(rendered, 0.0, 255.0)).astype(np.uint8))
    shown = grey.resize((width, height), Image.Resampling.BILINEAR).convert("RGB")
    heat = place_heatmap(
        outcome.heatmap, (height, width), card.preprocessing, card.heatmap_geometry
    )
    colours = Image.fromarray(colour_heatmap(heat), "RGBA")
    shown.paste(colours, mask=colours.getchannel("A").point(lambda alpha: alpha // 2))
    return _with_text(shown, outcome, card)


def _fitted(height: float, width: float) -> tuple[int, int]:
    scale = min(1.0, LONGEST_SIDE / max(height, width))
    scale = max(scale, min(SHORTEST_SIDE / max(height, width), 8.0))
    return max(1, round(height * scale)), max(1, round(width * scale))


def result_lines(outcome: Scored, card: ModelCard) -> list[str]:
    """Say the result in lines of plain text."""
    flag = "FLAGGED" if outcome.is_flagged else "NOT FLAGGED"
    return [
        f"{card.finding}: probability {outcome.probability:.2f} - {flag}",
        operating_point_text(outcome, card),
        f"model: {card.title}",
        *(notice.sentence for notice in outcome.notices),
    ]


def operating_point_text(outcome: Scored, card: ModelCard) -> str:
    """Name the operating point, behind its population where it has one, with its threshold."""
    point = operating_point_of(card, outcome)
    threshold = "" if point is None else f" (threshold {point.threshold:.3g})"
    return f"operating point: {outcome.operating_point}{threshold}"


def _with_text(shown: Image.Image, outcome: Scored, card: ModelCard) -> HeatPicture:
    size = max(14, round(max(shown.size) / 60))
    font = ImageFont.load_default(size)
    small = ImageFont.load_default(max(12, round(size * 0.8)))
    width = max(shown.width, 20 * size)
    above = _wrapped(result_lines(outcome, card), font, width - 2 * size)
    below = _wrapped(
        [DISCLAIMER, "Heat shows what the score rests on; it is not the border of a finding."],
        font,
        width - 2 * size,
    )
    step = round(size * _LINE)
    top = step * len(above) + size
    bar = step * 2
    canvas = Image.new("RGB", (width, top + shown.height + bar + step * len(below) + size))
    canvas.paste(shown, ((width - shown.width) // 2, top))
    draw = ImageDraw.Draw(canvas)
    for at, line in enumerate(above):
        colour = _WHITE if at == 0 else _GREY
        draw.text((size, round(size * _MARGIN) + at * step), line, fill=colour, font=font)
    _draw_colour_bar(canvas, draw, top + shown.height, size, small)
    for at, line in enumerate(below):
        draw.text((size, top + shown.height + bar + at * step), line, fill=_WHITE, font=font)
    return HeatPicture(np.asarray(canvas), top, top + shown.height)


def _wrapped(
    lines: list[str], font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: float
) -> list[str]:
    wrapped = []
    for line in lines:
        current = ""
        for word in line.split():
            longer = f"{current} {word}".strip()
            if current and font.getlength(longer) > width:
                wrapped.append(current)
                current = word
            else:
                current = longer
        wrapped.append(current)
    return wrapped


def _draw_colour_bar(
    canvas: Image.Image,
    draw: ImageDraw.ImageDraw,
    top: int,
    size: int,
    font: ImageFont.FreeTypeFont | ImageFont.ImageFont,
) -> None:
    length = round(canvas.width * _BAR_SHARE)
    bar = Image.fromarray(HEAT_COLOURS[np.newaxis, :, :]).resize((length, size))
    left, upper = size, top + size // 2
    canvas.paste(bar, (left, upper))
    text = f"heat 0 to 1; below {COLD:g} not shown"
    draw.text((left + length + size // 2, upper), text, fill=_GREY, font=font)
