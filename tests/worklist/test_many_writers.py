"""Several threads and processes write at once, and some of them die: nothing is lost."""

from __future__ import annotations

import itertools
import random
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.worklist.made import (
    MODEL,
    OTHER_MODEL,
    assert_results_are_those_of_the_outcomes,
    excluded,
    failed,
    make_facts,
    scored,
)
from tests.worklist.writing_process import outcome_of
from triage_app.triage.outcome import Outcome
from triage_app.triage.study import combine_outcomes
from triage_app.worklist.records import EventKind, StudyQuery
from triage_app.worklist.store import WorklistStore

ROOT = Path(__file__).parents[2]


@contextmanager
def writing(database: Path | str, first: int, count: int) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.worklist.writing_process"]
    with subprocess.Popen(  # noqa: S603 - our own program
        [*command, str(database), str(first), str(count)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def kept_instances(store: WorklistStore, model_device_uid: str) -> dict[int, Outcome | None]:
    return {
        int(instance.facts.sop_instance_uid.rpartition(".")[2]): instance.outcome
        for row in store.list_studies(StudyQuery(model_device_uid))
        for instance in store.list_instances(row.study_key, model_device_uid)
    }


def test_two_threads_lose_nothing(store: WorklistStore) -> None:
    def write(first: int) -> None:
        for number in range(first, first + 40):
            store.record(
                make_facts(str(number), study=f"1.{number % 6}"), outcome_of(number), MODEL, 0.1
            )
            store.list_studies(StudyQuery(MODEL.device_uid))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, (0, 40)))
    assert kept_instances(store, MODEL.device_uid) == {n: outcome_of(n) for n in range(80)}
    assert_results_are_those_of_the_outcomes(store)


def test_two_threads_that_write_the_same_study_double_nothing(store: WorklistStore) -> None:
    with ThreadPoolExecutor(2) as pool:
        list(
            pool.map(
                lambda number: store.record(make_facts(str(number % 5)), scored(0.9), MODEL, 0.1),
                range(40),
            )
        )
    [row] = store.list_studies(StudyQuery(MODEL.device_uid))
    assert row.images == 5
    kinds = [event.kind for event in store.list_events(row.study_key)]
    assert kinds.count(EventKind.RECEIVED) == 1


def test_two_processes_that_create_and_write_the_same_database_lose_nothing(
    database: Path | str,
) -> None:
    with writing(database, 0, 40) as one, writing(database, 40, 40) as other:
        said = [process.communicate()[0].split() for process in (one, other)]
        assert [one.returncode, other.returncode] == [0, 0]
    assert [len(lines) for lines in said] == [40, 40]
    with WorklistStore.open(database) as store:
        for model in (MODEL, OTHER_MODEL):
            kept = kept_instances(store, model.device_uid)
            assert kept == {n: outcome_of(n) for n in range(80)}
        assert_results_are_those_of_the_outcomes(store)
        for row in store.list_studies(StudyQuery(MODEL.device_uid)):
            kinds = [event.kind for event in store.list_events(row.study_key)]
            assert kinds.count(EventKind.RECEIVED) == 1


@pytest.mark.parametrize("seed", range(4))
def test_what_a_killed_process_had_acknowledged_is_there(database: Path | str, seed: int) -> None:
    moment = random.Random(seed).randrange(25)  # noqa: S311 - not for secrets
    acknowledged: list[int] = []
    with writing(database, 0, 10_000) as process:
        assert process.stdout is not None
        if moment:  # else it dies somewhere between its start and the first instance
            for line in process.stdout:
                acknowledged.append(int(line))
                if len(acknowledged) == moment:
                    break
        process.kill()  # SIGKILL, in the middle of whatever it does next
        acknowledged += [int(line) for line in process.stdout if line.endswith("\n")]
    with WorklistStore.open(database) as store:
        for model in store.list_models():
            kept = kept_instances(store, model.device_uid)
            assert set(acknowledged) <= {n for n, outcome in kept.items() if outcome is not None}
            assert all(outcome in (None, outcome_of(n)) for n, outcome in kept.items())
        assert len(store.list_models()) == 2 or not acknowledged
        assert_results_are_those_of_the_outcomes(store)
        store.record(make_facts("10000"), scored(0.9), MODEL, 0.1)


@pytest.fixture(scope="module")
def shared_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorklistStore]:
    folder = tmp_path_factory.mktemp("worklist")
    with WorklistStore.open(folder / "worklist.sqlite") as opened:
        yield opened


_studies = itertools.count()

any_outcome = st.one_of(
    st.sampled_from([0.0, 0.2, 0.5, 0.5, 0.9, 1.0]).map(scored),
    st.builds(excluded),
    st.builds(failed),
)


@settings(max_examples=40, deadline=None)
@given(
    outcomes=st.lists(any_outcome, min_size=1, max_size=6), randomness=st.randoms(), data=st.data()
)
def test_any_order_gives_the_same_study(
    shared_store: WorklistStore,
    outcomes: list[Outcome],
    randomness: random.Random,
    data: st.DataObject,
) -> None:
    study = f"1.{next(_studies)}"
    items = [
        (make_facts(str(number), study), outcome, MODEL, 0.1)
        for number, outcome in enumerate(outcomes)
    ]
    # some come twice, first with an outcome that a second try replaces
    repeated = data.draw(st.lists(st.sampled_from(items), max_size=3))
    for facts, _, model, seconds in repeated:
        shared_store.record(facts, failed(), model, seconds)
    randomness.shuffle(items)
    for item in items:
        shared_store.record(*item)
    row = shared_store.find_study(study, MODEL.device_uid)
    assert row is not None
    assert row.images == len(items)
    assert row.result == combine_outcomes(
        (f"{study}.{number}", outcome) for number, outcome in enumerate(outcomes)
    )
