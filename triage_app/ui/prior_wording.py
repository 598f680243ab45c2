"""The words that two studies of a patient are compared in."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QCoreApplication

from triage_app.triage.study import StudyState
from triage_app.ui.wording import date_and_time, decimal_text, probability_text, state_text
from triage_app.worklist.priors import IdentityDoubt, PriorStudy
from triage_app.worklist.records import StudyRow

__all__ = ["comparison_cautions", "comparison_text", "interval_text", "prior_caption"]

_DAYS_UNTIL_MONTHS = 60
_DAYS_UNTIL_YEARS = 730
_DAYS_IN_MONTH = 30.44
_DAYS_IN_YEAR = 365.25


def _tr(text: str) -> str:
    return QCoreApplication.translate("Prior", text)


def interval_text(earlier: date | None, later: date | None) -> str:
    """Say how long before it was; empty where a date is missing."""
    if earlier is None or later is None:
        return ""
    days = (later - earlier).days
    if days < 1:
        return _tr("the same day")
    if days < _DAYS_UNTIL_MONTHS:
        return _tr("{} d before").format(days)
    if days < _DAYS_UNTIL_YEARS:
        return _tr("{} months before").format(int(days / _DAYS_IN_MONTH))
    return _tr("{} years before").format(int(days / _DAYS_IN_YEAR))


def prior_caption(prior: PriorStudy) -> str:
    """Say on the image itself that it is not the current one."""
    when = prior.row.study.study_date
    return _tr("PRIOR of {}").format(date_and_time(when, None)) if when else _tr("PRIOR")


def comparison_text(current: StudyRow, prior: PriorStudy, number: int, total: int) -> str:
    """Say which prior it is, how old, and how the scores of one model differ."""
    study = prior.row.study
    parts = [
        _tr("Prior {} of {}").format(number, total),
        date_and_time(study.study_date, study.study_time),
        interval_text(study.study_date, current.study.study_date),
        _score_text(current, prior),
    ]
    return "   ".join(part for part in parts if part)


def _score_text(current: StudyRow, prior: PriorStudy) -> str:
    now, then = current.result.probability, prior.row.result.probability
    if now is None or then is None:
        states = (prior.row.result.state, current.result.state)
        if not set(states) <= {StudyState.FLAGGED, StudyState.NOT_FLAGGED}:
            return ""
        return _tr("{} then, {} now").format(*map(state_text, states))
    text = _tr("Score {} then ({}), {} now ({})").format(
        probability_text(then),
        state_text(prior.row.result.state),
        probability_text(now),
        state_text(current.result.state),
    )
    if prior.row.result.population != current.result.population:
        return text
    sign = "-" if now < then else "+"
    return f"{text}: {sign}{decimal_text(abs(now - then))}"


def comparison_cautions(current: StudyRow, prior: PriorStudy, title: str) -> tuple[str, ...]:
    """Say what speaks against comparing: another model, no score, another patient perhaps.

    Parameters
    ----------
    title : of the model whose results are shown
    """
    cautions = [
        {
            IdentityDoubt.NAME_DIFFERS: _tr("The patient's name differs; check the identity."),
            IdentityDoubt.SEX_DIFFERS: _tr("The patient's sex differs; check the identity."),
            IdentityDoubt.BIRTH_DATE_UNKNOWN: _tr(
                "A birth date is missing; the same patient by ID only."
            ),
        }[doubt]
        for doubt in prior.doubts
    ]
    before, now = prior.row.result, current.result
    if prior.other_result is not None:
        other = prior.other_result
        words = (probability_text(other.probability), state_text(other.state))
        said = ", ".join(word for word in words if word)
        cautions.append(
            _tr(
                "The models differ: the prior was scored by {} ({}) and not by {}; "
                "the scores cannot be compared."
            ).format(other.model.title, said, title)
        )
    elif before.state is StudyState.NOT_PROCESSED:
        cautions.append(_tr("The prior was not processed."))
    elif before.state is StudyState.PENDING:
        cautions.append(_tr("The prior has no result by this model."))
    elif now.population != before.population and now.operating_point:
        cautions.append(
            _tr(
                "Read as {} then and as {} now, by different parts of the model; the scores cannot "
                "be compared."
            ).format(before.population or _tr("all ages"), now.population or _tr("all ages"))
        )
    elif now.operating_point and before.operating_point != now.operating_point:
        cautions.append(
            _tr("Flagged at different operating points: {} then, {} now.").format(
                before.operating_point, now.operating_point
            )
        )
    return tuple(cautions)
