"""Whether a heatmap shows the model: it must not survive the randomisation of its weights."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

import keras
import numpy as np

from training.data.case import Part
from training.data.images import load_training_images
from training.data.manifest import read_manifest
from training.errors import TrainingError
from training.evaluation.metrics import Interval, interval_of
from training.fitting.network import BASE_NAME, POOLING_NAME, heads_of
from triage_app.inference.heatmap import place_heatmap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from training.data.case import Case
    from training.run_folder import RunFolder
    from triage_app.imaging.preprocessing import PreprocessingSpec

__all__ = ["Stage", "check_sanity", "rank_correlation", "structural_similarity"]

SANITY_FILE: Final = "sanity.json"

_RESAMPLES: Final = 2000
_WINDOW: Final = 7
_PLACED: Final = (56, 56)
_BLOCK: Final = re.compile(r"block_(\d+)_")
_STEP: Final = 4
"""Blocks of the base that are randomised between two measurements."""


@dataclass(frozen=True, slots=True)
class Stage:
    """How alike the maps are to those of the trained network.

    Attributes
    ----------
    layers : down to which the weights are randomised, from the head on
    rank_correlation : Spearman's, of the local logits; -1 to 1
    ssim : structural similarity of the maps as they are shown; -1 to 1
    """

    layers: str
    rank_correlation: Interval
    ssim: Interval


def check_sanity(run: RunFolder, *, images: int, seed: int) -> tuple[Stage, ...]:
    """Randomise a run's network from its head down and write ``sanity.json`` into its folder.

    Parameters
    ----------
    run : finished
    images : how many of the hold-out, half of each label where there are so many
    seed : of the choice of images and of the weights

    Notes
    -----
    The cascading randomisation of Adebayo et al., Sanity Checks for Saliency Maps, NeurIPS 2018:
    each tensor's values are shuffled, which keeps their spread, and stay so in later stages.
    """
    settings = run.read_settings()
    run.read_operating_points()  # refuses a run that is not finished
    chosen = _choose(read_manifest(run.split, part=Part.HOLDOUT), images, seed)
    pixels = load_training_images(chosen, settings.preprocessing).astype(np.float32)
    network = keras.models.load_model(run.network, compile=False, safe_mode=True)
    patients = [case.patient for case in chosen]
    trained = _local_logits(network, pixels)
    shown = [_shown(one, settings.preprocessing) for one in trained]
    generator = np.random.default_rng(seed)
    stages = []
    for name, layers in _cascade(network):
        for layer in layers:
            layer.set_weights([generator.permuted(weight) for weight in layer.get_weights()])
        randomised = _local_logits(network, pixels)
        ranks = [rank_correlation(*pair) for pair in zip(trained, randomised, strict=True)]
        alike = [
            structural_similarity(before, _shown(after, settings.preprocessing))
            for before, after in zip(shown, randomised, strict=True)
        ]
        stages.append(Stage(name, *(_mean(values, patients, seed) for values in (ranks, alike))))
    document = {"images": len(chosen), "seed": seed, "stages": [asdict(one) for one in stages]}
    text = json.dumps(document, indent=2) + "\n"
    (run.path / SANITY_FILE).write_text(text, encoding="utf-8")
    return tuple(stages)


def rank_correlation(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    """Spearman's rank correlation of two maps, equal values sharing their mean rank; 0 if flat."""
    ranks = [_ranks(one.ravel()) - (one.size - 1) / 2 for one in (first, second)]
    length = float(np.sqrt(np.square(ranks[0]).sum() * np.square(ranks[1]).sum()))
    return float(ranks[0] @ ranks[1]) / length if length > 0 else 0.0


