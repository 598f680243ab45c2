"""The report as one HTML page that needs nothing but itself."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from training.data.case import Part
from training.reporting import charts
from training.reporting.claim import CLAIM
from training.reporting.thumbnails import choose_cases
from training.reporting.tripod import TRIPOD
from training.run_folder import tool_versions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from training.reporting.checklist import Answer, Item
    from training.reporting.evaluated import Evaluated
    from training.reporting.facts import ReportFacts

__all__ = ["figure_text", "make_environment", "render_report"]

_NAMES: Final = {
    "auc": "Area under the ROC curve",
    "accuracy": "Accuracy",
    "sensitivity": "Sensitivity",
    "specificity": "Specificity",
    "precision": "Precision",
    "f1": "F1",
    "ece": "Expected calibration error",
    "brier": "Brier score",
    "pointing_game": "Pointing game",
    "energy_in_box": "Energy in the box",
    "heat_outside_chest": "Share of heat outside the chest",
}


@dataclass(frozen=True, slots=True)
class _Section:
    """A table of figures: one row for a name, one column for each figure."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, dict[str, Any]], ...]


def render_report(facts: ReportFacts, *, with_images: bool = False) -> str:
    """Write the page.

    Parameters
    ----------
    facts : of the run
    with_images : show thumbnails of the best and worst cases; they are anonymous, but images

    Returns
    -------
    HTML with style and charts inside; no name of a patient, no path and no link to elsewhere
    """
    holdout = facts.holdout.metrics
    named = [("this model", facts.holdout)]
    named += [(one.evaluated.model, one.evaluated) for one in facts.compared]
    altered = tuple(holdout.get("altered", {}).items())
    subgroups = tuple(holdout.get("subgroups", {}).items())
    populations = tuple(holdout.get("populations", {}).items())
    answers = {
        "TRIPOD+AI": [(item, item.answer(facts)) for item in TRIPOD],
        "CLAIM 2024": [(item, item.answer(facts)) for item in CLAIM],
    }
    return (
        make_environment()
        .get_template("report.html.j2")
        .render(
            facts=facts,
            card=facts.card,
            point=facts.card.default_operating_point,
            settings=facts.settings,
            recipe=_flat(facts.settings.recipe.model_dump()),
            parts=[(str(part), facts.counts(part)) for part in Part],
            figures=[(name, holdout[name]) for name in _NAMES if name in holdout],
            names=_NAMES,
            holdout=holdout,
            others=[(one.model, one.metrics) for one in facts.elsewhere],
            subgroups=_Section(("auc", "sensitivity", "specificity"), subgroups),
            altered=_Section(("auc", "sensitivity", "specificity", "ece"), altered),
            populations=_Section(("auc", "sensitivity", "specificity", "ece"), populations),
            compared=facts.compared,
            beside=_Section(
                ("auc", "sensitivity", "specificity", "ece", "brier"),
                tuple((label, one.metrics) for label, one in named),
            ),
            chart=_draw(facts, named, subgroups, altered),
            answers=answers,
            tallies={name: _tally(items) for name, items in answers.items()},
            cases=choose_cases(facts) if with_images else (),
            program_version=tool_versions(("triage-app",))["triage-app"],
        )
    )


def make_environment() -> Environment:
    """Give Jinja2's environment of the templates: escaping, and strict about what is missing."""
    environment = Environment(
        loader=PackageLoader("training.reporting"),
        autoescape=select_autoescape(["html.j2", "html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["figure"] = figure_text
    environment.filters["percent"] = lambda value: f"{value:.1%}"
    return environment


def figure_text(figure: dict[str, Any] | None, digits: int = 3) -> str:
    """Write a figure with its interval; a dash where it is not defined."""
    if figure is None or figure.get("value") is None:
        return "-"
    value = f"{figure['value']:.{digits}f}"
    if figure.get("low") is None or figure.get("high") is None:
        return value
    return f"{value} ({figure['low']:.{digits}f} to {figure['high']:.{digits}f})"


def _draw(
    facts: ReportFacts,
    named: Sequence[tuple[str, Evaluated]],
    subgroups: Sequence[tuple[str, dict[str, Any]]],
    altered: Sequence[tuple[str, dict[str, Any]]],
) -> dict[str, Markup]:
    """Draw the charts that the run has figures for."""
    metrics = facts.holdout.metrics
    drawn = {
        "roc": charts.chart_roc(named),
        "pr": charts.chart_precision_recall(named),
        "reliability": charts.chart_reliability(facts.holdout),
        "scores": charts.chart_scores(facts.holdout, metrics.get("threshold")),
        "confusion": charts.chart_confusion(metrics["confusion_matrix"]),
    }
    if subgroups:
        rows = [(f"{name} (n = {part['n']})", part["auc"]) for name, part in subgroups]
        drawn["subgroups"] = charts.chart_subgroups(rows, metrics["auc"])
    if altered:
        rows = [(name, part["auc"]) for name, part in altered]
        drawn["altered"] = charts.chart_altered(rows, metrics["auc"])
    if facts.history:
        drawn["training"] = charts.chart_training(facts.history)
    # made by matplotlib of numbers and of names that it has escaped
    return {name: Markup(svg) for name, svg in drawn.items()}  # noqa: S704 - see above


def _tally(items: Sequence[tuple[Item, Answer]]) -> dict[str, int]:
    counts = Counter(str(answer.standing) for _, answer in items)
    return {standing: counts[standing] for standing in ("answered", "in part", "not done")}


def _flat(settings: dict[str, Any], above: str = "") -> list[tuple[str, str]]:
    """Lay nested settings out as lines: ``augmentation.zoom``, ``0.1``."""
    lines = []
    for name, value in settings.items():
        if isinstance(value, dict):
            lines += _flat(value, f"{above}{name}.")
        else:
            lines.append((f"{above}{name}", str(value)))
    return lines
