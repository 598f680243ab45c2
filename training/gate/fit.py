"""A finished run's gate: pictures, features, fit, limits and figures, kept in the run's folder."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

import keras
import numpy as np

from training.data.case import Part
from training.data.manifest import read_manifest
from training.data.split import hash_files, split_by_patient
from training.errors import RunError
from training.gate.fitting import fit_gate, set_limits
from training.gate.gate import FIGURES_FILE, GATE_FILE, THRESHOLD
from training.gate.pictures import FRONTAL, PLAIN, Amounts, Batch, chest_batches, other_batches
from training.gate.share import share_of
from training.gate.sight import make_sight, see

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from training.data.case import Case
    from training.gate.gate import Gate
    from training.progress import ProgressBars
    from training.run_folder import RunFolder

    Blocks = list[NDArray[np.float32]]

__all__ = ["LOST", "fit_run_gate"]

_log = logging.getLogger(__name__)

LOST: Final = 0.005
"""Share of the validation part's chest images, of each population, that the limits may lose."""


@dataclass(slots=True)
class _Seen:
    """Features by kind, of chests by population and way, of others by part."""

    chests: dict[tuple[str, str, Part], Blocks] = field(default_factory=dict)
    others: dict[tuple[str, Part], Blocks] = field(default_factory=dict)

    def populations(self, part: Part) -> dict[str, Blocks]:
        """Chests of a part, as they are and altered, by population."""
        found: dict[str, list[Blocks]] = {}
        for (population, _, of_part), blocks in self.chests.items():
            if of_part is part and len(blocks[0]):
                found.setdefault(population, []).append(blocks)
        return {name: _join(parts) for name, parts in found.items()}

    def kinds(self, part: Part) -> dict[str, Blocks]:
        """Others of a part by kind."""
        return {
            kind: blocks
            for (kind, of_part), blocks in self.others.items()
            if of_part is part and kind != FRONTAL
        }


def fit_run_gate(
    run: RunFolder,
    data: Path | None,
    *,
    further: Mapping[str, Path],
    other: Path | None,
    amounts: Amounts,
    bars: ProgressBars,
) -> dict[str, Any]:
    """Fit a gate for a finished run and write ``gate.npz`` and ``gate.json`` into its folder.

    Parameters
    ----------
    run : finished
    data : chest images; None takes those that it was trained with, as they were divided. Without
        parts they are divided by patient
    further : tables of chest images of other populations, by the population's name; those that the
        run reads with a head of their own are taken in any case
    other : folder of pictures that are no frontal chest image, a sub-folder for each kind; a
        sub-folder `FRONTAL` holds chest images of another source
    amounts : how many pictures at most
    bars : progress

    Returns
    -------
    what stands in ``gate.json``: ``threshold``; ``lost_chests`` by population; ``refused_other``
    by kind, with ``unfitted``, where neither the kind nor one whose name shares a word with it was
    fitted on; each share with its interval and number of images

    Raises
    ------
    RunError
        where the run is not finished, or has too few images for limits
    ManifestError
        where the data cannot be used
    """
    settings = run.read_settings()
    run.read_operating_points()  # refuses a run that is not finished
    populations = {settings.description.name: _divided(data or run.split, settings.seed)}
    tables = {each.name: run.split_of(each.name) for each in settings.further} | dict(further)
    populations |= {name: _divided(table, settings.seed) for name, table in tables.items()}
    network = keras.models.load_model(run.network, compile=False, safe_mode=True)
    sight = make_sight(network)
    spec = settings.preprocessing
    seen = _Seen()
    for batch in _watched(chest_batches(populations, spec, amounts), bars):
        seen.chests[batch.kind, batch.how, batch.part] = see(sight, batch.images)
    for batch in _watched(other_batches(populations, other, spec, amounts), bars):
        seen.others[batch.kind, batch.part] = see(sight, batch.images)
    gate = _fit(seen, without="")
    document = {
        "threshold": THRESHOLD,
        "limits_lose": LOST,
        "lost_chests": _lost(gate, seen),
        "refused_other": _refused(gate, seen),
    }
    gate.write(run.path / GATE_FILE)
    (run.path / FIGURES_FILE).write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    return document


def _divided(data: Path, seed: int) -> tuple[Case, ...]:
    cases = read_manifest(data)
    if {case.part for case in cases} == set(Part):
        return cases
    return split_by_patient(cases, hash_files(case.path for case in cases), seed=seed)


def _watched(batches: Iterable[Batch], bars: ProgressBars) -> Iterable[Batch]:
    for batch in batches:
        if len(batch.images):
            words = " ".join(word for word in (batch.kind, batch.how, batch.part) if word)
            _log.info("%s: %d pictures", words, len(batch.images))
            with bars.bar(words, len(batch.images)) as bar:
                yield batch
                bar(len(batch.images))


def _fit(seen: _Seen, *, without: str) -> Gate:
    """Fit on all kinds but one and those whose names share a word with it."""
    words = set(without.split("_")) - {""}
    others = {
        kind: blocks
        for kind, blocks in seen.kinds(Part.TRAIN).items()
        if not words & set(kind.split("_"))
    }
    unseen = seen.populations(Part.VALIDATION)
    known = seen.populations(Part.TRAIN)
    if set(unseen) != set(known) or not known:
        raise RunError(
            "each population needs images of the parts train and validation; a gate cannot be "
            "fitted on so few images."
        )
    further = seen.others.get((FRONTAL, Part.TRAIN))
    return set_limits(fit_gate(known, others, further), unseen, LOST)


def _lost(gate: Gate, seen: _Seen) -> dict[str, Any]:
    lost: dict[str, Any] = {}
    for (population, how, part), blocks in seen.chests.items():
        if part is Part.HOLDOUT and len(blocks[0]):
            name = f"{population}, {'as they are' if how == PLAIN else how}"
            lost[name] = _share(~_passes(gate, blocks))
    further = seen.others.get((FRONTAL, Part.HOLDOUT))
    if further is not None:
        lost[FRONTAL] = _share(~_passes(gate, further))
    return lost


def _refused(gate: Gate, seen: _Seen) -> dict[str, Any]:
    refused: dict[str, Any] = {}
    for kind, blocks in seen.kinds(Part.HOLDOUT).items():
        refused[kind] = _share(~_passes(gate, blocks))
        left_out = _fit(seen, without=kind)
        refused[kind]["unfitted"] = _share(~_passes(left_out, blocks))
        _log.info(
            "%s: %.1f %% refused, %.1f %% where it was not fitted on",
            kind,
            100 * refused[kind]["value"],
            100 * refused[kind]["unfitted"]["value"],
        )
    return refused


def _passes(gate: Gate, blocks: Blocks) -> NDArray[np.bool_]:
    return np.asarray(gate.measure(blocks).likeness >= THRESHOLD)


def _share(is_counted: NDArray[np.bool_]) -> dict[str, Any]:
    return asdict(share_of(int(is_counted.sum()), len(is_counted))) | {"n": len(is_counted)}


def _join(parts: Sequence[Blocks]) -> Blocks:
    return [np.concatenate(blocks) for blocks in zip(*parts, strict=True)]
