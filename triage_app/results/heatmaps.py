"""Heatmaps as pictures that can be laid over their images."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import numpy as np
from PIL import Image

from triage_app.imaging.instance import InstanceFacts
from triage_app.imaging.preprocessing import PreprocessingSpec
from triage_app.inference.heatmap import HeatmapGeometry, place_heatmap
from triage_app.triage.outcome import Scored

__all__ = ["write_heatmap"]


def write_heatmap(
    folder: Path,
    facts: InstanceFacts,
    outcome: Scored,
    preprocessing: PreprocessingSpec,
    geometry: HeatmapGeometry | None = None,
) -> Path:
    """Write the heatmap of a scored instance as grey PNG of the image's own size.

    Parameters
    ----------
    folder : exists
    facts : of the instance; its SOP Instance UID names the file
    outcome : with the heatmap; 0 becomes black, 1 white
    preprocessing, geometry : from the model card; None lays the map's cells evenly

    Returns
    -------
    Path
        of the file

    Raises
    ------
    OSError
        where it cannot be written
    """
    shape = facts.image.rows, facts.image.columns
    placed = place_heatmap(outcome.heatmap, shape, preprocessing, geometry)
    path = folder / f"{_file_stem(facts)}.png"
    Image.fromarray(np.rint(np.clip(placed, 0.0, 1.0) * 255.0).astype(np.uint8)).save(path)
    return path


def _file_stem(facts: InstanceFacts) -> str:
    """Name by UID; a UID that is none may hold anything, and never becomes a path."""
    uid = facts.sop_instance_uid
    if len(uid) <= 64 and re.fullmatch(r"[0-9]+(\.[0-9]+)*", uid):
        return uid
    encoded = (facts.sop_instance_uid or facts.path).encode("utf-8", "surrogateescape")
    return hashlib.sha256(encoded).hexdigest()[:32]
