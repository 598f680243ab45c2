"""Folders of radiographs made from phantoms, in every transfer syntax that is written here."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom import dcmread
from pydicom.encaps import encapsulate
from pydicom.uid import (
    UID,
    ExplicitVRLittleEndian,
    HTJ2KLossless,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)

from triage_app.demonstration.phantom import chest_phantom
from triage_app.imaging.authoring import new_radiograph, write_radiograph
from triage_app.imaging.description import RadiographDescription, SeriesDescription
from triage_app.imaging.transforms import GreyTransforms, Window

__all__ = ["SYNTAXES", "make_corpus", "make_values", "write_image"]

SYNTAXES: dict[str, UID] = {
    "raw": ExplicitVRLittleEndian,
    "rle": RLELossless,
    "jpeg": JPEGBaseline8Bit,
    "jpeg_lossless": JPEGLosslessSV1,
    "jpeg_ls": JPEGLSLossless,
    "jpeg_2000": JPEG2000Lossless,
    "htj2k": HTJ2KLossless,
}
"""By the name that a measurement of each has."""

_BITS = 12
_NOISE = 8.0


def make_values(rows: int, columns: int, seed: int) -> NDArray[np.uint16]:
    """Draw a phantom in 12 bits, with the noise of a detector, which no encoder can leave out."""
    noise = np.random.default_rng(seed).normal(0, _NOISE, (rows, columns))
    values = 300 + 3400 * chest_phantom(rows, columns, seed=seed).image + noise
    return np.clip(np.rint(values), 0, 4095).astype(np.uint16)


def write_image(values: NDArray[np.uint16], path: Path, syntax: UID, name: str) -> None:
    """Write one radiograph; `name` makes its UIDs its own."""
    is_small = syntax == JPEGBaseline8Bit
    pixels = (values >> 4).astype(np.uint8) if is_small else values
    window = Window(128, 200) if is_small else Window(2000, 3600)
    dataset = new_radiograph(
        pixels,
        RadiographDescription(
            series=SeriesDescription(view_position="PA"),
            transforms=GreyTransforms(voi=(window,)),
            bits_stored=8 if is_small else _BITS,
            uid_seed=name,
        ),
    )
    if syntax != HTJ2KLossless:
        write_radiograph(dataset, path, syntax)
        return
    # A 12-bit image that says so: imagecodecs states the bits of the type, which is no fault of it.
    write_radiograph(dataset, path, ExplicitVRLittleEndian)
    written = dcmread(path)
    written.PixelData = encapsulate([bytes(imagecodecs.htj2k_encode(pixels))])
    written["PixelData"].VR = "OB"
    written["PixelData"].is_undefined_length = True
    written.file_meta.TransferSyntaxUID = HTJ2KLossless
    written.save_as(path, enforce_file_format=True)


def make_corpus(
    folder: Path,
    *,
    images: int,
    rows: int,
    columns: int,
    syntaxes: Sequence[str] = tuple(SYNTAXES),
    phantoms: int = 3,
) -> list[Path]:
    """Write images in turn in each transfer syntax; kept, and used again by the next run.

    Parameters
    ----------
    phantoms : that are drawn; further images are other instances with the same pixels

    Returns
    -------
    list of Path
        in the order of their names
    """
    done = folder / "complete"
    if not done.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        drawn = [make_values(rows, columns, seed) for seed in range(phantoms)]
        for number in range(images):
            syntax = syntaxes[number % len(syntaxes)]
            place = folder / f"{number // 1000:03}"
            place.mkdir(exist_ok=True)
            path = place / f"{number:06}_{syntax}.dcm"
            write_image(drawn[number % phantoms], path, SYNTAXES[syntax], f"{folder}-{number}")
        done.touch()
    return sorted(folder.glob("*/*.dcm"))
