"""How an assessed instance enters the database, within one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time
from pathlib import PurePath
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from triage_app.imaging.eligibility import ExclusionReason
from triage_app.imaging.instance import ImageFacts, InstanceFacts
from triage_app.imaging.source import MEMBER_SEPARATOR
from triage_app.triage.outcome import Excluded, Outcome
from triage_app.worklist.dialect import (
    insert_new,
    is_sqlite,
    lock_against_changes,
    upsert,
    upsert_known,
)
from triage_app.worklist.documents import facts_to_document, outcome_to_columns
from triage_app.worklist.orders import apply_order
from triage_app.worklist.records import EventKind, ModelIdentity, ReadingStatus
from triage_app.worklist.schema import (
    files,
    instances,
    models,
    outcomes,
    series,
    studies,
)
from triage_app.worklist.search import searchable, sortable
from triage_app.worklist.study_summary import (
    add_event,
    await_model,
    copy_to_results,
    refresh_result,
    refresh_study,
)

__all__ = ["FOLDER_PREFIX", "Recording", "reading_order", "study_key_of"]

FOLDER_PREFIX = "folder:"
"""Begins the key of what stands in the list for a folder's files that belong to no study."""


def study_key_of(facts: InstanceFacts) -> str:
    """Give the key of the study, or of the folder, that an instance belongs to."""
    if facts.study.study_instance_uid:
        return facts.study.study_instance_uid
    archive, separator, member = facts.path.partition(MEMBER_SEPARATOR)
    is_top_member = separator and "/" not in member
    return FOLDER_PREFIX + (archive if is_top_member else str(PurePath(facts.path).parent))


def reading_order(status: ReadingStatus) -> int:
    """Place of a status in the order of the work."""
    return list(ReadingStatus).index(status)


