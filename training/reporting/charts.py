"""The charts of a report, as SVG that stands in the page and takes its colours from it."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from training.evaluation.metrics import CALIBRATION_BINS
from training.evaluation.plots import wilson_interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from training.reporting.evaluated import Evaluated

__all__ = [
    "chart_altered",
    "chart_confusion",
    "chart_precision_recall",
    "chart_reliability",
    "chart_roc",
    "chart_scores",
    "chart_subgroups",
    "chart_training",
]

_INK: Final = "#010203"
"""Stands for the page's own text colour, which takes its place in the SVG."""
_SERIES: Final = ("#3b82c4", "#d9822b", "#8a63d2", "#2a9d8f", "#c2456b", "#7a8793")
"""Readable on white and on near black, and apart for the common kinds of colour blindness."""
_PALE: Final = "#8b97a5"
_ACCENT: Final = "#d64550"

_STYLE: Final[Any] = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 10,
    "text.color": _INK,
    "axes.edgecolor": _PALE,
    "axes.labelcolor": _INK,
    "axes.titlesize": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "axes.grid": True,
    "grid.color": _PALE,
    "grid.alpha": 0.25,
    "grid.linewidth": 0.6,
}


class _Chart:
    """One figure with one pair of axes, drawn in the report's style."""

    def __init__(self, name: str, title: str, size: tuple[float, float] = (5.2, 4.4)) -> None:
        self._name, self._title = name, title
        self._style = _STYLE | {"svg.hashsalt": name}
        with mpl.rc_context(self._style):
            self._figure = Figure(figsize=size, layout="constrained")
            self.axes: Axes = self._figure.subplots()

    def svg(self) -> str:
        """Give the SVG element, its identifiers apart from those of other charts."""
        file = io.StringIO()
        with mpl.rc_context(self._style):
            self._figure.patch.set_alpha(0.0)
            self.axes.patch.set_alpha(0.0)
            canvas: Any = FigureCanvasSVG(self._figure)
            canvas.print_svg(file, metadata={"Date": None, "Creator": None})
        text = file.getvalue()
        text = text[text.index("<svg") :]
        text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
        text = re.sub(r'\bid="', f'id="{self._name}-', text)
        text = re.sub(r'href="#', f'href="#{self._name}-', text)
        text = re.sub(r"url\(#", f"url(#{self._name}-", text)
        text = text.replace(_INK, "currentColor")
        opening = f'<svg role="img" aria-label="{self._title}" '
        return text.replace("<svg ", opening, 1)


def chart_roc(shown: Sequence[tuple[str, Evaluated]]) -> str:
    """Draw the ROC curves, the first with its operating point."""
    with mpl.rc_context(_STYLE):
        chart = _Chart("roc", "Receiver operating characteristic")
        axes = chart.axes
        axes.plot([0, 1], [0, 1], color=_PALE, linestyle=":", linewidth=1)
        for index, (label, evaluated) in enumerate(shown):
            false_alarms, hits = _roc(evaluated.probability, evaluated.is_pneumonia)
            colour = _SERIES[index % len(_SERIES)]
            axes.plot(
                false_alarms,
                hits,
                color=colour,
                linewidth=2 if index == 0 else 1.3,
                label=f"{label}: {_interval_text(evaluated.metrics['auc'])}",
                zorder=10 - index,
            )
        main = shown[0][1]
        axes.plot(
            np.mean(main.is_flagged[~main.is_pneumonia]),
            np.mean(main.is_flagged[main.is_pneumonia]),
            "o",
            color=_ACCENT,
            zorder=20,
            label="operating point",
        )
        axes.set(xlabel="1 - specificity", ylabel="sensitivity")
        axes.legend(loc="lower right")
        return chart.svg()


def chart_precision_recall(shown: Sequence[tuple[str, Evaluated]]) -> str:
    """Draw precision against sensitivity; the dotted line is what flagging at random gives."""
    with mpl.rc_context(_STYLE):
        chart = _Chart("pr", "Precision and recall")
        axes = chart.axes
        share = float(np.mean(shown[0][1].is_pneumonia))
        axes.axhline(share, color=_PALE, linestyle=":", linewidth=1)
        for index, (label, evaluated) in enumerate(shown):
            order = np.argsort(-evaluated.probability, kind="stable")
            hits = np.cumsum(evaluated.is_pneumonia[order])
            last = np.append(np.diff(evaluated.probability[order]) != 0, True)
            precision = (hits / np.arange(1, len(order) + 1))[last]
            recall = (hits / hits[-1])[last]
            axes.plot(
                np.r_[0, recall],
                np.r_[precision[:1], precision],
                color=_SERIES[index % len(_SERIES)],
                linewidth=2 if index == 0 else 1.3,
                label=label,
                zorder=10 - index,
            )
        axes.set(xlabel="sensitivity (recall)", ylabel="precision", ylim=(0, 1.03))
        axes.legend(loc="lower left")
        return chart.svg()


