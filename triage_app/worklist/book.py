"""What every part of the worklist shares that keeps its own tables: transactions and a clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from triage_app.worklist.transactions import Transactions

__all__ = ["Book"]


class Book:
    """A part of the worklist; `WorklistStore` gives each. Every method is one short transaction.

    Parameters
    ----------
    transactions : on the open database
    now : the clock; gives a moment with its time zone
    """

    def __init__(self, transactions: Transactions, now: Callable[[], datetime]) -> None:
        self._reading = transactions.reading
        self._writing = transactions.writing
        self._write = transactions.write
        self._now = now
