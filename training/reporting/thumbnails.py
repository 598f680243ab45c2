"""Small anonymous pictures of the cases that a model answered best and worst."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from training.data.case import Part
from training.data.images import read_grey
from triage_app.errors import InstanceError

if TYPE_CHECKING:
    from pathlib import Path

    from training.reporting.facts import ReportFacts

__all__ = ["CaseRow", "choose_cases"]

_SIDE = 176
_SHOWN = 6


@dataclass(frozen=True, slots=True)
class CaseRow:
    """Some cases of one kind, the farthest first.

    Attributes
    ----------
    title : what they have in common
    pictures : each a PNG as a data URI, without any name, and its probability
    """

    title: str
    pictures: tuple[tuple[str, float], ...]


def choose_cases(facts: ReportFacts) -> tuple[CaseRow, ...]:
    """Choose the extremes of each label on the hold-out, by score, and make thumbnails of them.

    A picture that cannot be read any more is left out.
    """
    paths = {case.name: case.path for case in facts.cases if case.part is Part.HOLDOUT}
    holdout = facts.holdout
    rows = []
    for is_ill, from_top, title in (
        (True, False, "PNEUMONIA with the lowest scores"),
        (False, True, "NORMAL with the highest scores"),
        (True, True, "PNEUMONIA with the highest scores"),
        (False, False, "NORMAL with the lowest scores"),
    ):
        of_label = np.flatnonzero(holdout.is_pneumonia == is_ill)
        order = of_label[np.argsort(holdout.probability[of_label], kind="stable")]
        pictures: list[tuple[str, float]] = []
        for index in order[::-1] if from_top else order:
            path = paths.get(holdout.names[index])
            picture = _thumbnail(path) if path is not None else None
            if picture is not None:
                pictures.append((picture, float(holdout.probability[index])))
            if len(pictures) == _SHOWN:
                break
        rows.append(CaseRow(title, tuple(pictures)))
    return tuple(rows)


def _thumbnail(path: Path) -> str | None:
    try:
        grey = read_grey(path)
    except InstanceError:
        return None
    picture = Image.fromarray(np.rint(np.clip(grey, 0.0, 255.0)).astype(np.uint8))
    picture.thumbnail((_SIDE, _SIDE), Image.Resampling.BILINEAR)
    file = io.BytesIO()
    picture.save(file, "PNG")  # of pixels alone: nothing of the file comes along
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii")
