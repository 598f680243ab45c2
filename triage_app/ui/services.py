"""What the window asks for, in plain Python: no Qt, so that it runs in any thread."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from triage_app.errors import ModelError
from triage_app.inference.card import ModelCard
from triage_app.inference.session import load_model
from triage_app.intake.events import Assessed, CancelToken, ScanEvent
from triage_app.intake.scan import scan
from triage_app.ui.viewer.loading import (
    LoadedImage,
    ModelInput,
    load_image,
    load_model_input,
)
from triage_app.worklist.priors import PriorStudy
from triage_app.worklist.records import (
    InstanceRow,
    ModelIdentity,
    ReadingStatus,
    StudyFilter,
    StudyQuery,
    StudyRow,
)
from triage_app.worklist.store import WorklistStore

__all__ = ["PAGE_ROWS", "ListSnapshot", "Services", "StudyImages", "StudyMoment"]

PAGE_ROWS = 200
"""Rows of the worklist that are read at a time."""


@dataclass(frozen=True, slots=True)
class ListSnapshot:
    """The worklist at one moment.

    Attributes
    ----------
    total : how many studies the query finds
    pages : rows by page number, `PAGE_ROWS` each
    counts : studies per filter, for the same text
    change_token : of the database before it was read, see `Services.change_token`
    """

    query: StudyQuery
    total: int
    pages: Mapping[int, tuple[StudyRow, ...]]
    counts: Mapping[StudyFilter, int]
    change_token: object


@dataclass(frozen=True, slots=True)
class StudyMoment:
    """One study's row, None where it is gone, with counts and token as in `ListSnapshot`."""

    row: StudyRow | None
    counts: Mapping[StudyFilter, int]
    change_token: object


@dataclass(frozen=True, slots=True)
class StudyImages:
    """A study with its images, those that can be shown first, the driving one before all."""

    row: StudyRow
    instances: tuple[InstanceRow, ...]


class Services:
    """The store, the model and the way of reading files, as the window needs them.

    Parameters
    ----------
    card, model_path : of the model; None where there is none, which leaves the list and the images
    reader : who sits at the window, as it is written beside a reading status
    scoring_processes : for a scan; 0 scores in the thread that asks
    """

    def __init__(
        self,
        store: WorklistStore,
        *,
        card: ModelCard | None,
        model_path: Path | None,
        reader: str,
        scoring_processes: int = 1,
    ) -> None:
        self._store = store
        self._model_path = model_path
        self._reader = reader
        self._scoring_processes = scoring_processes
        self.card = card
        self.model = ModelIdentity.from_card(card) if card else None

    @property
    def model_device_uid(self) -> str:
        """Whose results are shown; empty where there is no model."""
        return self.model.device_uid if self.model else ""

    def read_list(self, query: StudyQuery, pages: Iterable[int]) -> ListSnapshot:
        """Read some pages of the worklist and all its counts."""
        token = self.change_token()
        total = self._store.count_studies(query)
        last = max(total - 1, 0) // PAGE_ROWS
        return ListSnapshot(
            query=query,
            total=total,
            pages={
                page: self.read_page(query, page) for page in sorted(set(pages)) if page <= last
            },
            counts=self._store.count_by_filter(query.model_device_uid, query.text),
            change_token=token,
        )

    def read_page(self, query: StudyQuery, page: int) -> tuple[StudyRow, ...]:
        """Read one page of the worklist."""
        paged = replace(query, offset=page * PAGE_ROWS, limit=PAGE_ROWS)
        return tuple(self._store.list_studies(paged))

    def read_moment(self, study_key: str, query: StudyQuery) -> StudyMoment:
        """Read one study's row, and the counts for the query's text."""
        token = self.change_token()
        return StudyMoment(
            self._store.find_study(study_key, query.model_device_uid),
            self._store.count_by_filter(query.model_device_uid, query.text),
            token,
        )

    def read_study(self, study_key: str) -> StudyImages | None:
        """Read a study with its images; None where it is gone."""
        row = self._store.find_study(study_key, self.model_device_uid)
        if row is None:
            return None
        instances = self._store.list_instances(study_key, self.model_device_uid)
        driving = row.result.driving_sop_instance_uid

        def place(instance: InstanceRow) -> tuple[bool, bool, int]:
            facts = instance.facts
            is_driving = bool(driving) and facts.sop_instance_uid == driving
            return (
                not is_driving,
                not facts.image.has_pixel_data,
                facts.image.instance_number or 0,
            )

        return StudyImages(row, tuple(sorted(instances, key=place)))

    def load_image(self, instance: InstanceRow, frame_number: int = 0) -> LoadedImage:
        """Decode a frame of an image for the eye and place its heatmap on it."""
        return load_image(instance, self.card.preprocessing if self.card else None, frame_number)

    def find_priors(self, study_key: str) -> tuple[PriorStudy, ...]:
        """Give the earlier chest studies of a study's patient, the newest first."""
        return self._store.find_priors(study_key, self.model_device_uid)

    def load_model_input(self, instance: InstanceRow) -> ModelInput:
        """Prepare an image as the model gets it.

        Raises
        ------
        ModelError
            where there is no model
        """
        if self.card is None:
            raise ModelError("There is no model that could see an image.")
        return load_model_input(instance, self.card.preprocessing)

    def set_reading_status(self, study_key: str, status: ReadingStatus) -> None:
        """Write how far the reader has come."""
        self._store.set_reading_status(study_key, status, self._reader)

    def change_token(self) -> object:
        """Give a value that differs once anything in the database has changed."""
        return self._store.change_token()

    def assess(self, paths: Sequence[Path], cancel: CancelToken) -> Iterator[ScanEvent]:
        """Score what is found under the paths, record each outcome, then tell of it.

        Raises
        ------
        ModelError
            where there is no model
        """
        if self._model_path is None or self.model is None:
            raise ModelError("Nothing can be scored without a model; start with --model FILE.")
        model = self.model
        known = self._store.known_paths(model.device_uid, model.operating_point)
        for event in scan(
            paths,
            model_path=self._model_path,
            workers=self._scoring_processes,
            cancel=cancel,
            skip=known.__contains__,
        ):
            if isinstance(event, Assessed):
                self._store.record(event.facts, event.outcome, model, event.seconds)
            yield event

    def verify_model(self) -> None:
        """Load the model once, to tell at the start what is wrong with it.

        Raises
        ------
        ModelError
            as `load_model` does
        """
        if self._model_path is not None:
            load_model(self._model_path)

    def close(self) -> None:
        """Close the database."""
        self._store.close()
