"""Facts and outcomes come back to the last bit, whatever a file put into them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.worklist.made import MODEL, excluded, failed, make_facts, scored
from triage_app.errors import FailureReason
from triage_app.imaging.eligibility import Exclusion, ExclusionReason, Notice, NoticeKind
from triage_app.imaging.instance import ImageFacts, InstanceFacts, PatientFacts, StudyFacts
from triage_app.triage.outcome import Excluded, Failed, Outcome, Scored
from triage_app.worklist.documents import facts_from_document, facts_to_document
from triage_app.worklist.store import WorklistStore

any_text = st.text(st.characters(codec=None), max_size=30)
"""Any code point that a Python string may hold, lone surrogates and NUL among them."""

whole_facts = st.builds(
    InstanceFacts,
    path=any_text.map("/{}".format),
    sop_class_uid=any_text,
    sop_instance_uid=any_text,
    transfer_syntax_uid=any_text,
    patient=st.builds(
        PatientFacts,
        name=any_text,
        patient_id=any_text,
        birth_date=st.none() | st.dates(),
        age_years=st.none() | st.floats(0, 150),
        sex=st.sampled_from(["", "M", "F", "O"]),
    ),
    study=st.builds(
        StudyFacts,
        study_instance_uid=any_text,
        series_instance_uid=any_text,
        accession_number=any_text,
        study_date=st.none() | st.dates(),
        study_time=st.none() | st.times(),
        study_description=any_text,
        series_description=any_text,
        series_number=st.none() | st.integers(-(10**30), 10**30),
    ),
    image=st.builds(
        ImageFacts,
        modality=any_text,
        rows=st.integers(0, 65535),
        number_of_frames=st.integers(-(10**30), 10**30),
        has_pixel_data=st.booleans(),
        pixel_spacing_mm=st.none() | st.tuples(st.floats(0, 10), st.floats(0, 10)),
        instance_number=st.none() | st.integers(-(10**30), 10**30),
    ),
)

heatmaps = st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(0, 2**32 - 1)).map(
    lambda s: np.random.default_rng(s[2]).random(s[:2], np.float32)
)
any_outcome = st.one_of(
    st.builds(
        Scored,
        probability=st.floats(0, 1),
        is_flagged=st.booleans(),
        operating_point=any_text,
        heatmap=heatmaps,
        notices=st.lists(st.builds(Notice, st.sampled_from(NoticeKind), any_text), max_size=3).map(
            tuple
        ),
    ),
    st.builds(
        Excluded,
        st.builds(Exclusion, st.sampled_from(ExclusionReason), any_text, any_text, any_text),
    ),
    st.builds(Failed, st.sampled_from(FailureReason), any_text),
)


@given(whole_facts)
def test_any_facts_come_back_from_their_document(facts: InstanceFacts) -> None:
    assert facts_from_document(facts_to_document(facts), facts.path) == facts


def test_every_fact_is_in_the_document() -> None:
    facts = InstanceFacts(
        path="/a.dcm",
        patient=PatientFacts("Doe, Jane", "7", date(1950, 1, 2), 76.0, "F"),
        study=StudyFacts("1", "2", "3", date(2026, 1, 2), time(1, 2, 3, 4), "5", "6", 7),
        image=ImageFacts(
            *("CR", "CHEST", "PA", "L", "MONOCHROME1", 1, 2, 16, 12, 1, 1, True, True, True),
            pixel_spacing_mm=(0.1, 0.2),
            is_spacing_at_detector=True,
            instance_number=9,
        ),
    )
    again = facts_from_document(facts_to_document(facts), "/b.dcm")
    assert again == replace(facts, path="/b.dcm")


def test_a_fact_that_an_older_version_did_not_write_has_its_default() -> None:
    document = facts_to_document(make_facts()).replace('"laterality":"",', "")
    assert "laterality" not in document
    assert facts_from_document(document, make_facts().path) == make_facts()


@pytest.fixture(scope="module")
def shared_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorklistStore]:
    folder = tmp_path_factory.mktemp("worklist")
    with WorklistStore.open(folder / "worklist.sqlite") as opened:
        yield opened


_folders = itertools.count()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(facts=whole_facts, outcome=any_outcome)
def test_anything_that_is_recorded_comes_back(
    shared_store: WorklistStore, facts: InstanceFacts, outcome: Outcome
) -> None:
    facts = replace(facts, path=f"/{next(_folders)}{facts.path}")  # no two share a file
    key = shared_store.record(facts, outcome, MODEL, 0.125)
    row = shared_store.find_study(key, MODEL.device_uid)
    assert row is not None
    [stored] = [
        each
        for each in shared_store.list_instances(key, MODEL.device_uid)
        if each.facts.path == facts.path
    ]
    assert stored.facts == facts
    assert stored.outcome == outcome
    assert stored.seconds == 0.125
    if isinstance(outcome, Scored):
        assert isinstance(stored.outcome, Scored)
        assert stored.outcome.heatmap.dtype == np.float32
        np.testing.assert_array_equal(stored.outcome.heatmap, outcome.heatmap, strict=True)


@pytest.mark.parametrize("outcome", [scored(1 / 3), excluded(), failed()], ids=lambda o: o.status)
def test_every_kind_of_outcome_survives_reopening(database: Path | str, outcome: Outcome) -> None:
    assert type(outcome) in get_args(Outcome)
    with WorklistStore.open(database) as store:
        key = store.record(make_facts(), outcome, MODEL, 0.1)
    with WorklistStore.open(database) as store:
        [instance] = store.list_instances(key, MODEL.device_uid)
    assert instance.outcome == outcome
