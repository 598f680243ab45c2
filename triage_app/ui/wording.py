"""The words that readers see: "flagged", "not flagged", "not processed"; a model clears nobody."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QTime

from triage_app.errors import FailureReason
from triage_app.imaging.eligibility import ExclusionReason, Notice, NoticeKind
from triage_app.imaging.instance import PatientFacts, StudyFacts
from triage_app.inference.card import Estimate
from triage_app.triage.outcome import Excluded, Failed, Outcome, Scored
from triage_app.triage.priority import PriorityRule, Standing, Tier
from triage_app.triage.study import StudyState
from triage_app.ui.translation import QT_TRANSLATE_NOOP
from triage_app.worklist.records import ReadingStatus, StudyRow

__all__ = [
    "age_and_sex",
    "age_text",
    "count_text",
    "date_and_time",
    "decimal_text",
    "estimate_text",
    "moment_text",
    "notice_text",
    "operating_points_text",
    "outcome_text",
    "priority_text",
    "priority_word",
    "probability_text",
    "reading_status_text",
    "reason_text",
    "reasons_text",
    "standing_of",
    "state_text",
    "study_title",
    "wait_text",
    "waited_seconds",
]

_NOTICES = {
    NoticeKind.AGE_OUTSIDE_TRAINING: QT_TRANSLATE_NOOP(
        "Wording", "The model was trained on patients of another age."
    ),
    NoticeKind.AGE_UNKNOWN: QT_TRANSLATE_NOOP(
        "Wording", "Age not stated; the model was trained on certain ages only."
    ),
    NoticeKind.VIEW_UNKNOWN: QT_TRANSLATE_NOOP("Wording", "View not stated; read as frontal."),
    NoticeKind.BODY_PART_UNKNOWN: QT_TRANSLATE_NOOP(
        "Wording", "Body part not stated; read as a chest."
    ),
    NoticeKind.HEAT_OUTSIDE_CHEST: QT_TRANSLATE_NOOP(
        "Wording", "Most of the heat lies outside the chest: do not trust this heatmap."
    ),
}
_LOWEST_SHOWN = 0.01
_HIGHEST_SHOWN = 0.99
_MONTHS_UNTIL_YEARS = 24
_DAYS_UNTIL_MONTHS = 60
_DAYS_IN_YEAR = 365.25


def _tr(text: str) -> str:
    return QCoreApplication.translate("Wording", text)


def state_text(state: StudyState) -> str:
    """Say what the model says of a study."""
    return {
        StudyState.FLAGGED: _tr("flagged"),
        StudyState.NOT_FLAGGED: _tr("not flagged"),
        StudyState.NOT_PROCESSED: _tr("not processed"),
        StudyState.PENDING: _tr("waiting"),
    }[state]


def reading_status_text(status: ReadingStatus) -> str:
    """Say how far a person has come with a study."""
    return {
        ReadingStatus.UNREAD: _tr("unread"),
        ReadingStatus.IN_PROGRESS: _tr("in progress"),
        ReadingStatus.REVIEWED: _tr("reviewed"),
        ReadingStatus.DICTATED: _tr("dictated"),
        ReadingStatus.VALIDATED: _tr("validated"),
        ReadingStatus.CANCELLED: _tr("cancelled"),
    }[status]


def reason_text(reason: str) -> str:
    """Put an exclusion's or a failure's reason into words; an unknown one stands as it is."""
    texts: dict[str, str] = {
        ExclusionReason.NOT_DICOM: _tr("not a DICOM file"),
        ExclusionReason.NO_PIXELS: _tr("holds no image"),
        ExclusionReason.SOP_CLASS: _tr("not a radiograph (SOP class)"),
        ExclusionReason.MODALITY: _tr("other modality"),
        ExclusionReason.BODY_PART: _tr("other body part"),
        ExclusionReason.VIEW_POSITION: _tr("not a frontal view"),
        ExclusionReason.AGE: _tr("age outside the model's range"),
        ExclusionReason.AGE_MISSING: _tr("age not known"),
        ExclusionReason.MATRIX_TOO_SMALL: _tr("image too small"),
        ExclusionReason.MULTI_FRAME: _tr("several frames"),
        ExclusionReason.PHOTOMETRIC: _tr("not a grey image"),
        ExclusionReason.NOT_CHEST: _tr("does not look like a chest"),
        ExclusionReason.DUPLICATE: _tr("duplicate"),
        FailureReason.UNREADABLE: _tr("unreadable"),
        FailureReason.TRUNCATED: _tr("file cut short"),
        FailureReason.DECODER: _tr("cannot be decoded"),
        FailureReason.PIXEL_DATA: _tr("faulty pixel data"),
        FailureReason.MODEL: _tr("the model failed"),
        FailureReason.MEMORY: _tr("too large for memory"),
        FailureReason.TIMEOUT: _tr("took too long"),
    }
    return texts.get(reason, reason)


def reasons_text(reasons: tuple[str, ...]) -> str:
    """Put the reasons of a study into one line; "decoder x 3" becomes "cannot be decoded (3)"."""
    parts = []
    for entry in reasons:
        reason, _, count = entry.partition(" x ")
        parts.append(f"{reason_text(reason)} ({count})" if count else reason_text(reason))
    return "; ".join(parts)


def outcome_text(outcome: Outcome | None) -> tuple[str, str]:
    """Say how one image ended: in a few words, and in full.

    Returns
    -------
    tuple of str
        such as ("not processed", "other body part: (0018,0015) Body Part Examined is HAND; ...")
    """
    match outcome:
        case Scored():
            word = _tr("flagged") if outcome.is_flagged else _tr("not flagged")
            return word, " ".join(map(notice_text, outcome.notices))
        case Excluded(exclusion):
            detail = exclusion.detail
            text = reason_text(exclusion.reason)
            return _tr("not processed"), f"{text}: {detail}" if detail else text
        case Failed(reason, detail):
            text = reason_text(reason)
            return _tr("failed"), f"{text}: {detail}" if detail else text
        case None:
            return _tr("waiting"), ""


def notice_text(notice: Notice) -> str:
    """Give a caution's own sentence, or where that is another language, what it amounts to."""
    general = _NOTICES.get(notice.kind, "")
    translated = _tr(general) if general else ""
    return notice.sentence if translated == general else translated


