"""Labelled images as the network sees them: the reading side's own rendering and resizing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from training.errors import ManifestError
from triage_app.errors import InstanceError, NotDicomError, UnreadableError
from triage_app.imaging.header import read_instance
from triage_app.imaging.pictures import PICTURE_SUFFIXES, read_picture
from triage_app.imaging.preprocessing import PreprocessingSpec, to_model_input
from triage_app.imaging.rendering import render_instance
from triage_app.imaging.source import FileSource

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from training.data.case import Case
    from triage_app.imaging.instance import InstanceFacts

__all__ = ["load_training_images", "read_dicom_facts", "read_grey", "resize_images"]


def read_grey(path: Path) -> NDArray[np.float32]:
    """Read a picture or a DICOM file as display grey.

    Returns
    -------
    (rows, columns) float32 in [0, 255]

    Raises
    ------
    InstanceError
        where the file cannot be read as an image; the sentence says why
    """
    if path.suffix.casefold() in PICTURE_SUFFIXES:
        return read_picture(path)
    try:
        return render_instance(read_instance(FileSource(path)))
    except NotDicomError as error:
        raise UnreadableError(
            f"{path}: is neither DICOM ({error}) nor named as a picture "
            f"({', '.join(sorted(PICTURE_SUFFIXES))})."
        ) from error


def read_dicom_facts(path: Path) -> InstanceFacts | None:
    """Read what a DICOM header says; None for a picture or a file that cannot be read.

    A file that cannot be read is told of where its pixels are needed, with its reason.
    """
    if path.suffix.casefold() in PICTURE_SUFFIXES:
        return None
    try:
        return read_instance(FileSource(path)).facts
    except (InstanceError, NotDicomError):
        return None


def load_training_images(
    cases: Sequence[Case],
    spec: PreprocessingSpec,
    progress: Callable[[int], None] | None = None,
    alteration: Callable[[NDArray[np.float32]], NDArray[np.float32]] | None = None,
) -> NDArray[np.uint8]:
    """Read images for training.

    Parameters
    ----------
    cases : in the order of the result
    spec : of the model to be trained
    progress : told of each image
    alteration : of the display grey; None takes it as it is

    Returns
    -------
    (n, rows, columns, 1) uint8: rounded to whole grey levels, so that a data set fits in memory;
    the difference from what reading sees is at most half a level of 255

    Raises
    ------
    ManifestError
        where an image cannot be read; names it and its line
    """
    images = np.empty((len(cases), spec.rows, spec.columns, 1), dtype=np.uint8)

    def load(index: int) -> None:
        case = cases[index]
        try:
            grey = read_grey(case.path)
            if alteration is not None:
                grey = alteration(grey)
            images[index] = np.rint(to_model_input(grey, spec))
        except InstanceError as error:
            raise ManifestError(
                f"{case.place}: cannot be trained on: {error} Repair or remove it."
            ) from error

    # Pillow leaves the interpreter lock while it decodes and resizes
    with ThreadPoolExecutor() as pool:
        for _ in pool.map(load, range(len(cases))):
            if progress is not None:
                progress(1)
    return images


def resize_images(images: NDArray[np.uint8], shape: tuple[int, int]) -> NDArray[np.uint8]:
    """Bring images ``(n, rows, columns, 1)`` to (rows, columns) of another number, antialiased."""
    if images.shape[1:3] == tuple(shape):
        return images
    resized = [
        np.asarray(Image.fromarray(image[..., 0]).resize(shape[::-1], Image.Resampling.BILINEAR))
        for image in images
    ]
    return np.stack(resized)[..., np.newaxis]
