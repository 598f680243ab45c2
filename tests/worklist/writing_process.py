"""Another program that writes to a worklist; says which instance is kept as soon as it is.

Run as ``python -m tests.worklist.writing_process DATABASE FIRST COUNT``: records the instances
FIRST, FIRST + 1, ... of a few studies by two models, and prints a number once both are kept.
"""

from __future__ import annotations

import sys

from tests.worklist.made import MODEL, OTHER_MODEL, excluded, failed, make_facts, scored
from triage_app.triage.outcome import Outcome
from triage_app.worklist.store import WorklistStore


def outcome_of(number: int) -> Outcome:
    """Give the outcome of the instance with that number."""
    if number % 7 == 0:
        return failed()
    return excluded() if number % 5 == 0 else scored(number % 100 / 100)


def main() -> None:
    """Write until done or killed."""
    database, first, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    with WorklistStore.open(database, busy_seconds=60) as store:
        for number in range(first, first + count):
            facts = make_facts(str(number), study=f"1.{number % 6}")
            for model in (MODEL, OTHER_MODEL):
                store.record(facts, outcome_of(number), model, 0.1)
            print(number, flush=True)  # noqa: T201 - read by the test


if __name__ == "__main__":
    main()