def probability_text(probability: float | None) -> str:
    """Write a probability with two digits.

    Cut off and not rounded, so that none below a threshold looks as high as it. The ends are
    written as "<0.01" and ">0.99": a certainty is not what a model has.
    """
    if probability is None or math.isnan(probability):
        return ""
    if probability < _LOWEST_SHOWN:
        return f"<{decimal_text(_LOWEST_SHOWN)}"
    if probability > _HIGHEST_SHOWN:
        return f">{decimal_text(_HIGHEST_SHOWN)}"
    return decimal_text(math.floor(probability * 100 + 1e-9) / 100)


def operating_points_text(thresholds: Mapping[str, float]) -> str:
    """Name operating points, each with the score from which it flags."""
    return "; ".join(
        _tr("{}, flagged from {}").format(title, probability_text(threshold))
        for title, threshold in thresholds.items()
    )


def decimal_text(number: float, digits: int = 2) -> str:
    """Write a measured number with so many digits behind the reader's decimal mark, ungrouped.

    A mark between thousands could be taken for a decimal one by whoever reads in two languages.
    """
    locale = QLocale()
    locale.setNumberOptions(QLocale.NumberOption.OmitGroupSeparator)
    return locale.toString(float(number), "f", digits)


def estimate_text(estimate: Estimate, digits: int = 2) -> str:
    """Write a figure with its interval, where it has one."""
    text = decimal_text(estimate.value, digits)
    if estimate.low is None or estimate.high is None:
        return text
    return f"{text} [{decimal_text(estimate.low, digits)}-{decimal_text(estimate.high, digits)}]"


def count_text(number: int) -> str:
    """Write a count, grouped as the reader's language does."""
    return QLocale().toString(number)


def age_text(years: float | None) -> str:
    """Write an age as radiology does: days, then months, then years."""
    if years is None:
        return ""
    days = round(years * _DAYS_IN_YEAR)
    if days < _DAYS_UNTIL_MONTHS:
        return _tr("{} d").format(days)
    months = math.floor(years * 12 + 1e-6)
    if months < _MONTHS_UNTIL_YEARS:
        return _tr("{} m").format(months)
    return _tr("{} y").format(math.floor(years + 1e-6))


