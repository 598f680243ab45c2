"""Closed forms of waiting: against printed values, against each other, and at their borders."""

from __future__ import annotations

from fractions import Fraction
from math import factorial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage_app.triage.queueing import (
    first_come_wait,
    flagged_fraction,
    general_service_wait,
    non_preemptive_waits,
    preemptive_waits,
    probability_of_waiting,
    waits_by_disease,
)

loads = st.floats(0.01, 0.97)
shares = st.floats(0.01, 0.99)
server_counts = st.integers(1, 40)


@pytest.mark.parametrize(
    ("offered", "servers"),
    [(Fraction(1, 2), 1), (Fraction(1), 2), (Fraction(2), 3), (Fraction(20), 22)],
    ids=str,
)
def test_probability_of_waiting_is_erlangs(offered: Fraction, servers: int):
    all_busy = offered**servers / factorial(servers) * servers / (servers - offered)
    some_free = sum(offered**busy / factorial(busy) for busy in range(servers))
    expected = float(all_busy / (all_busy + some_free))
    assert probability_of_waiting(float(offered), 1.0, servers) == pytest.approx(expected)


def test_a_thousand_servers_overflow_nothing():
    assert 0 < probability_of_waiting(950.0, 1.0, 1000) < 0.2


def test_one_server_first_come():
    # M/M/1: load / (service rate - arrival rate)
    assert first_come_wait(6.0, 10.0) == pytest.approx(0.6 / 4.0)


def test_general_service():
    # M/M/1 is its case of variation 1; constant service waits half as long.
    assert general_service_wait(6.0, 0.1, 1.0) == pytest.approx(first_come_wait(6.0, 10.0))
    assert general_service_wait(6.0, 0.1, 0.0) == pytest.approx(first_come_wait(6.0, 10.0) / 2)


def test_two_classes_without_interruption():
    # Cobham: in hand 8 / 10^2; class loads 0.3 and 0.5
    first, second = non_preemptive_waits([3.0, 5.0], 10.0)
    assert first == pytest.approx(0.08 / 0.7)
    assert second == pytest.approx(0.08 / (0.7 * 0.2))


def test_two_classes_with_interruption():
    # White and Christie: the first class is alone; time in system of the second
    # (1 / 10) / 0.7 + 0.08 / (0.7 * 0.2), less its own reading
    first, second = preemptive_waits([3.0, 5.0], 10.0)
    assert first == pytest.approx(first_come_wait(3.0, 10.0))
    assert second == pytest.approx(0.1 / 0.7 + 0.08 / (0.7 * 0.2) - 0.1)


@settings(deadline=None)
@given(load=loads, share=shares, servers=server_counts)
@pytest.mark.parametrize("waits_of", [non_preemptive_waits, preemptive_waits])
def test_what_one_class_gains_the_other_loses(waits_of, load: float, share: float, servers: int):
    arrival_rate = load * servers
    rates = [arrival_rate * share, arrival_rate * (1 - share)]
    first, second = waits_of(rates, 1.0, servers)
    alike = first_come_wait(arrival_rate, 1.0, servers)
    assert share * first + (1 - share) * second == pytest.approx(alike, rel=1e-6, abs=1e-12)
    assert first <= alike * (1 + 1e-9)


@settings(deadline=None)
@given(load=loads, share=shares, servers=server_counts)
def test_interruption_helps_the_first_class(load: float, share: float, servers: int):
    rates = [load * servers * share, load * servers * (1 - share)]
    with_interruption = preemptive_waits(rates, 1.0, servers)[0]
    assert with_interruption <= non_preemptive_waits(rates, 1.0, servers)[0] * (1 + 1e-9)


def test_three_classes_end_at_the_same_total():
    rates = [1.0, 2.0, 4.0]
    for waits in (non_preemptive_waits(rates, 10.0), preemptive_waits(rates, 10.0)):
        assert list(waits) == sorted(waits)
        total = sum(rate * wait for rate, wait in zip(rates, waits, strict=True))
        assert total == pytest.approx(7.0 * first_come_wait(7.0, 10.0))


@pytest.mark.parametrize("arrival_rate", [10.0, 11.0])
def test_a_queue_that_only_grows_has_no_mean_wait(arrival_rate: float):
    with pytest.raises(ValueError, match="load below 1"):
        first_come_wait(arrival_rate, 10.0)
    with pytest.raises(ValueError, match="load below 1"):
        non_preemptive_waits([1.0, arrival_rate - 1.0], 10.0)


@pytest.mark.parametrize(("arrival", "service", "servers"), [(0, 1, 1), (1, 0, 1), (1, 2, 0)])
def test_rates_and_servers_must_be_there(arrival: float, service: float, servers: int):
    with pytest.raises(ValueError, match="above 0"):
        probability_of_waiting(arrival, service, servers)


def test_flags_of_a_model_and_waits_by_disease():
    assert flagged_fraction(0.1, 0.9, 0.8) == pytest.approx(0.09 + 0.18)
    waits = waits_by_disease(2.0, 12.0, sensitivity=0.9, specificity=0.8)
    assert waits.diseased == pytest.approx(0.9 * 2 + 0.1 * 12)
    assert waits.not_diseased == pytest.approx(0.2 * 2 + 0.8 * 12)
