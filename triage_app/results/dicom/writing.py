"""From the outcomes of a study to files: each result once, whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path

from pydicom import Dataset, dcmread
from pydicom.errors import InvalidDicomError

from triage_app.errors import ResultError
from triage_app.imaging.elements import MALFORMED_DATA_ERRORS, text_value
from triage_app.imaging.rendering import load_modality_image, render_modality_image
from triage_app.inference.card import ModelCard
from triage_app.results.dicom.encapsulated_pdf import build_encapsulated_pdf
from triage_app.results.dicom.parametric_map import build_parametric_map
from triage_app.results.dicom.presentation_state import build_presentation_state
from triage_app.results.dicom.provenance import ResultKind
from triage_app.results.dicom.secondary_capture import build_secondary_capture
from triage_app.results.dicom.statement import image_result_uid, scored_of
from triage_app.results.dicom.structured_report import (
    build_structured_report,
    structured_report_uid,
)
from triage_app.results.dicom.study import AssessedInstance, AssessedStudy

__all__ = ["DEFAULT_KINDS", "find_predecessor", "list_results", "write_dataset", "write_results"]

DEFAULT_KINDS = frozenset(
    {
        ResultKind.REPORT,
        ResultKind.SECONDARY_CAPTURE,
        ResultKind.PRESENTATION_STATE,
        ResultKind.PARAMETRIC_MAP,
    }
)
_OF_PIXELS = (ResultKind.SECONDARY_CAPTURE, ResultKind.PRESENTATION_STATE, ResultKind.PDF)


def write_results(
    study: AssessedStudy,
    card: ModelCard,
    folder: Path,
    made_at: datetime,
    kinds: Collection[ResultKind] = DEFAULT_KINDS,
    *,
    is_enhanced: bool = False,
) -> list[Path]:
    """Write the results of a study as ``folder/<Study Instance UID>/<kind>-<UID>.dcm``.

    Parameters
    ----------
    study : all its instances with their outcomes
    card : of the model
    folder : made where it is missing
    made_at : when the outcomes were made, with its time zone
    kinds : what to write; `ResultKind.AGREEMENT` is a reader's and is not written here
    is_enhanced : the report as Enhanced SR, for receivers that know no Comprehensive 3D SR

    Returns
    -------
    list of Path
        the files that were written now. A result that lies there already is left as it is, so the
        same outcomes again write nothing. A report follows the latest other report that lies there.

    Raises
    ------
    InstanceError
        where an image that was scored can no longer be decoded
    ResultError
        where a result cannot be built or written
    """
    place = folder / study.study_instance_uid
    written: list[Path] = []
    if ResultKind.REPORT in kinds:
        uid = structured_report_uid(study, card, is_enhanced=is_enhanced)
        path = _path(place, ResultKind.REPORT, uid)
        if not path.exists():
            predecessor = find_predecessor(place)
            report = build_structured_report(
                study,
                card,
                made_at,
                predecessors=[predecessor] if predecessor is not None else [],
                is_enhanced=is_enhanced,
            )
            written.append(write_dataset(report, path))
    for item in study.scored:
        if not item.can_be_referenced:
            continue
        wanted = {
            kind: path
            for kind in _of_image(item, kinds)
            if not (path := _path(place, kind, image_result_uid(kind, item, card))).exists()
        }
        for kind, built in _build(item, card, made_at, wanted):
            written.append(write_dataset(built, wanted[kind]))
    return written


def list_results(
    study: AssessedStudy,
    card: ModelCard,
    folder: Path,
    kinds: Collection[ResultKind] = DEFAULT_KINDS,
    *,
    is_enhanced: bool = False,
) -> list[Path]:
    """Give the files that `write_results` has written for these outcomes, now or earlier."""
    place = folder / study.study_instance_uid
    paths = []
    if ResultKind.REPORT in kinds:
        uid = structured_report_uid(study, card, is_enhanced=is_enhanced)
        paths.append(_path(place, ResultKind.REPORT, uid))
    for item in study.scored:
        if item.can_be_referenced:
            paths += [
                _path(place, kind, image_result_uid(kind, item, card))
                for kind in _of_image(item, kinds)
            ]
    return [path for path in paths if path.exists()]


def _path(place: Path, kind: ResultKind, uid: str) -> Path:
    return place / f"{kind}-{uid}.dcm"


def _of_image(item: AssessedInstance, kinds: Collection[ResultKind]) -> Iterator[ResultKind]:
    for kind in ResultKind:
        if kind not in kinds or kind in (ResultKind.REPORT, ResultKind.AGREEMENT):
            continue
        if kind is ResultKind.PRESENTATION_STATE and not scored_of(item).is_flagged:
            continue
        yield kind


def _build(
    item: AssessedInstance, card: ModelCard, made_at: datetime, wanted: Collection[ResultKind]
) -> Iterator[tuple[ResultKind, Dataset]]:
    """Build what is wanted; the image is decoded once, and only where its pixels are needed."""
    if ResultKind.PARAMETRIC_MAP in wanted:
        mapped = build_parametric_map(item, card, made_at)
        if mapped is not None:
            yield ResultKind.PARAMETRIC_MAP, mapped
    if not any(kind in wanted for kind in _OF_PIXELS):
        return
    image = load_modality_image(item.instance)
    rendered = render_modality_image(image)
    if ResultKind.SECONDARY_CAPTURE in wanted:
        capture = build_secondary_capture(item, rendered, card, made_at)
        yield ResultKind.SECONDARY_CAPTURE, capture
    if ResultKind.PRESENTATION_STATE in wanted:
        state = build_presentation_state(item, image, card, made_at)
        if state is not None:
            yield ResultKind.PRESENTATION_STATE, state
    if ResultKind.PDF in wanted:
        yield ResultKind.PDF, build_encapsulated_pdf(item, rendered, card, made_at)


def find_predecessor(place: Path) -> Dataset | None:
    """Give the latest AI report in a study's folder of results; None where there is none.

    A file there that cannot be read is no predecessor, and no reason to stop.
    """
    reports = []
    for path in sorted(place.glob(f"{ResultKind.REPORT}-*.dcm")):
        try:
            reports.append(dcmread(path))
        except (OSError, InvalidDicomError, *MALFORMED_DATA_ERRORS):
            continue

    def age(report: Dataset) -> tuple[str, str, str]:
        return (
            text_value(report, "ContentDate"),
            text_value(report, "ContentTime"),
            text_value(report, "SOPInstanceUID"),
        )

    return max(reports, key=age, default=None)


def write_dataset(dataset: Dataset, path: Path) -> Path:
    """Write a DICOM file so that it is there whole or not at all, even if the power fails.

    Raises
    ------
    ResultError
        where it cannot be written
    """
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            dir=path.parent, prefix=".", suffix=".part", delete=False
        ) as file:
            temporary = Path(file.name)
            dataset.save_as(file, enforce_file_format=True)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise ResultError(
            f"{path}: cannot be written ({error.strerror or error}); check the disk and that you "
            "may write there."
        ) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
    return path


def _umask() -> int:
    """Read the mask for new files; `tempfile` makes them for their owner alone."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # a folder cannot be opened there; the rename is journalled
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
