"""What the window asks for, in plain Python: no Qt, so that it runs in any thread."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from triage_app.errors import ModelError
from triage_app.imaging.source import MEMBER_SEPARATOR
from triage_app.inference.card import ModelCard, card_path_for, read_card
from triage_app.intake.events import Assessed, CancelToken, ScanEvent
from triage_app.settings import Settings
from triage_app.triage.outcome import Scored
from triage_app.ui.audit_notes import AuditNotes
from triage_app.ui.network_services import NetworkServices
from triage_app.ui.viewer.loading import (
    LoadedImage,
    ModelInput,
    Thumbnail,
    load_image,
    load_model_input,
    load_thumbnail,
)
from triage_app.worklist.feedback import ReadResult
from triage_app.worklist.priors import PriorStudy
from triage_app.worklist.records import (
    Feedback,
    Holder,
    InstanceRow,
    ModelIdentity,
    ReadingStatus,
    SavedFilter,
    StudyFilter,
    StudyQuery,
    StudyRow,
    Verdict,
)
from triage_app.worklist.store import WorklistStore

__all__ = ["PAGE_ROWS", "ListSnapshot", "Services", "StudyImages", "StudyMoment", "Tab"]

Tab = StudyFilter | SavedFilter
"""One of the program's tabs over the list, or one of the reader's own."""

PAGE_ROWS = 200
"""Rows of the worklist that are read at a time."""


@dataclass(frozen=True, slots=True)
class ListSnapshot:
    """The worklist at one moment.

    Attributes
    ----------
    total : how many studies the query finds
    pages : rows by page number, `PAGE_ROWS` each
    counts : studies per tab, for the same text
    change_token : of the database before it was read, see `Services.change_token`
    """

    query: StudyQuery
    total: int
    pages: Mapping[int, tuple[StudyRow, ...]]
    counts: Mapping[Tab, int]
    change_token: object


@dataclass(frozen=True, slots=True)
class StudyMoment:
    """One study's row, None where it is gone, with counts and token as in `ListSnapshot`."""

    row: StudyRow | None
    counts: Mapping[Tab, int]
    change_token: object


@dataclass(frozen=True, slots=True)
class StudyImages:
    """A study with its images, those that can be shown first, the driving one before all.

    Attributes
    ----------
    feedback : what the reader said of its result; None where they said nothing
    """

    row: StudyRow
    instances: tuple[InstanceRow, ...]
    feedback: Feedback | None = None


