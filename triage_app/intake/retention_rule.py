"""How long received files are kept; light to import, because the settings hold it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["RetentionRule"]


class RetentionRule(BaseModel):
    """How long what came over the network is kept.

    Attributes
    ----------
    pixels_days : received files of studies that are complete, read and sent on are removed after
        that many days; None keeps them. Folders that were only scanned are never touched
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    pixels_days: float | None = Field(default=None, ge=0, allow_inf_nan=False)
