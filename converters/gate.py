"""The gate of a run in its graph and on its card."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from converters.graph import FurtherOutput
from training.card_defaults import NOT_GATED
from training.errors import ExportError
from training.gate.gate import FIGURES_FILE, GATE_FILE, Gate
from training.gate.sight import make_sight, see
from triage_app.inference.card import Estimate, Evaluation, ModelCard, Tensor

if TYPE_CHECKING:
    from collections.abc import Mapping

    import keras
    import numpy as np
    from numpy.typing import NDArray

    from training.run_folder import RunFolder
    from triage_app.inference.session import Model

__all__ = ["IN_DISTRIBUTION", "LARGEST_DIFFERENCE", "gate_outputs", "prove_gate", "with_gate"]

IN_DISTRIBUTION: Final = "in_distribution"

LARGEST_DIFFERENCE: Final = 1e-3
"""Of the likeness, between the fitted gate and the graph."""

_GATED: Final = (
    "The gate was tested on {count} kinds of pictures that are no frontal chest image ({names}). "
    "Of each kind, not fitted on, it refused {least:.0%} to {most:.0%}. Of other kinds nothing is "
    "known."
)


def gate_outputs(network: keras.Model, run: RunFolder) -> tuple[FurtherOutput, ...]:
    """Give the output ``in_distribution`` ``(n,)``; nothing where the run has no gate.

    Raises
    ------
    RunError
        where the gate is damaged
    """
    if not _has_gate(run):
        return ()
    gate = Gate.read(run.path / GATE_FILE)
    sight = make_sight(network)
    return (FurtherOutput(IN_DISTRIBUTION, lambda image, _: gate.draw(sight(image))),)


def prove_gate(
    network: keras.Model, run: RunFolder, model: Model, images: NDArray[np.uint8]
) -> None:
    """Compare the graph's likeness with the fitted gate's.

    Parameters
    ----------
    network : trained
    run : whose gate stands in the graph; without one there is nothing to prove
    model : the exported graph with `with_gate`'s card
    images : (n, rows, columns, 1) uint8

    Raises
    ------
    ExportError
        where they differ by more than `LARGEST_DIFFERENCE`
    """
    if not _has_gate(run):
        return
    gate = Gate.read(run.path / GATE_FILE)
    expected = gate.measure(see(make_sight(network), images)).likeness
    found = model.predict(images.astype("float32")).in_distribution
    if found is None:
        raise ExportError("the exported graph has no gate. Nothing was written.")
    difference = float(abs(found - expected).max())
    if not difference <= LARGEST_DIFFERENCE:
        raise ExportError(
            f"the gate of the exported graph differs from the fitted one by {difference:.2g} in "
            f"likeness; at most {LARGEST_DIFFERENCE:g} is allowed. Nothing was written."
        )


def with_gate(card: ModelCard, run: RunFolder) -> ModelCard:
    """Add the gate's output, threshold and figures to a card; as it is where there is no gate.

    The figures are evaluations: ``lost`` of chest images, ``refused`` of others by kind, and
    ``refused_unfitted``, measured with a gate that was not fitted on that kind.

    Raises
    ------
    ExportError
        where the figures are missing or damaged
    """
    if not _has_gate(run):
        return card
    figures = _read_figures(run)
    refused = figures["refused_other"]
    unfitted = [share["unfitted"]["value"] for share in refused.values()]
    limit = _GATED.format(
        count=len(refused),
        names=", ".join(sorted(kind.replace("_", " ") for kind in refused)),
        least=min(unfitted),
        most=max(unfitted),
    )
    output = Tensor(name=IN_DISTRIBUTION, role="in_distribution", shape=(None,))
    threshold = {"gate_threshold": figures["threshold"]}
    return card.model_copy(
        update={
            "outputs": (*card.outputs, output),
            "eligibility": card.eligibility.model_copy(update=threshold),
            "evaluations": (*card.evaluations, *_evaluations(figures)),
            "known_limits": (*(text for text in card.known_limits if text != NOT_GATED), limit),
        }
    )


def _has_gate(run: RunFolder) -> bool:
    return (run.path / GATE_FILE).is_file()


def _evaluations(figures: Mapping[str, Any]) -> tuple[Evaluation, ...]:
    lost = [
        Evaluation(
            data_set="Gate: frontal chest images, hold-out",
            subgroup=name,
            n=share["n"],
            metrics={"lost": _estimate(share)},
        )
        for name, share in figures["lost_chests"].items()
    ]
    refused = [
        Evaluation(
            data_set="Gate: no frontal chest image",
            subgroup=kind,
            n=share["n"],
            metrics={
                "refused": _estimate(share),
                "refused_unfitted": _estimate(share["unfitted"]),
            },
        )
        for kind, share in figures["refused_other"].items()
    ]
    return (*lost, *refused)


def _read_figures(run: RunFolder) -> dict[str, Any]:
    path = run.path / FIGURES_FILE
    try:
        figures: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ExportError(
            f"{path}: cannot be read ({error}); fit the gate again with 'triage-train gate'. "
            "Nothing was written."
        ) from error
    return figures


def _estimate(share: Mapping[str, Any]) -> Estimate:
    return Estimate(value=share["value"], low=share["low"], high=share["high"])
