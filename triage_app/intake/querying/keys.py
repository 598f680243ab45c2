"""What is searched for, whatever the way of asking."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from fnmatch import translate

from pydantic import BaseModel, ConfigDict, Field, field_validator

__all__ = [
    "InstanceMatch",
    "Method",
    "PollingRule",
    "QueryKeys",
    "SeriesMatch",
    "StudyMatch",
    "date_range",
    "keep_matching",
]

_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})", re.ASCII)
_DAYS = {"today": 0, "yesterday": 1}


class QueryKeys(BaseModel):
    """Matching keys (PS3.4 C.2.2.2); what is empty matches all.

    Attributes
    ----------
    patient_name, patient_id, accession_number, study_description : with the wildcards * and ?
    study_instance_uid : one study
    date : "today", "yesterday", a day as 2026-03-01 or 20260301, or two of them as "FROM..TO",
        either of which may be left out
    modalities : any of them
    body_part : (0018,0015) of a series; one that does not state it matches
    series_description : with the wildcards * and ?
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    patient_name: str = ""
    patient_id: str = ""
    accession_number: str = ""
    study_description: str = ""
    study_instance_uid: str = ""
    date: str = ""
    modalities: tuple[str, ...] = ()
    body_part: str = ""
    series_description: str = ""

    @field_validator("date")
    @classmethod
    def _readable(cls, value: str) -> str:
        date_range(value, date(2000, 1, 1))
        return value

    @property
    def needs_series(self) -> bool:
        """Whether a key belongs to the series."""
        return bool(self.body_part or self.series_description or self.modalities)


class Method(StrEnum):
    """How studies come."""

    GET = "get"
    MOVE = "move"
    WEB = "web"


class PollingRule(BaseModel):
    """What is fetched again and again from a peer; stands in the settings under its name.

    Attributes
    ----------
    name, peer : its own, and that of the entry in `peers` that is asked
    keys : what is fetched
    every_seconds : from the end of one round to the begin of the next, while a receiver or a window
        runs; None follows the rule only where `triage-app query --rule` asks for it
    method : by which it is fetched
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    peer: str = Field(min_length=1)
    keys: QueryKeys
    every_seconds: float | None = Field(default=None, ge=1, allow_inf_nan=False)
    method: Method = Method.GET


@dataclass(frozen=True, slots=True)
class SeriesMatch:
    """One series that was found; what the peer did not say is empty, or None.

    Attributes
    ----------
    sop_instance_uids : of those that are to be fetched; None means the whole series
    """

    series_instance_uid: str
    modality: str = ""
    body_part: str = ""
    description: str = field(default="", repr=False)
    instances: int | None = None
    sop_instance_uids: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class InstanceMatch:
    """One instance that was found; what the peer did not say is empty."""

    sop_instance_uid: str
    sop_class_uid: str = ""


@dataclass(frozen=True, slots=True)
class StudyMatch:
    """One study that was found; what the peer did not say is empty, or None.

    Attributes
    ----------
    study_date : as YYYYMMDD
    series : those that match, where series were asked for; None means the whole study
    """

    study_instance_uid: str
    patient_name: str = field(default="", repr=False)
    patient_id: str = field(default="", repr=False)
    accession_number: str = field(default="", repr=False)
    study_date: str = field(default="", repr=False)
    study_time: str = field(default="", repr=False)
    modalities: tuple[str, ...] = ()
    description: str = field(default="", repr=False)
    instances: int | None = None
    series: tuple[SeriesMatch, ...] | None = None


def date_range(text: str, today: date) -> str:
    """Turn a date key into DICOM's range matching (PS3.4 C.2.2.2.5).

    Raises
    ------
    ValueError
        where it is no date
    """
    if not text:
        return ""
    first, separator, last = text.partition("..")
    begin, end = _day(first.strip(), today), _day(last.strip(), today)
    if not separator:
        return begin
    if not begin and not end:
        raise ValueError("expected a day on at least one side of '..'")
    if begin and end and begin > end:
        raise ValueError(f"expected the earlier day first, received {text!r}")
    return f"{begin}-{end}"


def _day(text: str, today: date) -> str:
    if not text:
        return ""
    if text in _DAYS:
        return f"{today - timedelta(days=_DAYS[text]):%Y%m%d}"
    match = _DAY.fullmatch(text)
    try:
        year, month, day = match.groups() if match else ("0", "0", "0")
        return f"{date(int(year), int(month), int(day)):%Y%m%d}"
    except ValueError:
        raise ValueError(
            f"expected today, yesterday or a day as 2026-03-01, received {text!r}"
        ) from None


def keep_matching(
    study: StudyMatch, series: Iterable[SeriesMatch], keys: QueryKeys
) -> StudyMatch | None:
    """Give the study with those of its series that match; None where none does.

    Peers may ignore keys that they do not support, so the keys are applied here once more; what a
    series does not state is no reason to leave it out.
    """
    wanted = {modality.upper() for modality in keys.modalities}
    matching = tuple(
        each
        for each in series
        if (not wanted or not each.modality or each.modality.upper() in wanted)
        and _matches(each.body_part, keys.body_part)
        and _matches(each.description, keys.series_description)
    )
    return replace(study, series=matching) if matching else None


def _matches(value: str, key: str) -> bool:
    if not key or not value:
        return True
    return re.match(translate(key.upper()), value.upper()) is not None
