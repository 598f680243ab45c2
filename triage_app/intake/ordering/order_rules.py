"""What is asked of a modality worklist; light to import, because the settings hold it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel, ConfigDict, Field, field_validator

from triage_app.intake.querying.keys import date_range

__all__ = ["OrderRule", "WorklistKeys"]


@dataclass(frozen=True, slots=True)
class WorklistKeys:
    """What is asked for; an empty text for all.

    Attributes
    ----------
    date : of the scheduled start, as `QueryKeys.date`: today, a day, a range
    modalities : of the scheduled procedure step; each is asked for by itself
    station_ae_title : of the modality that is to acquire
    accession_number : of one order
    """

    date: str = "today"
    modalities: tuple[str, ...] = ()
    station_ae_title: str = ""
    accession_number: str = ""


class OrderRule(BaseModel):
    """A modality worklist that is asked again and again; stands in the settings under its name.

    Attributes
    ----------
    name, peer : its own, and that of the entry in `peers` that is asked by C-FIND
    every_seconds : from the end of one round to the begin of the next
    date : of the scheduled start: today, a day, or a range as FROM..TO
    modalities : of the scheduled procedure step; each is asked for by itself
    station_ae_title : of the modality that is to acquire; any where it is empty
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    peer: str = Field(min_length=1)
    every_seconds: float = Field(default=60.0, ge=1, allow_inf_nan=False)
    date: str = "today"
    modalities: tuple[str, ...] = ("CR", "DX")
    station_ae_title: str = ""

    @field_validator("date")
    @classmethod
    def _is_date(cls, text: str) -> str:
        date_range(text, date.today())
        return text

    @property
    def keys(self) -> WorklistKeys:
        """What is asked for."""
        return WorklistKeys(self.date, self.modalities, self.station_ae_title)
