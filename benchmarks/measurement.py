"""One figure beside its baseline and its goal."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

__all__ = ["Bound", "Goal", "Measurement", "NotMeasuredError", "machine_name", "print_table"]


class NotMeasuredError(Exception):
    """The machine lacks what the measurement needs; the sentence says what."""


class Bound(StrEnum):
    """On which side of the goal a figure must lie."""

    AT_LEAST = ">="
    AT_MOST = "<="


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure should reach.

    Attributes
    ----------
    limit : the goal's number, as it stands in the JSON
    bound : on which side of it
    is_ratio : it is the ratio to the baseline that should reach it, else the value itself
    """

    limit: float
    bound: Bound
    is_ratio: bool = False


@dataclass(frozen=True, slots=True)
class Measurement:
    """One figure.

    Attributes
    ----------
    name : stable; see `benchmarks.registry`
    value : ours
    unit : of value and baseline
    baseline : the same by other means, or at another size, in the same run; None where there is
        none
    goal : None where the figure is only told
    """

    name: str
    value: float
    unit: str
    baseline: float | None = None
    goal: Goal | None = None

    @property
    def ratio(self) -> float | None:
        """Value / baseline."""
        return None if self.baseline is None else self.value / self.baseline

    @property
    def is_met(self) -> bool | None:
        """Whether the goal is reached; None where there is none."""
        if self.goal is None:
            return None
        found = self.ratio if self.goal.is_ratio else self.value
        if found is None:
            raise ValueError(f"expected a baseline for the ratio of {self.name}")
        if self.goal.bound is Bound.AT_LEAST:
            return found >= self.goal.limit
        return found <= self.goal.limit

    def to_json(self) -> dict[str, Any]:
        """Give what stands under `results` in the JSON file."""
        return {
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "baseline": self.baseline,
            "ratio": self.ratio,
            "goal": None if self.goal is None else self.goal.limit,
        }

    @staticmethod
    def from_row(row: Sequence[Any]) -> Measurement:
        """Turn what `to_row` gave back into an equal measurement."""
        name, value, unit, baseline, goal = row
        return Measurement(
            name, value, unit, baseline, goal and Goal(goal[0], Bound(goal[1]), goal[2])
        )

    def to_row(self) -> list[Any]:
        """Give a form that passes from one process to another as JSON."""
        goal = self.goal and [self.goal.limit, self.goal.bound.value, self.goal.is_ratio]
        return [self.name, self.value, self.unit, self.baseline, goal]


def machine_name() -> str:
    """Say on what was measured: processor, cores, system, Python."""
    return (
        f"{_processor()}, {_cores()} cores, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown processor"
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.machine()


def _cores() -> int:
    from triage_app.intake.scan import default_workers  # noqa: PLC0415 - heavy, and seldom needed

    return default_workers()


def print_table(measurements: Sequence[Measurement]) -> None:
    """Print one line a measurement."""
    print(f"{'name':<36}{'value':>10} {'unit':<10}{'baseline':>10}{'ratio':>8}  goal")
    for each in measurements:
        baseline = "" if each.baseline is None else f"{each.baseline:.4g}"
        ratio = "" if each.ratio is None else f"{each.ratio:.2f}"
        print(
            f"{each.name:<36}{each.value:>10.4g} {each.unit:<10}{baseline:>10}{ratio:>8}"
            f"  {_goal(each)}"
        )


def _goal(each: Measurement) -> str:
    if each.goal is None:
        return ""
    of = "ratio " if each.goal.is_ratio else ""
    return f"{of}{each.goal.bound} {each.goal.limit:g}{'' if each.is_met else '   MISSED'}"
