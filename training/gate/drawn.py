"""Pictures drawn by formula that are no chest: fields, noise, patterns, pages, and other bodies.

Real pictures say more; these need no data, and cover what no collection holds.
"""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    FloatImage = NDArray[np.float32]
    Drawing = Callable[[np.random.Generator], FloatImage]

__all__ = ["DRAWN", "Drawing"]

_SIDE: Final = 256
_WHITE: Final = 255.0


def _blank(generator: np.random.Generator) -> FloatImage:
    field = np.full((_SIDE, _SIDE), generator.choice([0.0, _WHITE, generator.uniform(0, _WHITE)]))
    if generator.random() < 0.5:
        field += generator.normal(0, generator.uniform(0.2, 4), field.shape)
    if generator.random() < 0.4:  # an exposed field inside shutters
        top, left = generator.integers(5, _SIDE // 2, 2)
        rows, columns = generator.integers(20, _SIDE // 2, 2)
        field[top : top + rows, left : left + columns] = generator.uniform(0, _WHITE)
    return _clip(field)


def _gradient(generator: np.random.Generator) -> FloatImage:
    y, x = _grid()
    angle = generator.uniform(0, 2 * np.pi)
    slope = y * np.sin(angle) + x * np.cos(angle)
    center = generator.uniform(-0.5, 0.5, 2)
    radius = np.hypot(y - center[0], x - center[1])
    field = (slope, radius, -radius, slope + radius)[generator.integers(4)]
    return _spread(np.sign(field) * np.abs(field) ** generator.uniform(0.5, 2), generator)


def _noise(generator: np.random.Generator) -> FloatImage:
    """Draw noise whose power falls with the frequency, from white to clouds."""
    return _spread(_coloured(generator, generator.uniform(0, 3.2)), generator)


def _pattern(generator: np.random.Generator) -> FloatImage:
    """Draw bars, checks, rings, wedges and discs, as test objects show."""
    y, x = _grid()
    angle, pitch = generator.uniform(0, np.pi), generator.uniform(2, 30)
    along = y * np.sin(angle) + x * np.cos(angle)
    across = y * np.cos(angle) - x * np.sin(angle)
    kind = generator.integers(5)
    if kind == 0:
        field = np.sin(pitch * along)
    elif kind == 1:
        field = np.sign(np.sin(pitch * along) * np.sin(pitch * across))
    elif kind == 2:
        field = np.sin(2 * pitch * np.hypot(y, x))
    elif kind == 3:
        field = np.floor(along * generator.uniform(3, 12))
    else:
        field = np.zeros_like(y)
        for _ in range(generator.integers(1, 14)):
            place, size = generator.uniform(-1, 1, 2), generator.uniform(0.05, 0.5)
            inside = np.hypot(y - place[0], x - place[1]) < size
            field = np.where(inside, generator.uniform(-1, 1), field)
    return _spread(field + generator.normal(0, 0.02, field.shape), generator)


def _page(generator: np.random.Generator) -> FloatImage:
    """Draw lines of text, perhaps a table or boxes: a document, a form, a screen of a program."""
    paper, ink = (255, 0) if generator.random() < 0.6 else (int(generator.integers(0, 60)), 235)
    picture = Image.new("L", (_SIDE, int(_SIDE * generator.uniform(0.7, 1.5))), paper)
    draw = ImageDraw.Draw(picture)
    letters = list(string.ascii_letters + string.digits + "    .,:-")
    size = int(generator.integers(7, 34))
    font = ImageFont.load_default(size)
    left = int(generator.integers(2, 40))
    for y in range(int(generator.integers(2, 60)), picture.height, int(size * 1.4)):
        if generator.random() < 0.85:
            length = int(generator.integers(3, 60))
            draw.text((left, y), "".join(generator.choice(letters, length)), fill=ink, font=font)
    for _ in range(generator.integers(0, 7)):
        corner = generator.integers(0, _SIDE, 2)
        end = corner + generator.integers(10, 150, 2)
        draw.rectangle((*corner.tolist(), *end.tolist()), outline=ink, fill=_maybe(generator))
    return np.asarray(picture, dtype=np.float32)


def _limb(generator: np.random.Generator) -> FloatImage:
    """Draw one to five long bones in soft tissue, some with joints: arm, leg, hand, foot."""
    attenuation = np.zeros((_SIDE, _SIDE))
    count = int(generator.choice([1, 2, 2, 3, 4, 5]))
    spread = generator.uniform(0.1, 0.8) / count
    lean, slant = generator.uniform(-0.3, 0.3), generator.uniform(-0.4, 0.4)
    width = generator.uniform(0.05, 0.16) if count > 2 else generator.uniform(0.1, 0.3)
    for bone in range(count):
        middle = (bone - (count - 1) / 2) * 2 * spread + lean
        attenuation += _rod(generator, middle, slant, width)
    y, x = _grid()
    flesh = spread * count + generator.uniform(0.1, 0.4)
    across = (x - lean - slant * y) / flesh
    attenuation += generator.uniform(0.3, 0.9) * np.sqrt(np.clip(1 - across**2, 0, None))
    return _develop(attenuation, generator)


def _rod(
    generator: np.random.Generator, middle: float, slant: float, width: float
) -> NDArray[np.float64]:
    """Give a hollow bone with thicker ends and gaps at its joints."""
    y, x = _grid()
    joints = np.sort(generator.uniform(-1, 1, generator.integers(0, 4)))
    gap = np.min([np.abs(y - joint) for joint in joints], axis=0) if len(joints) else 1 + 0 * y
    half = width / 2 * (1 + 0.6 * np.exp(-((gap / 0.15) ** 2)))
    across = np.abs(x - middle - slant * y) / half
    outer = np.sqrt(np.clip(1 - across**2, 0, None))
    inner = np.sqrt(np.clip(1 - (across / 0.65) ** 2, 0, None))
    return np.asarray((outer - 0.55 * inner) * np.clip(gap / 0.03, 0, 1))


def _skull(generator: np.random.Generator) -> FloatImage:
    """Draw a shell of bone with a base or a face below."""
    y, x = _grid()
    height, width = generator.uniform(0.6, 0.95), generator.uniform(0.5, 0.9)
    radius = np.hypot((y + 0.1) / height, (x - generator.uniform(-0.1, 0.1)) / width)
    wall = generator.uniform(0.04, 0.12)
    attenuation = 1.6 * np.sqrt(np.clip(1 - radius**2, 0, None))
    attenuation -= 1.2 * np.sqrt(np.clip(1 - (radius / (1 - wall)) ** 2, 0, None))
    for _ in range(generator.integers(4, 14)):  # the bones of base and face
        place = generator.uniform((0.1, -0.5), (0.9, 0.5))
        size = generator.uniform(0.04, 0.25, 2)
        attenuation += generator.uniform(-0.2, 0.7) * np.exp(
            -(((y - place[0]) / size[0]) ** 2) - ((x - place[1]) / size[1]) ** 2
        )
    return _develop(attenuation, generator)


def _trunk(generator: np.random.Generator) -> FloatImage:
    """Draw abdomen or pelvis: a spine in soft tissue, gas, a pelvic ring; no lungs."""
    y, x = _grid()
    flank = generator.uniform(0.75, 1.3)
    attenuation = np.sqrt(np.clip(1 - (x / flank) ** 2, 0, None))
    spine = generator.uniform(0.09, 0.16)
    beads = 0.75 + 0.25 * np.cos(2 * np.pi * y * generator.uniform(2, 4))
    end = generator.uniform(0.1, 1.2)
    attenuation += 0.5 * (np.abs(x) < spine) * beads * (y < end)
    for side in (-1, 1):
        if generator.random() < 0.7:  # wings of the pelvis and heads of the femora
            ring = np.hypot((y - end + 0.2) / 0.45, (x - side * 0.45) / 0.35)
            attenuation += 0.4 * np.exp(-(((ring - 1) / 0.25) ** 2))
            attenuation += 0.5 * (np.hypot(y - end - 0.25, x - side * 0.55) < 0.14)
    for _ in range(generator.integers(2, 18)):  # gas
        place, size = generator.uniform(-0.7, 0.7, 2), generator.uniform(0.03, 0.2, 2)
        attenuation -= generator.uniform(0.1, 0.4) * np.exp(
            -(((y - place[0]) / size[0]) ** 2) - ((x - place[1]) / size[1]) ** 2
        )
    return _develop(attenuation, generator)


def _lateral(generator: np.random.Generator) -> FloatImage:
    """Draw a chest from the side: one lung field, spine behind it, heart before it, domes below."""
    y, x = _grid()
    depth, tall = generator.uniform(0.55, 0.85), generator.uniform(0.85, 1.15)
    top = generator.uniform(-0.95, -0.6)
    body = np.sqrt(np.clip(1 - (x / (depth + 0.25)) ** 2, 0, None))
    attenuation = 1.1 * body * (1 + 0.5 * np.clip(-y - 0.5, 0, 1))
    field = np.hypot(x / (depth * np.clip(0.6 + 0.5 * (y - top), 0.3, 1.0)), (y - top - 0.7) / tall)
    dome = generator.uniform(0.35, 0.65) - generator.uniform(0.15, 0.5) * (x + 0.5) ** 2
    attenuation -= generator.uniform(0.5, 0.85) * (field < 1) * (y < dome) * (1.1 - 0.4 * field)
    heart = np.hypot((y - dome + 0.3) / generator.uniform(0.25, 0.42), (x - 0.3) / 0.3)
    attenuation += 0.5 * np.sqrt(np.clip(1 - heart**2, 0, None))
    back = -depth * (0.72 + 0.15 * np.cos(1.5 * y + generator.uniform(-0.5, 0.5)))
    beads = 0.7 + 0.3 * np.cos(2 * np.pi * y * generator.uniform(2.5, 4.5))
    attenuation += 0.45 * np.exp(-(((x - back) / 0.1) ** 2)) * beads
    attenuation += 0.25 * np.exp(-(((x - depth * 0.95) / 0.05) ** 2)) * (y < 0.2)  # sternum
    ribs = np.sin(2 * np.pi * (y * generator.uniform(3, 5) + 0.6 * x))
    attenuation += 0.08 * np.clip(ribs, 0, 1) * (field < 1.05)
    if generator.random() < 0.5:  # the upper arm before the apex
        attenuation += 0.6 * (np.hypot(y - top, x - generator.uniform(-0.2, 0.5)) < 0.3)
    grey = _develop(attenuation, generator)
    return grey[:, ::-1] if generator.random() < 0.5 else grey


DRAWN: Final[Mapping[str, Drawing]] = {
    "blank": _blank,
    "gradient": _gradient,
    "noise": _noise,
    "pattern": _pattern,
    "page": _page,
    "drawn_limb": _limb,
    "drawn_skull": _skull,
    "drawn_trunk": _trunk,
    "drawn_lateral": _lateral,
}
"""Each takes a generator, the only source of chance, and gives (rows, columns) float32 in
[0, 255]."""


def _grid() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    y, x = np.mgrid[-1 : 1 : _SIDE * 1j, -1 : 1 : _SIDE * 1j]
    return y, x


def _coloured(generator: np.random.Generator, fall: float) -> NDArray[np.float64]:
    """Give noise whose amplitude falls with the frequency to the power of `fall` / 2."""
    frequency = np.hypot(np.fft.fftfreq(_SIDE)[:, np.newaxis], np.fft.rfftfreq(_SIDE))
    frequency[0, 0] = 1 / _SIDE
    spectrum = np.fft.rfft2(generator.normal(size=(_SIDE, _SIDE))) / frequency ** (fall / 2)
    return np.asarray(np.fft.irfft2(spectrum, (_SIDE, _SIDE)))


def _develop(attenuation: NDArray[np.float64], generator: np.random.Generator) -> FloatImage:
    """Add what tissue adds, blur a little, and give it a gradation, bone bright."""
    grain = _coloured(generator, generator.uniform(1.5, 3))
    seen = attenuation + generator.uniform(0.01, 0.09) * grain / grain.std() * (attenuation > 0.05)
    grey = _spread(seen, generator)
    blurred = Image.fromarray(grey.astype(np.uint8)).filter(
        ImageFilter.GaussianBlur(generator.uniform(0.5, 3))
    )
    return _clip(np.asarray(blurred) + generator.normal(0, generator.uniform(0, 4), grey.shape))


def _spread(field: NDArray[np.float64], generator: np.random.Generator) -> FloatImage:
    """Spread a field over a range of grey by its percentiles, with a gradation of its own."""
    low, high = np.percentile(field, [generator.uniform(0, 5), generator.uniform(95, 100)])
    share = np.clip((field - low) / max(high - low, 1e-9), 0, 1) ** generator.uniform(0.6, 1.6)
    dark, bright = generator.uniform(0, 60), generator.uniform(170, _WHITE)
    return _clip(dark + share * (bright - dark))


def _maybe(generator: np.random.Generator) -> int | None:
    return int(generator.integers(0, 256)) if generator.random() < 0.6 else None


def _clip(grey: NDArray[np.floating]) -> FloatImage:
    clipped: FloatImage = np.clip(grey, 0, _WHITE).astype(np.float32)
    return clipped
