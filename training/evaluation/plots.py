"""The plots of an evaluation, as PNG files; no screen is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from training.evaluation.metrics import CALIBRATION_BINS

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from training.evaluation.metrics import Confusion, Interval

__all__ = ["plot_confusion", "plot_reliability", "plot_roc", "plot_scores", "wilson_interval"]

_INK = "#1f4e79"
_PALE = "#9aa7b5"
_ACCENT = "#c0504d"


def plot_roc(
    path: Path,
    probability: NDArray[np.float64],
    is_pneumonia: NDArray[np.bool_],
    *,
    auc: Interval,
    threshold: float | None,
) -> None:
    """Draw sensitivity against false alarms, with the operating point; None for several."""
    axes = _axes("Receiver operating characteristic")
    order = np.argsort(-probability, kind="stable")
    ill = np.cumsum(is_pneumonia[order]) / np.sum(is_pneumonia)
    well = np.cumsum(~is_pneumonia[order]) / np.sum(~is_pneumonia)
    # of equal scores only the last counts: they are flagged together
    last = np.append(np.diff(probability[order]) != 0, True)
    axes.plot([0, 1], [0, 1], color=_PALE, linestyle=":", linewidth=1)
    axes.plot(np.r_[0, well[last]], np.r_[0, ill[last]], color=_INK, label=_auc_text(auc))
    if threshold is not None:
        flagged = probability >= threshold
        axes.plot(
            np.mean(flagged[~is_pneumonia]),
            np.mean(flagged[is_pneumonia]),
            "o",
            color=_ACCENT,
            label=f"operating point, threshold {threshold:.3f}",
        )
    axes.set_xlabel("1 - specificity")
    axes.set_ylabel("sensitivity")
    axes.legend(loc="lower right")
    _save(axes, path)


def plot_reliability(
    path: Path, probability: NDArray[np.float64], is_pneumonia: NDArray[np.bool_], *, ece: Interval
) -> None:
    """Draw the observed share of pneumonia against the predicted probability, by bin."""
    axes = _axes("Reliability")
    axes.plot([0, 1], [0, 1], color=_PALE, linestyle=":", linewidth=1)
    bins = np.minimum((probability * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    for index in range(CALIBRATION_BINS):
        chosen = bins == index
        count = int(np.sum(chosen))
        if not count:
            continue
        predicted, observed = probability[chosen].mean(), is_pneumonia[chosen].mean()
        low, high = wilson_interval(observed, count)
        axes.plot([predicted, predicted], [low, high], color=_INK, linewidth=1)
        axes.plot(predicted, observed, "o", color=_INK)
        axes.annotate(str(count), (predicted, observed), (4, -10), textcoords="offset points")
    axes.set_xlabel("predicted probability of pneumonia (mean of the bin)")
    axes.set_ylabel("share with pneumonia, 95 % interval")
    axes.text(0.03, 0.93, f"expected calibration error {_interval_text(ece)}")
    _save(axes, path)


def plot_confusion(path: Path, confusion: Confusion) -> None:
    """Draw the four counts."""
    axes = _axes("Images by label and flag")
    counts = np.array(
        [
            [confusion.true_positive, confusion.false_negative],
            [confusion.false_positive, confusion.true_negative],
        ]
    )
    shares = counts / counts.sum(axis=1, keepdims=True)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1.4)
    for row in range(2):
        for column in range(2):
            axes.text(
                column,
                row,
                f"{counts[row, column]}\n{shares[row, column]:.1%}",
                ha="center",
                va="center",
            )
    axes.set_xticks([0, 1], ["flagged", "not flagged"])
    axes.set_yticks([0, 1], ["PNEUMONIA", "NORMAL"])
    axes.set_ylabel("label of the data set")
    _save(axes, path)


def plot_scores(
    path: Path,
    probability: NDArray[np.float64],
    is_pneumonia: NDArray[np.bool_],
    *,
    threshold: float | None,
) -> None:
    """Draw how the scores of both labels are spread; no threshold where there are several."""
    axes = _axes("Scores")
    edges = np.linspace(0, 1, 41)
    for chosen, colour, label in (
        (~is_pneumonia, _PALE, "NORMAL"),
        (is_pneumonia, _INK, "PNEUMONIA"),
    ):
        axes.hist(probability[chosen], list(edges), color=colour, alpha=0.7, label=label)
    if threshold is not None:
        axes.axvline(threshold, color=_ACCENT, linestyle="--", label=f"threshold {threshold:.3f}")
    axes.set_yscale("symlog")
    axes.set_ylim(bottom=0)
    axes.set_xlabel("predicted probability of pneumonia")
    axes.set_ylabel("images")
    axes.legend(loc="upper center")
    _save(axes, path)


def _axes(title: str) -> Axes:
    axes: Axes = Figure(figsize=(5.5, 5.0), layout="constrained").subplots()
    axes.set_title(title)
    return axes


def _save(axes: Axes, path: Path) -> None:
    # the canvas is given to the figure, so that no window system is asked for one
    FigureCanvasAgg(cast("Figure", axes.figure)).print_figure(path, dpi=120)


def wilson_interval(share: float, count: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson, J Am Stat Assoc 1927)."""
    z = 1.96
    centre = (share + z**2 / (2 * count)) / (1 + z**2 / count)
    half = z * np.sqrt(share * (1 - share) / count + z**2 / (4 * count**2)) / (1 + z**2 / count)
    return float(centre - half), float(centre + half)


def _auc_text(auc: Interval) -> str:
    return f"AUC {_interval_text(auc)}"


def _interval_text(interval: Interval) -> str:
    if interval.value is None:
        return "not defined"
    if interval.low is None or interval.high is None:
        return f"{interval.value:.3f}"
    return f"{interval.value:.3f} ({interval.low:.3f} to {interval.high:.3f})"
