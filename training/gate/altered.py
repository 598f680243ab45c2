"""Chest images altered so that a reader would still accept them, or no longer.

Where nobody could say (a crop by a quarter, a tilt by 20 degrees) nothing is drawn: the gate learns
neither.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    FloatImage = NDArray[np.float32]
    DrawnAlteration = Callable[[FloatImage, np.random.Generator], FloatImage]

__all__ = ["SPOILED", "DrawnAlteration", "alter_acceptably"]

_WHITE: Final = 255.0


def alter_acceptably(grey: FloatImage, generator: np.random.Generator) -> FloatImage:
    """Alter a chest image as other devices, exports, crops and hands do; it stays a chest image.

    Mirrored too: a heart on the right is a finding, and no reason to refuse.

    Parameters
    ----------
    grey : (rows, columns) float32 in [0, 255]
    generator : the only source of chance

    Returns
    -------
    (rows, columns) float32 in [0, 255], of another shape where it crops or frames
    """
    if generator.random() < 0.3:
        grey = grey[:, ::-1]
    if generator.random() < 0.4:
        grey = _turn(grey, generator.uniform(-9, 9))
    if generator.random() < 0.5:
        grey = _cut(grey, generator.uniform(0, 0.09, 4))
    if generator.random() < 0.3:
        grey = _frame(grey, generator)
    if generator.random() < 0.3:
        grey = _mark(grey, generator)
    return _expose(grey, generator)


def _expose(grey: FloatImage, generator: np.random.Generator) -> FloatImage:
    if generator.random() < 0.7:
        grey = _WHITE * (grey / _WHITE) ** np.float32(np.exp(generator.uniform(-0.45, 0.45)))
        middle = grey.mean()
        grey = (grey - middle) * generator.uniform(0.6, 1.5) + middle
        grey = _clip(grey + generator.uniform(-25, 25))
    choice = generator.integers(5)
    if choice == 0:
        grey = _blur(grey, generator.uniform(0.3, 1.3))
    elif choice == 1:
        grey = _clip(grey + generator.uniform(0.3, 1.2) * (grey - _blur(grey, 1.0)))
    elif choice == 2:
        grey = _clip(grey + generator.normal(0, generator.uniform(2, 9), grey.shape))
    elif choice == 3:
        grey = _compress(grey, int(generator.integers(25, 70)))
    return _clip(grey)


def _upside_down(grey: FloatImage, generator: np.random.Generator) -> FloatImage:
    flipped = grey[::-1]
    return flipped[:, ::-1] if generator.random() < 0.5 else flipped


def _quarter_turn(grey: FloatImage, generator: np.random.Generator) -> FloatImage:
    turned = np.rot90(grey, generator.choice([1, 3]))
    return turned[::-1] if generator.random() < 0.3 else turned


def _tilted(grey: FloatImage, generator: np.random.Generator) -> FloatImage:
    return _turn(grey, generator.choice([-1, 1]) * generator.uniform(35, 145))


def _inverted(grey: FloatImage, generator: np.random.Generator) -> FloatImage:
    del generator
    return np.float32(_WHITE) - grey


def _cropped(grey: FloatImage, generator: np.random.Generator) -> FloatImage:
    """Keep a window of less than half of each side, wherever it lies."""
    shares = generator.uniform(0.18, 0.48, 2)
    starts = generator.uniform(0, 1 - shares)
    return _cut(grey, (starts[0], 1 - starts[0] - shares[0], starts[1], 1 - starts[1] - shares[1]))


def _halved(grey: FloatImage, generator: np.random.Generator) -> FloatImage:
    """Keep one half: a lung, the apices, or the bases with what lies below them."""
    half = generator.uniform(0.38, 0.55)
    sides = [0.0, 0.0, 0.0, 0.0]
    sides[generator.integers(4)] = 1 - half
    return _cut(grey, sides)


def _shuffled(grey: FloatImage, generator: np.random.Generator) -> FloatImage:
    """Cut into tiles and lay these in another order: a chest's texture without its plan."""
    count = int(generator.integers(2, 6))
    rows, columns = (side // count for side in grey.shape)
    tiles = [
        grey[y * rows : (y + 1) * rows, x * columns : (x + 1) * columns]
        for y in range(count)
        for x in range(count)
    ]
    order = np.roll(generator.permutation(len(tiles)), 1)
    if np.array_equal(order, np.arange(len(tiles))):
        order = np.roll(order, 1)
    lines = [
        np.concatenate([tiles[index] for index in order[start : start + count]], axis=1)
        for start in range(0, len(tiles), count)
    ]
    return np.concatenate(lines, axis=0)


def _hung(grey: FloatImage, generator: np.random.Generator) -> FloatImage:
    """Show the image several times beside each other, as a screen with several views does."""
    down, across = ((1, 2), (2, 1), (2, 2), (3, 3))[generator.integers(4)]
    return np.tile(grey, (down, across))


def _clouded(grey: FloatImage, generator: np.random.Generator) -> FloatImage:
    """Blur until no organ can be told."""
    return _blur(grey, generator.uniform(14, 45))


SPOILED: Final[Mapping[str, DrawnAlteration]] = {
    "upside_down": _upside_down,
    "quarter_turn": _quarter_turn,
    "tilted": _tilted,
    "inverted": _inverted,
    "cropped": _cropped,
    "halved": _halved,
    "shuffled": _shuffled,
    "hung": _hung,
    "clouded": _clouded,
}
"""Kinds of what is no longer a frontal chest image as the model needs it. Each takes (rows,
columns) float32 in [0, 255] and a generator and gives such an image, of another shape where it
crops or turns."""


def _cut(grey: FloatImage, shares: Sequence[float] | NDArray[np.float64]) -> FloatImage:
    """Take shares of the upper, lower, left and right side off."""
    rows, columns = grey.shape
    top, bottom = (int(share * rows) for share in shares[:2])
    left, right = (int(share * columns) for share in shares[2:])
    return grey[top : max(rows - bottom, top + 1), left : max(columns - right, left + 1)]


def _frame(grey: FloatImage, generator: np.random.Generator) -> FloatImage:
    """Add collimated borders, of one grey, outside the image."""
    rows, columns = grey.shape
    widths = [
        (int(a * side), int(b * side))
        for side in (rows, columns)
        for a, b in [generator.uniform(0, 0.1, 2)]
    ]
    value = float(generator.choice([0.0, 0.0, 12.0, _WHITE]))
    return np.pad(grey, widths, constant_values=value)


def _mark(grey: FloatImage, generator: np.random.Generator) -> FloatImage:
    """Write a marker into a corner, or cover what stands there."""
    picture = _as_picture(grey)
    height = max(8, int(generator.uniform(0.05, 0.12) * picture.height))
    x = int(generator.choice([0.04, 0.8]) * picture.width)
    y = int(generator.choice([0.03, 0.85]) * picture.height)
    draw = ImageDraw.Draw(picture)
    if generator.random() < 0.3:
        draw.rectangle((x, y, x + 2 * height, y + height), fill=int(generator.choice([0, 255])))
    else:
        text = str(generator.choice(["L", "R", "AP", "PA", "PORTABLE", "SUPINE", "12:40"]))
        draw.text((x, y), text, fill=255, font=ImageFont.load_default(height))
    return np.asarray(picture, dtype=np.float32)


def _turn(grey: FloatImage, degrees: float) -> FloatImage:
    turned = _as_picture(grey).rotate(degrees, Image.Resampling.BILINEAR)
    return np.asarray(turned, dtype=np.float32)


def _blur(grey: FloatImage, radius: float) -> FloatImage:
    """Blur; the radius counts in pixels of an image 224 columns wide."""
    wide = max(radius * grey.shape[1] / 224, 0.2)
    return np.asarray(_as_picture(grey).filter(ImageFilter.GaussianBlur(wide)), dtype=np.float32)


def _compress(grey: FloatImage, quality: int) -> FloatImage:
    kept = io.BytesIO()
    _as_picture(grey).save(kept, "JPEG", quality=quality)
    return np.asarray(Image.open(kept), dtype=np.float32)


def _as_picture(grey: FloatImage) -> Image.Image:
    return Image.fromarray(np.rint(_clip(grey)).astype(np.uint8))


def _clip(grey: NDArray[np.floating]) -> FloatImage:
    clipped: FloatImage = np.clip(grey, 0, _WHITE).astype(np.float32)
    return clipped