class Recording:
    """Writes instances and their outcomes, then brings the studies that they touched up to date.

    Parameters
    ----------
    connection : within a writing transaction
    at : the moment that the history notes
    """

    def __init__(self, connection: Connection, at: datetime) -> None:
        self._connection = connection
        self._at = at
        self._model_ids: dict[ModelIdentity, int] = {}
        self._assessed: dict[tuple[int, int], None] = {}  # study and model, in order of arrival
        self._rearranged: dict[int, None] = {}  # studies whose set of instances changed

    def lock(self, items: Iterable[tuple[InstanceFacts, ModelIdentity]]) -> None:
        """Take what the transaction will change, in one order for all writers.

        Two that took the same studies in different orders would wait for each other.
        """
        known = [(study_key_of(facts), model) for facts, model in items]
        for model in dict.fromkeys(model for _, model in known):
            self._find_model(model)
        study_keys = sorted({study_key for study_key, _ in known})
        if len(study_keys) > 1 and not is_sqlite(self._connection):  # there who writes is alone
            self._connection.execute(
                select(studies.c.id)
                .where(studies.c.study_key.in_(study_keys))
                .order_by(studies.c.study_key)
                .with_for_update(key_share=True)
            )

    def add(
        self, facts: InstanceFacts, outcome: Outcome, model: ModelIdentity, seconds: float
    ) -> str:
        """Write one instance with its outcome; the study's result follows in `finish`."""
        model_id = self._find_model(model)
        study_key = study_key_of(facts)
        study_id = self._merge_study(study_key, facts)
        series_id = self._merge_series(study_id, facts)
        instance_id = self._place_instance(study_id, series_id, facts, outcome)
        self._claim_file(instance_id, facts)
        row = outcome_to_columns(outcome) | {
            "instance_id": instance_id,
            "model_id": model_id,
            "threshold": model.threshold_of(outcome),
            "seconds": seconds,
            "assessed_at": self._at,
        }
        upsert(self._connection, outcomes, ("instance_id", "model_id"), row)
        self._assessed[study_id, model_id] = None
        return study_key

    def finish(self) -> None:
        """Recompute what the list shows of every study that was touched."""
        gone = {s for s in self._rearranged if not refresh_study(self._connection, s)}
        model_ids = self._connection.execute(select(models.c.id)).scalars().all()
        # one instance more, or fewer, changes the study for all models
        pairs = self._assessed | dict.fromkeys(
            (study_id, model_id) for study_id in self._rearranged for model_id in model_ids
        )
        for study_id, model_id in pairs:
            if study_id not in gone:
                refresh_result(self._connection, study_id, model_id, self._at)

    def _find_model(self, model: ModelIdentity) -> int:
        if model in self._model_ids:
            return self._model_ids[model]
        values = {
            "device_uid": model.device_uid,
            "title": model.title,
            "operating_point": model.operating_point,
            "threshold": model.threshold,
        }
        is_new = insert_new(self._connection, models, ("device_uid",), values)
        this_model = models.c.device_uid == model.device_uid
        known = self._connection.execute(select(models).where(this_model)).mappings().one()
        model_id = int(known["id"])
        if is_new:
            # a study that another program adds meanwhile would not wait for the model
            lock_against_changes(self._connection, studies)
            await_model(self._connection, model_id)
        elif any(known[name] != value for name, value in values.items()):
            self._connection.execute(update(models).where(this_model).values(values))
        self._model_ids[model] = model_id
        return model_id

    def _merge_study(self, study_key: str, facts: InstanceFacts) -> int:
        told = _study_columns(facts)
        if insert_new(
            self._connection, studies, ("study_key",), _new_study(study_key, told, self._at)
        ):
            study_id = self._lock_study(study_key)["id"]
            self._rearranged[study_id] = None
            add_event(self._connection, study_id, self._at, EventKind.RECEIVED)
            apply_order(self._connection, int(study_id), self._at)
            return int(study_id)
        known = self._lock_study(study_key)
        study_id = known["id"]
        if known["priority_source"]:  # the order is newer than what the modality copied of it
            told["requested_priority"] = ""
        # the newest is right where two differ, but what is absent corrects nothing
        changed = {
            name: value
            for name, value in told.items()
            if value not in ("", None) and value != known[name]
        }
        if changed:
            derived = _derived_columns({**known, **changed}, known["received_at"])
            self._connection.execute(
                update(studies).where(studies.c.id == study_id).values(**changed, **derived)
            )
            copy_to_results(self._connection, int(study_id))
            if "accession_number" in changed or "patient_id" in changed:
                apply_order(self._connection, int(study_id), self._at)
        return int(study_id)

    def _lock_study(self, study_key: str) -> dict[str, Any]:
        this_study = studies.c.study_key == study_key
        statement = select(studies).where(this_study).with_for_update(key_share=True)
        return dict(self._connection.execute(statement).mappings().one())

    def _merge_series(self, study_id: int, facts: InstanceFacts) -> int:
        is_study = bool(facts.study.study_instance_uid)
        values = {
            "study_id": study_id,
            "series_instance_uid": facts.study.series_instance_uid,
            "series_number": facts.study.series_number if is_study else None,
            "series_description": facts.study.series_description if is_study else "",
        }
        return upsert_known(self._connection, series, ("study_id", "series_instance_uid"), values)

    def _place_instance(
        self, study_id: int, series_id: int, facts: InstanceFacts, outcome: Outcome
    ) -> int:
        uid = facts.sop_instance_uid
        is_duplicate = bool(uid) and _is_duplicate(outcome)
        values: dict[str, Any] = {
            "study_id": study_id,
            "series_id": series_id,
            "sop_instance_uid": None if is_duplicate else uid or None,
            "is_duplicate": is_duplicate,
            "modality": facts.image.modality,
            "instance_number": facts.image.instance_number,
            "path": facts.path,
            "facts": facts_to_document(facts),
        }
        known = self._find_instance(values["sop_instance_uid"], facts.path)
        if known is None:
            self._rearranged[study_id] = None
            statement = insert(instances).values(values).returning(instances.c.id)
            return int(self._connection.execute(statement).scalar_one())
        told = ("study_id", "is_duplicate", "modality")
        if any(known[name] != values[name] for name in told):
            self._rearranged |= {known["study_id"]: None, study_id: None}
        self._connection.execute(
            update(instances).where(instances.c.id == known["id"]).values(values)
        )
        return int(known["id"])

    def _find_instance(self, sop_instance_uid: str | None, path: str) -> dict[str, Any] | None:
        statement = select(instances)
        if sop_instance_uid is not None:
            statement = statement.where(instances.c.sop_instance_uid == sop_instance_uid)
        else:
            statement = statement.join(files).where(
                files.c.path == path, instances.c.sop_instance_uid.is_(None)
            )
        row = self._connection.execute(statement).mappings().one_or_none()
        return None if row is None else dict(row)

    def _claim_file(self, instance_id: int, facts: InstanceFacts) -> None:
        this_file = files.c.path == facts.path
        holder_id = self._connection.execute(select(files.c.instance_id).where(this_file)).scalar()
        if holder_id == instance_id:
            return
        upsert(self._connection, files, ("path",), {"path": facts.path, "instance_id": instance_id})
        if holder_id is not None:
            self._release_file(holder_id, facts)

    def _release_file(self, holder_id: int, facts: InstanceFacts) -> None:
        """Take the file that `facts` were read from away from the instance that had it."""
        this_instance = instances.c.id == holder_id
        holder = self._connection.execute(select(instances).where(this_instance)).mappings().one()
        if holder["sop_instance_uid"] is None:
            # it was known by this file only, and the file has a newer outcome now
            self._rearranged[holder["study_id"]] = None
            self._connection.execute(delete(outcomes).where(outcomes.c.instance_id == holder_id))
            self._connection.execute(delete(instances).where(this_instance))
            return
        is_overwritten = facts.sop_instance_uid not in ("", holder["sop_instance_uid"])
        if holder["path"] != facts.path:
            return
        other: str | None = self._connection.execute(
            select(files.c.path)
            .where(files.c.instance_id == holder_id)
            .order_by(files.c.path)
            .limit(1)
        ).scalar()
        # A file that cannot be read at the moment stays the instance's; one that holds another
        # instance must never be shown under this one's result
        if other is not None or is_overwritten:
            self._connection.execute(update(instances).where(this_instance).values(path=other))


