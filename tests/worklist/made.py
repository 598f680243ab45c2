"""Instances, outcomes and models, made for the tests of the worklist."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import numpy as np

from triage_app.errors import FailureReason
from triage_app.imaging.eligibility import Exclusion, ExclusionReason
from triage_app.imaging.instance import ImageFacts, InstanceFacts, PatientFacts, StudyFacts
from triage_app.triage.outcome import Excluded, Failed, Scored
from triage_app.triage.study import combine_outcomes
from triage_app.worklist.records import ModelIdentity, StudyQuery
from triage_app.worklist.store import WorklistStore

MODEL = ModelIdentity("1.2.826.1", "lung 1.0", "balanced", 0.5)
OTHER_MODEL = ModelIdentity("1.2.826.2", "lung 2.0", "sensitive", 0.3)


@dataclass
class Clock:
    """Gives the moment that the test has set."""

    moment: datetime = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment


def make_facts(
    sop: str = "1",
    study: str = "1.2.3",
    *,
    series: str | None = None,
    path: str | None = None,
    name: str = "",
    patient_id: str = "",
    accession: str = "",
    description: str = "",
    on: date | None = None,
    at: time | None = None,
    age: float | None = None,
    modality: str = "DX",
    series_number: int | None = None,
    instance_number: int | None = None,
    priority: str = "",
    station: str = "",
) -> InstanceFacts:
    """Make the facts of one instance; its file is named after it."""
    return InstanceFacts(
        path=path or f"/images/{study or 'none'}/{sop or 'none'}.dcm",
        sop_class_uid="1.2.840.10008.5.1.4.1.1.1.1",
        sop_instance_uid=f"{study}.{sop}" if sop else "",
        transfer_syntax_uid="1.2.840.10008.1.2.1",
        patient=PatientFacts(name=name, patient_id=patient_id, age_years=age),
        study=StudyFacts(
            study_instance_uid=study,
            series_instance_uid=f"{study}.0" if series is None else series,
            accession_number=accession,
            study_date=on,
            study_time=at,
            study_description=description,
            series_number=series_number,
            requested_priority=priority,
        ),
        image=ImageFacts(modality=modality, instance_number=instance_number, station_name=station),
    )


def scored(probability: float, model: ModelIdentity = MODEL) -> Scored:
    """Give the outcome that a model with this probability gives."""
    heatmap = np.linspace(0, probability, 49, dtype=np.float32).reshape(7, 7)
    is_flagged = probability >= model.threshold
    return Scored(probability, is_flagged, model.operating_point, heatmap)


def excluded(reason: ExclusionReason = ExclusionReason.BODY_PART) -> Excluded:
    """Give an exclusion."""
    return Excluded(Exclusion(reason, "(0018,0015) Body Part Examined", "HAND", "CHEST"))


def failed(reason: FailureReason = FailureReason.TRUNCATED) -> Failed:
    """Give a failure."""
    return Failed(reason, "/images/x.dcm: ends before its data does; get it again.")


def assert_results_are_those_of_the_outcomes(store: WorklistStore) -> None:
    """Recompute every study's result by every model from its instances."""
    for model in store.list_models():
        for row in store.list_studies(StudyQuery(model.device_uid)):
            instances = store.list_instances(row.study_key, model.device_uid)
            pairs = [(each.facts.sop_instance_uid, each.outcome) for each in instances]
            assert combine_outcomes(pairs) == row.result
            assert row.images == len(instances)
