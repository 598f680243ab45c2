"""A site's own log: what it may hold, what it may lack, and what is said when it is wrong."""

from __future__ import annotations

import numpy as np
import pytest

from triage_app.errors import TriageError
from triage_app.triage.priority import Tier
from triage_app.triage.reading_log import LoggedDay, ReadingLog, read_reading_log
from triage_app.triage.simulation import FlagAccuracy, ReadingTimes, Workload

TIMES = ReadingTimes(5.0)


def read(text: str) -> ReadingLog:
    return read_reading_log(text.splitlines(keepends=True), "log.csv")


def draw(day: LoggedDay, seed: int = 1) -> Workload:
    return day.draw(np.random.default_rng(seed))


def test_a_complete_log():
    log = read(
        "arrival,reading_minutes,diseased,flagged\n"
        "2024-03-05T09:30:00,4.5,1,1\n"
        "2024-03-05T09:10:00,3,0,0\n"
        "2024-03-05T10:10:30,0,0,\n"
    )
    day = LoggedDay(log, TIMES)
    workload = draw(day)
    assert day.is_complete
    assert workload.arrival_minutes.tolist() == [0, 20, 60.5]  # sorted, from the first
    assert workload.reading_minutes.tolist() == [3, 4.5, 0]
    assert workload.diseased.tolist() == [0, 1, 0]
    assert workload.tiers.tolist() == [Tier.NOT_FLAGGED, Tier.FLAGGED, Tier.UNKNOWN]
    assert day.offered_load(readers=1) == pytest.approx(7.5 / 60.5)


def test_a_probability_is_flagged_from_the_threshold_on():
    log = read(
        "arrival,probability\n" + "".join(f"2024-03-05T09:0{i},0.{i}\n" for i in range(3, 6))
    )
    assert draw(LoggedDay(log, TIMES, threshold=0.4)).tiers.tolist() == [
        Tier.NOT_FLAGGED,
        Tier.FLAGGED,
        Tier.FLAGGED,
    ]
    with pytest.raises(ValueError, match="threshold"):
        draw(LoggedDay(log, TIMES))


def test_flags_go_before_probabilities():
    log = read("arrival,probability,flagged\n2024-03-05T09:00,0.9,0\n")
    assert draw(LoggedDay(log, TIMES)).tiers.tolist() == [Tier.NOT_FLAGGED]


def test_reading_times_that_are_lacking_are_drawn_and_the_others_stay():
    log = read("arrival,reading_minutes,flagged\n2024-03-05T09:00,7,0\n2024-03-05T09:01,,0\n")
    day = LoggedDay(log, TIMES)
    assert not day.is_complete
    assert log.lacks_reading_minutes == 1
    one, other = draw(day, 1).reading_minutes, draw(day, 2).reading_minutes
    assert one[0] == other[0] == 7
    assert one[1] != other[1]


def test_flags_that_are_lacking_are_drawn_by_sensitivity_and_specificity():
    log = read("arrival,diseased\n2024-03-05T09:00,1\n2024-03-05T09:01,0\n2024-03-05T09:02,\n")
    always_right = FlagAccuracy(1.0, 1.0)
    workload = draw(LoggedDay(log, TIMES, prevalence=1.0, accuracy=always_right))
    assert workload.diseased.tolist() == [1, 0, 1]
    assert workload.tiers.tolist() == [Tier.FLAGGED, Tier.NOT_FLAGGED, Tier.FLAGGED]
    with pytest.raises(ValueError, match="prevalence and accuracy"):
        draw(LoggedDay(log, TIMES))


def test_disease_beside_logged_flags_is_never_made_up():
    log = read("arrival,flagged\n2024-03-05T09:00,1\n")
    workload = draw(LoggedDay(log, TIMES, prevalence=1.0, accuracy=FlagAccuracy(1.0, 1.0)))
    assert workload.diseased.tolist() == [-1]
    assert log.lacks_disease == 1


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffArrival, Flagged \r\n2024-03-05 09:00,TRUE\r\n\r\n2024-03-05 09:01, no\r\n",
        'patient;arrival;flagged\n"A;B";2024-03-05T09:00;1\n;2024-03-05T09:01;0\n',
        "arrival\tflagged\n20240305T0900\t1.0\n20240305T0901\t0.0\n",
        "arrival,flagged\n2024-03-05T09:00Z,1\n2024-03-05T10:01+01:00,0\n",
        'flagged,note,arrival\n1,"two\nlines",2024-03-05T09:00\n0,,2024-03-05T09:01\n',
    ],
    ids=["as spreadsheets write", "semicolons", "tabs", "offsets from UTC", "line break in a cell"],
)
def test_ways_to_write_a_log(text: str):
    log = read(text)
    assert log.arrival_minutes.tolist() == [0, 1]
    assert log.flagged is not None
    assert log.flagged.tolist() == [1, 0]


def test_decimal_commas_stand_with_semicolons():
    log = read("arrival;reading_minutes;probability\n2024-03-05T09:00;4,5;0,25\n")
    assert log.reading_minutes.tolist() == [4.5]
    assert log.probability is not None
    assert log.probability.tolist() == [0.25]


def test_days_are_dates_as_the_log_writes_them():
    log = read(
        "arrival,flagged,reading_minutes\n"
        "2024-03-05T23:30+02:00,1,1\n2024-03-05T23:50+02:00,0,2\n2024-03-06T00:10+02:00,1,3\n"
    )
    assert log.days == 2
    first, second = log.split_by_day()
    assert first.arrival_minutes.tolist() == [0, 20]
    assert second.arrival_minutes.tolist() == [0]
    assert second.reading_minutes.tolist() == [3]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "line 1: has no column 'arrival'"),
        ("time,flagged\n", "line 1: has no column 'arrival'"),
        ("arrival,flagged\n", "holds no study"),
        ("arrival,flagged,Flagged\n", "line 1: names the column 'flagged' twice"),
        ("arrival\n2024-03-05T09:00\nyesterday\n", "line 3: arrival: expected date and time"),
        ("arrival\n2024-03-05\n", "line 2: arrival: expected date and time"),
        ("arrival,flagged\n2024-03-05T09:00,2\n", "line 2: flagged: expected 0 or 1"),
        ("arrival,diseased\n2024-03-05T09:00,maybe\n", "line 2: diseased: expected 0 or 1"),
        ("arrival,probability\n2024-03-05T09:00,1.2\n", "line 2: probability: expected a number"),
        ("arrival,probability\n2024-03-05T09:00,nan\n", "line 2: probability: expected a number"),
        ("arrival,reading_minutes\n2024-03-05T09:00,-1\n", "line 2: reading_minutes: expected"),
        ("arrival,reading_minutes\n2024-03-05T09:00,inf\n", "line 2: reading_minutes: expected"),
        ("arrival,flagged\n2024-03-05T09:00\n", "line 2: has 1 cells, and the header 2"),
        ("arrival,flagged\n\n2024-03-05T09:00,1,1\n", "line 3: has 3 cells"),
        ('arrival,flagged\n2024-03-05T09:00,"1\n', "line 2: is no line of a CSV"),
        (
            "arrival\n2024-03-05T09:00Z\n2024-03-05T09:00\n",
            "line 3: the arrival has no offset from UTC",
        ),
    ],
)
def test_a_wrong_log_is_refused_with_the_line(text: str, says: str):
    with pytest.raises(TriageError, match=r"^log\.csv") as refusal:
        read(text)
    assert says in str(refusal.value)