def _is_duplicate(outcome: Outcome) -> bool:
    return isinstance(outcome, Excluded) and outcome.exclusion.reason is ExclusionReason.DUPLICATE


def _study_columns(facts: InstanceFacts) -> dict[str, Any]:
    # the files of a folder may be of different patients: it is given none
    is_study = bool(facts.study.study_instance_uid)
    patient, study = facts.patient, facts.study
    return {
        "patient_name": patient.name if is_study else "",
        "patient_id": patient.patient_id if is_study else "",
        "patient_birth_date": patient.birth_date if is_study else None,
        "patient_age_years": patient.age_years if is_study else None,
        "patient_sex": patient.sex if is_study else "",
        "accession_number": study.accession_number if is_study else "",
        "study_date": study.study_date if is_study else None,
        "study_time": study.study_time if is_study else None,
        "study_description": study.study_description if is_study else "",
        "requested_priority": study.requested_priority if is_study else "",
        "scanner": _scanner_text(facts.image) if is_study else "",
    }


def _scanner_text(image: ImageFacts) -> str:
    """Name the equipment as its maker, its model and its station name do."""
    made_by = " ".join(part for part in (image.manufacturer, image.manufacturer_model) if part)
    return ", ".join(part for part in (made_by, image.station_name) if part)


def _new_study(study_key: str, told: dict[str, Any], at: datetime) -> dict[str, Any]:
    status = str(ReadingStatus.UNREAD)
    return {
        **told,
        **_derived_columns({**told, "reading_status": status}, at),
        "study_key": study_key,
        "modality": None,
        "images": 0,
        "reading_status": status,
        "reading_order": reading_order(ReadingStatus.UNREAD),
        "reader": "",
        "received_at": at,
    }


def _derived_columns(known: dict[str, Any], received_at: datetime) -> dict[str, Any]:
    moment = None
    if known["study_date"] is not None:
        # without a time it is taken as early as it can be: it may wait longer than it seems
        moment = datetime.combine(known["study_date"], known["study_time"] or time())
    # headers give the time on the department's wall, so the moment of arrival does too
    waiting_since = moment or received_at.astimezone().replace(tzinfo=None)
    return {
        "search_text": searchable(
            known["patient_name"],
            known["patient_id"],
            known["accession_number"],
            known["study_description"],
        ),
        "name_order": sortable(known["patient_name"]),
        "patient_id_order": sortable(known["patient_id"]),
        "description_order": sortable(known["study_description"]),
        "accession_order": sortable(known["accession_number"]),
        "study_moment": moment,
        "waiting_since": waiting_since,
        "open_since": waiting_since if ReadingStatus(known["reading_status"]).is_open else None,
    }