def chart_reliability(evaluated: Evaluated) -> str:
    """Draw the observed share against the mean probability of each bin, with 95 % intervals."""
    probability, is_pneumonia = evaluated.probability, evaluated.is_pneumonia
    with mpl.rc_context(_STYLE):
        chart = _Chart("reliability", "Reliability")
        axes = chart.axes
        axes.plot([0, 1], [0, 1], color=_PALE, linestyle=":", linewidth=1)
        bins = np.minimum((probability * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
        for index in np.unique(bins):
            chosen = bins == index
            count = int(np.sum(chosen))
            predicted = float(probability[chosen].mean())
            observed = float(is_pneumonia[chosen].mean())
            axes.plot([predicted] * 2, wilson_interval(observed, count), color=_SERIES[0])
            axes.plot(predicted, observed, "o", color=_SERIES[0])
            axes.annotate(
                str(count), (predicted, observed), (5, -11), textcoords="offset points", fontsize=8
            )
        axes.set(
            xlabel="predicted probability (mean of the bin)",
            ylabel="share with pneumonia, 95 % interval",
        )
        return chart.svg()


def chart_scores(evaluated: Evaluated, threshold: float | None) -> str:
    """Draw how the scores of both labels are spread."""
    with mpl.rc_context(_STYLE):
        chart = _Chart("scores", "Scores by label")
        axes, edges = chart.axes, list(np.linspace(0, 1, 41))
        for mask, colour, label in (
            (~evaluated.is_pneumonia, _SERIES[0], "NORMAL"),
            (evaluated.is_pneumonia, _SERIES[1], "PNEUMONIA"),
        ):
            axes.hist(evaluated.probability[mask], edges, color=colour, alpha=0.65, label=label)
        if threshold is not None:
            label = f"threshold {threshold:.3f}"
            axes.axvline(threshold, color=_ACCENT, linestyle="--", label=label)
        axes.set_yscale("symlog")
        axes.set(xlabel="predicted probability", ylabel="images", ylim=(0, None))
        axes.legend(loc="upper center")
        return chart.svg()


def chart_confusion(counts: dict[str, int]) -> str:
    """Draw the four counts at the operating point."""
    table = np.array(
        [
            [counts["true_positive"], counts["false_negative"]],
            [counts["false_positive"], counts["true_negative"]],
        ]
    )
    shares = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    with mpl.rc_context(_STYLE):
        chart = _Chart("confusion", "Images by label and flag", (4.4, 3.6))
        axes = chart.axes
        axes.grid(visible=False)
        for row in range(2):
            for column in range(2):
                axes.add_patch(
                    mpl.patches.Rectangle(
                        (column - 0.48, row - 0.48), 0.96, 0.96,
                        color=_SERIES[0], alpha=0.08 + 0.5 * float(shares[row, column]),
                    )
                )  # fmt: skip
                axes.text(
                    column, row, f"{table[row, column]}\n{shares[row, column]:.1%}",
                    ha="center", va="center", fontsize=13,
                )  # fmt: skip
        axes.set(xlim=(-0.5, 1.5), ylim=(1.5, -0.5))
        axes.set_xticks([0, 1], ["flagged", "not flagged"])
        axes.set_yticks([0, 1], ["PNEUMONIA", "NORMAL"])
        for spine in axes.spines.values():
            spine.set_visible(False)
        axes.tick_params(length=0)
        return chart.svg()


def chart_subgroups(rows: Sequence[tuple[str, dict[str, Any]]], whole: dict[str, Any]) -> str:
    """Draw the area under the ROC curve of each subgroup with its interval (a forest)."""
    return _forest("subgroups", "Area under the ROC curve by subgroup", rows, whole)


def chart_altered(rows: Sequence[tuple[str, dict[str, Any]]], whole: dict[str, Any]) -> str:
    """Draw the area under the ROC curve on images altered in each way."""
    return _forest("altered", "Area under the ROC curve on altered images", rows, whole)


def chart_training(history: Sequence[tuple[str, float]]) -> str:
    """Draw the validation loss over the epochs of each stage."""
    with mpl.rc_context(_STYLE):
        chart = _Chart("training", "Validation loss", (7.2, 2.8))
        axes = chart.axes
        for index, stage in enumerate(dict.fromkeys(stage for stage, _ in history)):
            places = [number for number, (of, _) in enumerate(history, 1) if of == stage]
            values = [history[number - 1][1] for number in places]
            axes.plot(places, values, "o-", markersize=3, label=stage, color=_SERIES[index % 6])
        axes.set(xlabel="epoch", ylabel="validation loss")
        axes.legend()
        return chart.svg()


def _forest(
    name: str, title: str, rows: Sequence[tuple[str, dict[str, Any]]], whole: dict[str, Any]
) -> str:
    with mpl.rc_context(_STYLE):
        chart = _Chart(name, title, (7.2, 1.0 + 0.3 * max(len(rows), 2)))
        axes = chart.axes
        if whole["low"] is not None:
            axes.axvspan(whole["low"], whole["high"], color=_SERIES[0], alpha=0.12, linewidth=0)
        if whole["value"] is not None:
            axes.axvline(whole["value"], color=_SERIES[0], linewidth=1)
        for place, (_, figure) in enumerate(rows):
            if figure["value"] is None:
                continue
            if figure["low"] is not None:
                axes.plot([figure["low"], figure["high"]], [place] * 2, color=_SERIES[0])
            axes.plot(figure["value"], place, "s", color=_SERIES[0], markersize=5)
        axes.set_yticks(range(len(rows)), [label for label, _ in rows])
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.set_xlabel("area under the ROC curve, 95 % interval by patient")
        return chart.svg()


def _roc(
    probability: NDArray[np.float64], is_pneumonia: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    order = np.argsort(-probability, kind="stable")
    # of equal scores only the last counts: they are flagged together
    last = np.append(np.diff(probability[order]) != 0, True)
    hits = np.cumsum(is_pneumonia[order])[last] / np.sum(is_pneumonia)
    false_alarms = np.cumsum(~is_pneumonia[order])[last] / np.sum(~is_pneumonia)
    return np.r_[0, false_alarms], np.r_[0, hits]


def _interval_text(figure: dict[str, Any]) -> str:
    if figure["value"] is None:
        return "not defined"
    if figure["low"] is None:
        return f"{figure['value']:.3f}"
    return f"{figure['value']:.3f} ({figure['low']:.3f} to {figure['high']:.3f})"
