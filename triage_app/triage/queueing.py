"""Closed forms of mean waiting times: what a simulation must agree with in the long run.

All of them are for Poisson arrivals and a queue in its steady state. A wait is the time in which a
study is not being read: from its arrival to the start of its reading, and, where readings are
interrupted, the interruptions too. Rates are per unit of time, and waits come in that unit.

Notes
-----
Several readers: Erlang, Post Office Electrical Engineers' Journal 10 (1917). Priority without
interruption: Cobham, Operations Research 2 (1954) 70-76. Interruption by one reader: White and
Christie, Operations Research 6 (1958) 79-95; by several: Buzen and Bondi, Operations Research 31
(1983) 456-465. Flagged and not flagged as the classes, and their waits mixed by sensitivity and
specificity: Thompson et al., Queueing Systems 108 (2024) 579-610 (QuCAD of the FDA).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

__all__ = [
    "DiseaseWaits",
    "first_come_wait",
    "flagged_fraction",
    "general_service_wait",
    "non_preemptive_waits",
    "preemptive_waits",
    "probability_of_waiting",
    "waits_by_disease",
]


@dataclass(frozen=True, slots=True)
class DiseaseWaits:
    """Mean waits of studies with and without the disease."""

    diseased: float
    not_diseased: float


def probability_of_waiting(arrival_rate: float, service_rate: float, servers: int = 1) -> float:
    """Give the probability that an arrival in M/M/c finds every server busy (Erlang C).

    Parameters
    ----------
    arrival_rate : more than 0, of all arrivals together
    service_rate : more than 0, of one server
    servers : 1 or more

    Raises
    ------
    ValueError
        where the load is 1 or more: no steady state exists
    """
    load = _load(arrival_rate, service_rate, servers)
    offered = load * servers
    # Erlang B by its recursion, which neither overflows nor cancels as factorials do.
    blocked = 1.0
    for busy in range(1, servers + 1):
        blocked = offered * blocked / (busy + offered * blocked)
    return blocked / (1.0 - load * (1.0 - blocked))


def first_come_wait(arrival_rate: float, service_rate: float, servers: int = 1) -> float:
    """Give the mean wait in M/M/c, first come, first served.

    Raises
    ------
    ValueError
        where the load is 1 or more
    """
    load = _load(arrival_rate, service_rate, servers)
    waiting = probability_of_waiting(arrival_rate, service_rate, servers)
    return waiting / (servers * service_rate * (1.0 - load))


def general_service_wait(arrival_rate: float, mean_service: float, variation: float) -> float:
    """Give the mean wait in M/G/1, first come, first served (Pollaczek and Khinchine).

    Parameters
    ----------
    arrival_rate : more than 0
    mean_service : time of one service, more than 0
    variation : standard deviation of the service time divided by its mean; 1 for an exponential

    Raises
    ------
    ValueError
        where the load is 1 or more
    """
    load = _load(arrival_rate, 1.0 / mean_service, 1)
    second_moment = mean_service**2 * (1.0 + variation**2)
    return arrival_rate * second_moment / (2.0 * (1.0 - load))


def non_preemptive_waits(
    arrival_rates: Sequence[float], service_rate: float, servers: int = 1
) -> tuple[float, ...]:
    """Give the mean wait of each class in M/M/c where a service that began is finished.

    Parameters
    ----------
    arrival_rates : of the classes, the first served before all others
    service_rate : of one server, equal for every class
    servers : 1 or more

    Raises
    ------
    ValueError
        where the load is 1 or more
    """
    total = sum(arrival_rates)
    capacity = servers * service_rate
    # An arrival waits for the service in hand where all are busy, ...
    in_hand = probability_of_waiting(total, service_rate, servers) / capacity
    # ... for those before it, and for those of higher classes that come while it waits.
    loads = [0.0, *accumulate(rate / capacity for rate in arrival_rates)]
    return tuple(in_hand / ((1.0 - before) * (1.0 - up_to)) for before, up_to in pairwise(loads))


def preemptive_waits(
    arrival_rates: Sequence[float], service_rate: float, servers: int = 1
) -> tuple[float, ...]:
    """Give the mean wait of each class in M/M/c where a higher class interrupts a lower.

    An interrupted service goes on later where it was left (preemptive resume); its interruptions
    count as waiting.

    Parameters
    ----------
    arrival_rates : of the classes, each more than 0, the first served before all others
    service_rate : of one server, equal for every class
    servers : 1 or more

    Raises
    ------
    ValueError
        where the load is 1 or more

    Notes
    -----
    The first k classes never notice the others, and with equal exponential services their number in
    the system is that of M/M/c whatever the order among them; so the waits of k classes together
    are known, and each class is what the next adds.
    """
    waits = []
    up_to, earlier = 0.0, 0.0
    for rate in arrival_rates:
        up_to += rate
        together = up_to * first_come_wait(up_to, service_rate, servers)
        waits.append((together - earlier) / rate)
        earlier = together
    return tuple(waits)


def flagged_fraction(prevalence: float, sensitivity: float, specificity: float) -> float:
    """Give the fraction of studies that a model flags; all between 0 and 1."""
    return prevalence * sensitivity + (1.0 - prevalence) * (1.0 - specificity)


def waits_by_disease(
    flagged_wait: float, not_flagged_wait: float, sensitivity: float, specificity: float
) -> DiseaseWaits:
    """Mix the mean waits of flagged and not flagged studies into those by disease."""
    return DiseaseWaits(
        diseased=sensitivity * flagged_wait + (1.0 - sensitivity) * not_flagged_wait,
        not_diseased=(1.0 - specificity) * flagged_wait + specificity * not_flagged_wait,
    )


def _load(arrival_rate: float, service_rate: float, servers: int) -> float:
    if not (arrival_rate > 0 and service_rate > 0 and servers >= 1):
        raise ValueError(
            "expected rates above 0 and one server or more, received "
            f"{arrival_rate}, {service_rate} and {servers}"
        )
    load = arrival_rate / (servers * service_rate)
    if load >= 1:
        raise ValueError(f"expected a load below 1, received {load:.3g}: the queue only grows")
    return load