def age_and_sex(patient: PatientFacts) -> str:
    """Write age and sex in one cell, as "4 y F"."""
    return " ".join(part for part in (age_text(patient.age_years), patient.sex) if part)


def date_and_time(day: date | None, clock: time | None) -> str:
    """Write a date and a time in the reader's language, the year always whole.

    English is of several countries that put day and month in different places: it gets the form of
    ISO 8601, which cannot be misread.
    """
    if day is None:
        return ""
    locale = QLocale()
    if locale.language() in (QLocale.Language.C, QLocale.Language.English):
        text = day.isoformat()
    else:
        form = locale.dateFormat(QLocale.FormatType.ShortFormat)
        form = form if "yyyy" in form else form.replace("yy", "yyyy")
        text = locale.toString(QDate(day.year, day.month, day.day), form)
    if clock is None:
        return text
    return f"{text} {locale.toString(QTime(clock.hour, clock.minute), 'HH:mm')}"


def moment_text(moment: datetime) -> str:
    """Write a moment by the clock on the reader's wall."""
    here = moment.astimezone()
    return date_and_time(here.date(), here.time())


def waited_seconds(row: StudyRow, now: datetime) -> float:
    """Give how long a study has waited, by the department's clock; 0 where that is not known."""
    if row.waiting_since is None:
        return 0.0
    return (now.astimezone().replace(tzinfo=None) - row.waiting_since).total_seconds()


def wait_text(seconds: float) -> str:
    """Write a wait in its two largest units; a study of the future has not waited."""
    wait = timedelta(seconds=max(seconds, 0.0))
    hours, minutes = divmod(wait.seconds // 60, 60)
    if wait.days:
        return _tr("{} d {} h").format(count_text(wait.days), hours)
    if hours:
        return _tr("{} h {} min").format(hours, minutes)
    return _tr("{} min").format(minutes)


def standing_of(row: StudyRow, rule: PriorityRule, now: datetime) -> Standing:
    """Say whether a row has risen above its tier, and by what."""
    return rule.standing(
        waited_seconds(row, now),
        row.study.requested_priority,
        is_open=row.reading_status.is_open,
    )


def priority_word(row: StudyRow, rule: PriorityRule, now: datetime) -> str:
    """Write a row's priority in a cell: what it has risen by, else the number of its tier."""
    return {
        Standing.URGENT: row.study.requested_priority,
        Standing.OVERDUE: _tr("overdue"),
        Standing.IN_ITS_TIER: str(int(row.tier) + 1),
    }[standing_of(row, rule, now)]


def priority_text(row: StudyRow, rule: PriorityRule, now: datetime) -> str:
    """Explain why a row stands where it stands when the list is in order of priority."""
    since = date_and_time(row.study.study_date, row.study.study_time) or _tr(
        "{} (received)"
    ).format(moment_text(row.received))
    standing = standing_of(row, rule, now)
    if standing is Standing.URGENT:
        if row.priority_source:
            return _tr(
                "Requested as {} by the worklist of {}: stands before all others. Oldest first; "
                "of {}."
            ).format(row.study.requested_priority, row.priority_source, since)
        return _tr("Requested as {}: stands before all others. Oldest first; of {}.").format(
            row.study.requested_priority, since
        )
    if standing is Standing.OVERDUE:
        return _tr(
            "Has waited {}, the limit is {}: stands before all that have not, whatever the "
            "result. Oldest first; of {}."
        ).format(wait_text(waited_seconds(row, now)), wait_text(rule.maximum_wait_seconds), since)
    reason = {
        Tier.FLAGGED: _tr("Flagged: stands before all others."),
        Tier.UNKNOWN: _tr("An image failed or still waits: stands after the flagged."),
        Tier.NOT_FLAGGED: _tr("Not flagged: stands after flagged and failed studies."),
        Tier.NOT_A_CASE: _tr("No image for this model: stands last."),
    }[row.tier]
    return f"{reason} {_tr('Oldest first; this one is of {}.').format(since)}"


def study_title(study: StudyFacts) -> str:
    """Name a study by its description, else by its series' description."""
    return study.study_description or study.series_description