def structural_similarity(first: NDArray[np.float32], second: NDArray[np.float32]) -> float:
    """Mean structural similarity of two maps of 0 to 1 (Wang et al., IEEE TIP 2004).

    With a flat window of 7 x 7 and the constants of the paper, 0.01 and 0.03.
    """
    windows = [
        np.lib.stride_tricks.sliding_window_view(one.astype(np.float64), (_WINDOW, _WINDOW))
        for one in (first, second)
    ]
    means = [one.mean(axis=(-2, -1)) for one in windows]
    variances = [one.var(axis=(-2, -1)) for one in windows]
    together = (windows[0] * windows[1]).mean(axis=(-2, -1)) - means[0] * means[1]
    flat, contrast = 0.01**2, 0.03**2
    similarity = (2 * means[0] * means[1] + flat) * (2 * together + contrast)
    similarity /= (means[0] ** 2 + means[1] ** 2 + flat) * (variances[0] + variances[1] + contrast)
    return float(similarity.mean())


def _ranks(values: NDArray[np.float32]) -> NDArray[np.float64]:
    _, index, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks: NDArray[np.float64] = (last - (counts + 1) / 2)[index]
    return ranks


def _choose(cases: Sequence[Case], images: int, seed: int) -> list[Case]:
    """Draw images, half of each label as far as there are."""
    generator = np.random.default_rng(seed)
    ill, well = (
        [case for case in cases if case.is_pneumonia is is_ill] for is_ill in (True, False)
    )
    few = min(images // 2, len(ill), len(well))
    if not few:
        raise TrainingError("The hold-out has not images of both labels.")
    return [
        of_label[index]
        for of_label in (ill, well)
        for index in sorted(generator.choice(len(of_label), few, replace=False))
    ]


def _mean(values: Sequence[float], patients: Sequence[str], seed: int) -> Interval:
    array = np.array(values)
    return interval_of(
        lambda weights: weights @ array / weights.sum(axis=1),
        patients,
        resamples=_RESAMPLES,
        seed=seed,
    )


def _local_logits(network: keras.Model, images: NDArray[np.float32]) -> NDArray[np.float32]:
    """Give the first head's answer for each place, (n, h, w).

    A head is linear in inference, so that what it says of the features of one place is that place's
    part of the logit.
    """
    features = keras.Model(network.input, network.get_layer(POOLING_NAME).input)
    values = np.asarray(features.predict(images, batch_size=8, verbose=0))
    n, high, wide, channels = values.shape
    head = heads_of(network)[0]
    logits = np.asarray(head.predict(values.reshape(-1, channels), batch_size=4096, verbose=0))
    local: NDArray[np.float32] = logits[:, 0].reshape(n, high, wide)
    return local


def _shown(local: NDArray[np.float32], spec: PreprocessingSpec) -> NDArray[np.float32]:
    """Give the map as a reader sees it, its peak 1: without what speaks against."""
    heat = np.maximum(local, np.float32(0.0))
    peak = float(heat.max())
    if peak > 0:
        heat = (heat / peak).astype(np.float32)
    return place_heatmap(heat, _PLACED, spec)


def _cascade(network: keras.Model) -> list[tuple[str, list[keras.layers.Layer]]]:
    """Divide the layers with weights into stages, from the head to the first of the base."""
    stages = [("head", [layer for head in heads_of(network) for layer in head.layers])]
    base = network.get_layer(BASE_NAME)
    blocks = [int(found[1]) for layer in base.layers if (found := _BLOCK.match(layer.name))]
    groups: dict[str, list[keras.layers.Layer]] = {}
    for layer in reversed(base.layers):
        found = _BLOCK.match(layer.name)
        if found is None:
            is_last = not groups or next(iter(reversed(groups))) == "last convolution"
            name = "last convolution" if is_last else "first convolution"
        else:
            start = (int(found[1]) - 1) // _STEP * _STEP + 1
            name = f"blocks {start} to {min(start + _STEP - 1, max(blocks))}"
        groups.setdefault(name, []).append(layer)
    stages += groups.items()
    return [(name, [layer for layer in layers if layer.get_weights()]) for name, layers in stages]
