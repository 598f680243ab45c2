from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from triage_app.errors import UnreadableError
from triage_app.intake.events import CancelToken
from triage_app.ui.workers import Lane, LatestRequest, Workers

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture
def workers() -> Iterator[Workers]:
    made = Workers()
    yield made
    made.shut_down()


def unexpected(sentence: str) -> None:
    pytest.fail(sentence)


def test_an_answer_comes_in_the_window_s_thread(qtbot: QtBot, workers: Workers) -> None:
    worked: list[threading.Thread] = []
    answered: list[tuple[int, threading.Thread]] = []

    def task() -> int:
        worked.append(threading.current_thread())
        return 42

    workers.submit(
        Lane.IMAGES,
        task,
        on_done=lambda value: answered.append((value, threading.current_thread())),
        on_error=unexpected,
    )
    qtbot.waitUntil(lambda: bool(answered))
    assert answered == [(42, threading.main_thread())]
    assert worked != [threading.main_thread()]


def test_our_own_error_is_told_by_its_sentence(qtbot: QtBot, workers: Workers) -> None:
    told: list[str] = []

    def task() -> None:
        raise UnreadableError("a.dcm: cannot be opened; check it.")

    workers.submit(Lane.DATABASE, task, on_error=told.append)
    qtbot.waitUntil(lambda: bool(told))
    assert told == ["a.dcm: cannot be opened; check it."]


def test_a_bug_is_told_and_logged_without_its_words_and_the_lane_goes_on(
    qtbot: QtBot, workers: Workers, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[str] = []
    done: list[None] = []
    words = "Doe^Jane by nought"

    def task() -> None:
        raise ZeroDivisionError(words)

    with caplog.at_level(logging.ERROR, logger="triage_app.ui.workers"):
        workers.submit(Lane.DATABASE, task, on_error=told.append)
        workers.submit(Lane.DATABASE, lambda: None, on_done=done.append, on_error=unexpected)
        qtbot.waitUntil(lambda: bool(done))
    assert "ZeroDivisionError" in told[0]
    assert "in task" in caplog.text  # where it was raised
    assert "Doe" not in caplog.text  # not what it says, which may quote a data set


def test_lanes_do_not_wait_for_each_other(qtbot: QtBot, workers: Workers) -> None:
    may_end = threading.Event()
    done: list[str] = []
    workers.submit(
        Lane.SCORING, may_end.wait, on_done=lambda _: done.append("long"), on_error=unexpected
    )
    workers.submit(
        Lane.IMAGES, lambda: None, on_done=lambda _: done.append("short"), on_error=unexpected
    )
    qtbot.waitUntil(lambda: done == ["short"])
    may_end.set()
    qtbot.waitUntil(lambda: done == ["short", "long"])


def test_a_stream_hands_over_each_event_and_ends_once(qtbot: QtBot, workers: Workers) -> None:
    events: list[object] = []
    workers.stream(
        Lane.SCORING,
        lambda _: iter([1, 2, 3]),
        on_event=events.append,
        on_end=lambda: events.append("end"),
        on_error=unexpected,
    )
    qtbot.waitUntil(lambda: "end" in events)
    assert events == [1, 2, 3, "end"]


def test_a_stream_that_fails_tells_it_and_still_ends(qtbot: QtBot, workers: Workers) -> None:
    events: list[object] = []

    def task(_: CancelToken) -> Iterator[int]:
        yield 1
        raise UnreadableError("gone")

    workers.stream(
        Lane.SCORING,
        task,
        on_event=events.append,
        on_end=lambda: events.append("end"),
        on_error=events.append,
    )
    qtbot.waitUntil(lambda: "end" in events)
    assert events == [1, "gone", "end"]


def test_cancelling_closes_the_generator(qtbot: QtBot, workers: Workers) -> None:
    closed = threading.Event()
    events: list[object] = []

    def task(cancel: CancelToken) -> Iterator[int]:
        try:
            number = 0
            while not cancel.is_cancelled:
                number += 1
                yield number
        finally:
            closed.set()

    token = workers.stream(
        Lane.SCORING,
        task,
        on_event=events.append,
        on_end=lambda: events.append("end"),
        on_error=unexpected,
    )
    qtbot.waitUntil(lambda: bool(events))
    token.cancel()
    qtbot.waitUntil(lambda: "end" in events)
    assert closed.is_set()


def test_only_the_latest_answer_comes_through(qtbot: QtBot, workers: Workers) -> None:
    may_go_on = threading.Event()
    begun: list[str] = []
    answers: list[str] = []
    latest = LatestRequest(workers, Lane.IMAGES)

    def ask(name: str) -> None:
        def task() -> str:
            begun.append(name)
            may_go_on.wait()
            return name

        latest.ask(task, on_done=answers.append, on_error=unexpected)

    ask("first")
    qtbot.waitUntil(lambda: begun == ["first"])
    ask("second")
    ask("third")
    may_go_on.set()
    qtbot.waitUntil(lambda: bool(answers))
    assert answers == ["third"]
    assert begun == ["first", "third"], "what was overtaken while it waited is not begun"


def test_a_forgotten_request_is_not_answered(qtbot: QtBot, workers: Workers) -> None:
    answers: list[str] = []
    latest = LatestRequest(workers, Lane.IMAGES)
    latest.ask(lambda: "late", on_done=answers.append, on_error=unexpected)
    latest.forget()
    workers.submit(Lane.IMAGES, lambda: "after", on_done=answers.append, on_error=unexpected)
    qtbot.waitUntil(lambda: bool(answers))
    assert answers == ["after"]


def test_after_shut_down_no_thread_runs_and_nothing_is_handed_over(qtbot: QtBot) -> None:
    workers = Workers()
    begun = threading.Event()
    answers: list[object] = []

    def task(cancel: CancelToken) -> Iterator[int]:
        begun.set()
        while not cancel.is_cancelled:
            yield 1

    workers.stream(
        Lane.SCORING,
        task,
        on_event=lambda _: None,
        on_end=lambda: answers.append("end"),
        on_error=answers.append,
    )
    begun.wait()
    workers.shut_down()
    workers.submit(Lane.IMAGES, lambda: 1, on_done=answers.append, on_error=answers.append)
    qtbot.wait(1)
    assert answers == []
