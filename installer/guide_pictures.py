"""Puts the pictures that the guide shows into ``docs/images``, small.

``python installer/guide_pictures.py build/screenshots/en-100`` takes them from what
``make screenshots`` made: the window at work on the demonstration studies, which are phantoms.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from PIL import Image

__all__ = ["PICTURES", "take_pictures"]

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"

PICTURES = {
    "study-2": "reading",
    "outlines-length-flipped": "outlines",
    "prior": "prior",
    "statistics": "statistics",
    "model-card": "model-card",
}
"""What a step of the screenshots is called in the documents."""

_WIDEST = 1280
_QUALITY = 85


def take_pictures(screenshots: Path, images: Path = IMAGES) -> list[Path]:
    """Copy the chosen pictures, narrower and as WebP.

    Raises
    ------
    FileNotFoundError
        where a step has no picture
    """
    steps = {re.sub(r"^\d+-", "", path.stem): path for path in screenshots.glob("*.png")}
    images.mkdir(parents=True, exist_ok=True)
    written = []
    for step, name in PICTURES.items():
        if step not in steps:
            raise FileNotFoundError(f"{screenshots}: no picture of {step!r}; make screenshots")
        with Image.open(steps[step]) as picture:
            small = picture.convert("RGB")
            small.thumbnail((_WIDEST, _WIDEST), Image.Resampling.LANCZOS)
            path = images / f"{name}.webp"
            small.save(path, quality=_QUALITY, method=6)
            written.append(path)
    return written


def main() -> int:
    """Take the pictures of a folder."""
    for path in take_pictures(Path(sys.argv[1])):
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1024} KiB")  # noqa: T201 - a command
    return 0


if __name__ == "__main__":
    sys.exit(main())
