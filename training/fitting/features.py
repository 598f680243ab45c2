"""The frozen base's pooled features of images, computed once and kept."""

from __future__ import annotations

import hashlib
import logging
import os
from typing import TYPE_CHECKING

import keras
import numpy as np
import platformdirs

from training.fitting.network import POOLING_NAME

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["default_cache_folder", "pooled_features"]

_log = logging.getLogger(__name__)

_BATCH = 32


def default_cache_folder() -> Path:
    """Where features are kept unless the user names a folder."""
    return platformdirs.user_cache_path("triage-app", appauthor=False) / "features"


def pooled_features(
    network: keras.Model,
    images: NDArray[np.uint8],
    cache: Path,
    progress: Callable[[int], None] | None = None,
) -> NDArray[np.float32]:
    """Run the base over images, or take the features from the cache.

    Parameters
    ----------
    network : whose base is frozen
    images : (n, rows, columns, 1) uint8
    cache : folder; a file's name is the SHA-256 of images and base, so a stale one is never taken
    progress : told how many images are done

    Returns
    -------
    (n, channels) float32
    """
    to_pooled = keras.Model(network.input, network.get_layer(POOLING_NAME).output)
    path = cache / f"{_key(to_pooled, images)}.npy"
    if path.is_file():
        try:
            features: NDArray[np.float32] = np.load(path, allow_pickle=False)
        except (OSError, ValueError) as error:
            _log.warning("%s: damaged, computed anew (%s)", path.name, error)
        else:
            if progress is not None:
                progress(len(images))
            return features
    parts = []
    for start in range(0, len(images), _BATCH):
        batch = images[start : start + _BATCH].astype(np.float32)
        parts.append(np.asarray(to_pooled(batch, training=False)))
        if progress is not None:
            progress(len(batch))
    features = np.concatenate(parts)
    _keep(features, path)
    return features


def _key(to_pooled: keras.Model, images: NDArray[np.uint8]) -> str:
    digest = hashlib.sha256(str(images.shape).encode())
    # layers without weights decide the features too: what they do shows on the first image
    first = np.asarray(to_pooled(images[:1].astype(np.float32), training=False))
    digest.update(f"{first.mean():.3g} {first.std():.3g}".encode())
    digest.update(np.ascontiguousarray(images).data)
    for variable in to_pooled.variables:
        digest.update(np.ascontiguousarray(variable.numpy()).data)
    return digest.hexdigest()


def _keep(features: NDArray[np.float32], path: Path) -> None:
    """Write under another name first, so that a broken write leaves no file of that key."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(f".{os.getpid()}.partial")
        with partial.open("wb") as file:
            np.save(file, features)
        partial.replace(path)
    except OSError as error:
        _log.warning("%s: features are not kept (%s); the next run computes them.", path, error)
