"""The page about a model for people who use it, of its card alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from training.reporting.page import figure_text, make_environment

if TYPE_CHECKING:
    from triage_app.inference.card import Estimate, ModelCard

__all__ = ["render_people_page"]


def render_people_page(card: ModelCard) -> str:
    """Write, as Markdown, what a model is for, whom it knows, where it fails and how to read it."""
    point = card.default_operating_point
    judged = [one for one in card.evaluations if "auc" in one.metrics]
    template = make_environment().get_template("people.md.j2")
    return template.render(
        card=card,
        point=point,
        missed=_of_hundred(1.0 - point.sensitivity.value),
        alarms=_of_hundred(1.0 - point.specificity.value),
        is_calibrated=bool(card.calibration) or any(one.calibration for one in card.populations),
        subgroups=[one for one in judged if one.subgroup != "all"],
        whole=[one for one in judged if one.subgroup == "all"],
        gated=[one for one in card.evaluations if one not in judged],
        text=_text,
    )


def _text(estimate: Estimate | None) -> str:
    return figure_text(estimate.model_dump() if estimate else None)


def _of_hundred(share: float) -> str:
    """Say a share as people do: "about 3 of 100", "fewer than 1 of 100"."""
    count = round(share * 100)
    return f"about {count} of 100" if count else "fewer than 1 of 100"