class Services:
    """The store, the model and the way of reading files, as the window needs them.

    Parameters
    ----------
    card, model_path : of the model; None where there is none, which leaves the list and the images
    reader : who sits at the window, as it is written beside statuses and verdicts
    scoring_processes : for a scan; 0 scores in the thread that asks
    withholds_scores : triage only: flags and order are shown, scores and heatmaps never reach the
        window
    """

    def __init__(
        self,
        store: WorklistStore,
        *,
        card: ModelCard | None,
        model_path: Path | None,
        reader: str,
        scoring_processes: int = 1,
        withholds_scores: bool = False,
    ) -> None:
        self._store = store
        self._model_path = model_path
        self.reader = reader
        self.audit = AuditNotes(store, reader)
        self._scoring_processes = scoring_processes
        self.withholds_scores = withholds_scores
        self.card = card
        self.model = ModelIdentity.from_card(card) if card else None

    def use_model(self, model_path: Path) -> None:
        """Score with another model from now on and show its results; old results are kept.

        Raises
        ------
        ModelError
            where its card or the model itself is refused; then the one before stays
        """
        card = read_card(card_path_for(model_path))
        _load_model(model_path)
        self._model_path, self.card = model_path, card
        self.model = ModelIdentity.from_card(card)

    def network(self, settings: Settings) -> NetworkServices:
        """Give what the window asks of the network, by the model in use."""
        return NetworkServices(self._store, settings, self._model_path)

    def paths_without_outcome(self) -> tuple[Path, ...]:
        """Give the known files that the model has not seen; an archive stands for its members."""
        found = self._store.paths_without_outcome(self.model_device_uid)
        return tuple(dict.fromkeys(Path(path.partition(MEMBER_SEPARATOR)[0]) for path in found))

    @property
    def model_device_uid(self) -> str:
        """Whose results are shown; empty where there is no model."""
        return self.model.device_uid if self.model else ""

    @property
    def thresholds(self) -> Mapping[str, float]:
        """Give the model's operating points with their thresholds; none where there is no model."""
        return self.model.thresholds if self.model else {}

    def read_list(
        self, query: StudyQuery, pages: Iterable[int], saved: Sequence[SavedFilter] = ()
    ) -> ListSnapshot:
        """Read some pages of the worklist and the counts of its tabs.

        Parameters
        ----------
        saved : tabs of the reader's own, counted beside those of the program
        """
        token = self.change_token()
        counts = self.count_studies(query, saved)
        total = self._store.count_studies(query) if query.kept_text else counts[query.filter]
        last = max(total - 1, 0) // PAGE_ROWS
        return ListSnapshot(
            query=query,
            total=total,
            pages={
                page: self.read_page(query, page) for page in sorted(set(pages)) if page <= last
            },
            counts=counts,
            change_token=token,
        )

    def count_studies(
        self, query: StudyQuery, saved: Sequence[SavedFilter] = ()
    ) -> Mapping[Tab, int]:
        """Count the studies under each tab for the query's text."""
        counts: dict[Tab, int] = {}
        counts.update(
            self._store.count_by_filter(query.model_device_uid, query.text, query.reader).items()
        )
        for each in saved:
            narrowed = replace(query, filter=each.filter, kept_text=each.text)
            counts[each] = self._store.count_studies(narrowed)
        return counts

    def read_page(self, query: StudyQuery, page: int) -> tuple[StudyRow, ...]:
        """Read one page of the worklist."""
        paged = replace(query, offset=page * PAGE_ROWS, limit=PAGE_ROWS)
        return tuple(map(self._shown_row, self._store.list_studies(paged)))

    def read_rows(self, query: StudyQuery) -> Iterator[StudyRow]:
        """Read every row that a query finds, page by page."""
        page = 0
        while rows := self.read_page(query, page):
            yield from rows
            page += 1

    def read_moment(
        self, study_key: str, query: StudyQuery, saved: Sequence[SavedFilter] = ()
    ) -> StudyMoment:
        """Read one study's row, and the counts for the query's text."""
        token = self.change_token()
        row = self._store.find_study(study_key, query.model_device_uid)
        return StudyMoment(
            self._shown_row(row) if row else None,
            self.count_studies(query, saved),
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

        return StudyImages(
            self._shown_row(row),
            tuple(map(self._shown_instance, sorted(instances, key=place))),
            self.find_feedback(study_key),
        )

    def open_study(self, study_key: str) -> StudyImages | None:
        """Read a study for a reader who is to see it, and note that in the audit trail."""
        study = self.read_study(study_key)
        if study is not None:
            self.audit.opened(study_key)
        return study

    def load_image(self, instance: InstanceRow, frame_number: int = 0) -> LoadedImage:
        """Decode a frame of an image for the eye and place its heatmap on it."""
        card = self.card
        image = load_image(
            instance,
            card.preprocessing if card else None,
            frame_number,
            card.heatmap_geometry if card else None,
        )
        return replace(image, heat=None) if self.withholds_scores else image

    def load_study_thumbnail(self, study_key: str) -> Thumbnail:
        """Read the image that stands for a study, small; without one where none can be shown."""
        study = self.read_study(study_key)
        if study is None or not study.instances:
            return Thumbnail(None)
        return load_thumbnail(study.instances[0])

    def find_priors(self, study_key: str) -> tuple[PriorStudy, ...]:
        """Give the earlier chest studies of a study's patient, the newest first."""
        priors = self._store.find_priors(study_key, self.model_device_uid)
        return tuple(map(self._shown_prior, priors))

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

    def set_reading_status(
        self, study_key: str, status: ReadingStatus, reader: str | None = None
    ) -> None:
        """Write how far a reader, else the one at the window, has come."""
        name = self.reader if reader is None else reader
        self._store.set_reading_status(study_key, status, name)

    def begin_reading(self, study_key: str) -> Holder | None:
        """Take an unread study in progress; give who else has it in progress, where one has."""
        if self._store.find_study(study_key, self.model_device_uid) is None:
            return None
        return self._store.begin_reading(study_key, self.reader)

    def find_row(self, study_key: str) -> StudyRow | None:
        """Read one study's row; None where it is gone."""
        return self._store.find_study(study_key, self.model_device_uid)

    def find_feedback(self, study_key: str) -> Feedback | None:
        """Read what the reader said of a study's result; None where they said nothing."""
        return self._store.feedback.find(study_key, self.model_device_uid, self.reader)

    def give_feedback(self, study_key: str, verdict: Verdict, reason: str, note: str) -> None:
        """Write what the reader says of a study's result."""
        self._store.feedback.give(
            study_key, self.model_device_uid, self.reader, verdict, reason=reason, note=note
        )

    def restore_feedback(self, study_key: str, before: Feedback | None) -> None:
        """Put back what the reader had said before."""
        self._store.feedback.restore(study_key, self.model_device_uid, self.reader, before)

    def read_results(self) -> list[ReadResult]:
        """Read every result by every model, with the verdicts on them."""
        return self._store.feedback.read_results()

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
        from triage_app.intake.scan import scan  # noqa: PLC0415 - the list must not wait for it

        if self._model_path is None or self.model is None:
            raise ModelError("Nothing can be scored without a model; start with --model FILE.")
        model = self.model
        known = self._store.known_paths(model.device_uid, model.thresholds)
        imported = dict[str, None]()
        try:
            for event in scan(
                paths,
                model_path=self._model_path,
                workers=self._scoring_processes,
                cancel=cancel,
                skip=known.__contains__,
            ):
                if isinstance(event, Assessed):
                    key = self._store.record(event.facts, event.outcome, model, event.seconds)
                    imported[key] = None
                yield event
        finally:
            self.audit.imported(list(imported))

    def verify_model(self) -> None:
        """Load the model once, to tell at the start what is wrong with it.

        Raises
        ------
        ModelError
            as `load_model` does
        """
        if self._model_path is not None:
            _load_model(self._model_path)

    def _shown_row(self, row: StudyRow) -> StudyRow:
        if not self.withholds_scores:
            return row
        return replace(row, result=replace(row.result, probability=None))

    def _shown_prior(self, prior: PriorStudy) -> PriorStudy:
        if not self.withholds_scores:
            return prior
        other = prior.other_result
        return replace(
            prior,
            row=self._shown_row(prior.row),
            other_result=replace(other, probability=None) if other else None,
        )

    def _shown_instance(self, instance: InstanceRow) -> InstanceRow:
        if not self.withholds_scores or not isinstance(instance.outcome, Scored):
            return instance
        return replace(instance, outcome=replace(instance.outcome, probability=math.nan))

    def close(self) -> None:
        """Close the database."""
        self.audit.stop()
        self._store.close()


def _load_model(model_path: Path) -> None:
    from triage_app.inference.session import load_model  # noqa: PLC0415 - onnxruntime, later

    load_model(model_path)
