"""What a model's gate refuses: chest images that it loses, and others that it keeps out."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from training.data.images import read_grey
from training.gate.share import share_of
from triage_app.errors import InstanceError
from triage_app.imaging.preprocessing import to_model_input

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from training.data.others import OtherImage
    from training.evaluation.scoring import ScoredCase
    from triage_app.imaging.preprocessing import PreprocessingSpec
    from triage_app.inference.card import ModelCard
    from triage_app.inference.session import Model

__all__ = ["is_refused", "measure_lost", "measure_refused"]

_BATCH: Final = 32


def is_refused(item: ScoredCase, card: ModelCard) -> bool:
    """Tell whether the application would not read this image, by the card's gate."""
    threshold = card.eligibility.gate_threshold
    return threshold is not None and item.likeness is not None and item.likeness < threshold


def measure_lost(scored: Sequence[ScoredCase], card: ModelCard) -> dict[str, Any]:
    """Give the share of labelled chest images that the gate refuses; nothing without a gate.

    Returns
    -------
    ``lost_chests`` with ``value``, ``low``, ``high``, ``n``
    """
    if card.eligibility.gate_threshold is None or not scored:
        return {}
    lost = sum(is_refused(item, card) for item in scored)
    return {"lost_chests": asdict(share_of(lost, len(scored))) | {"n": len(scored)}}


def measure_refused(
    model: Model, others: Sequence[OtherImage], progress: Callable[[int], None] | None = None
) -> dict[str, Any]:
    """Give the share of other images that the gate refuses, in all and by kind.

    Parameters
    ----------
    model : with or without a gate; without, nothing is refused
    others : no frontal chest images
    progress : told how many images are done

    Returns
    -------
    ``refused_other`` with ``value``, ``low``, ``high``, ``n`` and ``kinds``, and
    ``unreadable_other``; empty where there are no such images
    """
    refused: Counter[str] = Counter()
    read: Counter[str] = Counter()
    threshold = model.card.eligibility.gate_threshold
    with ThreadPoolExecutor() as pool:
        for start in range(0, len(others), _BATCH):
            chunk = others[start : start + _BATCH]
            images = list(
                pool.map(lambda other: _read(other.path, model.card.preprocessing), chunk)
            )
            ready = [
                (other.kind, image)
                for other, image in zip(chunk, images, strict=True)
                if image is not None
            ]
            read.update(kind for kind, _ in ready)
            if ready and threshold is not None:
                likeness = model.predict(np.stack([image for _, image in ready])).in_distribution
                if likeness is not None:
                    refused.update(
                        kind
                        for (kind, _), value in zip(ready, likeness, strict=True)
                        if value < threshold
                    )
            if progress is not None:
                progress(len(chunk))
    if not read:
        return {"unreadable_other": len(others)} if others else {}
    return {
        "refused_other": _share(refused.total(), read.total())
        | {"kinds": {kind: _share(refused[kind], read[kind]) for kind in sorted(read)}},
        "unreadable_other": len(others) - read.total(),
    }


def _share(count: int, images: int) -> dict[str, Any]:
    return asdict(share_of(count, images)) | {"n": images}


def _read(path: Path, spec: PreprocessingSpec) -> NDArray[np.float32] | None:
    try:
        return to_model_input(read_grey(path), spec)
    except (InstanceError, MemoryError):
        return None
