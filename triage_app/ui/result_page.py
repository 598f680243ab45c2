"""One page with a study's result, for a file or a printer, with what it must not be taken for."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QMarginsF
from PySide6.QtGui import QPageLayout, QPageSize, QPdfWriter, QTextDocument

from triage_app.inference.card import ModelCard
from triage_app.triage.outcome import Scored
from triage_app.ui.services import StudyImages
from triage_app.ui.wording import (
    age_and_sex,
    date_and_time,
    moment_text,
    outcome_text,
    probability_text,
    reading_status_text,
    state_text,
    study_title,
)

__all__ = ["result_html", "write_result_page"]

_MARGIN_MM = 18.0


def write_result_page(path: Path, study: StudyImages, card: ModelCard | None) -> bool:
    """Write a study's result as PDF, on A4; say whether that went well."""
    writer = QPdfWriter(str(path))
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4),
            QPageLayout.Orientation.Portrait,
            QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM),
            QPageLayout.Unit.Millimeter,
        )
    )
    writer.setTitle(_tr("Result of a chest X-ray triage"))
    document = QTextDocument()
    document.setHtml(result_html(study, card, datetime.now(UTC)))
    document.print_(writer)
    del writer  # the file is whole once the writer is gone
    return path.is_file() and path.stat().st_size > 0


def result_html(study: StudyImages, card: ModelCard | None, now: datetime) -> str:
    """Write a study's result as a page; every text of a file is escaped.

    Parameters
    ----------
    card : of the model whose result it is
    now : when the page was written
    """
    row = study.row
    result = row.result
    facts = [
        (_tr("Patient"), row.patient.name),
        (_tr("ID"), row.patient.patient_id),
        (_tr("Age/sex"), age_and_sex(row.patient)),
        (_tr("Study date"), date_and_time(row.study.study_date, row.study.study_time)),
        (_tr("Description"), study_title(row.study)),
        (_tr("Accession"), row.study.accession_number),
        (_tr("Status"), _join(reading_status_text(row.reading_status), row.reader)),
    ]
    told = [(_tr("AI result"), state_text(result.state))]
    if result.probability is not None:
        told.append((_tr("Score"), probability_text(result.probability)))
    if card is not None:
        told.append((_tr("Model"), f"{card.title} ({card.device_uid})"))
        point = card.find_operating_point(result.operating_point)
        if point is not None:
            text = _tr("{}, flagged from {}").format(point.title, probability_text(point.threshold))
            told.append((_tr("Operating point"), text))
    if study.feedback is not None:
        said = study.feedback
        told.append((_tr("Reader's verdict"), _join(said.verdict, said.reason, said.note)))
    return "".join(
        [
            f"<h2>{escape(_tr('Result of a chest X-ray triage'))}</h2>",
            f"<p><b>{escape(_disclaimer())}</b></p>",
            _table(facts),
            "<hr>",
            _table(told),
            "<hr>",
            _images(study),
            f"<p><small>{escape(_tr('Written {}.').format(moment_text(now)))}</small></p>",
        ]
    )


def _images(study: StudyImages) -> str:
    rows = []
    for number, instance in enumerate(study.instances, 1):
        word, remark = outcome_text(instance.outcome)
        outcome = instance.outcome
        score = probability_text(outcome.probability) if isinstance(outcome, Scored) else ""
        cells = (str(number), instance.facts.image.view_position, word, score, remark)
        rows.append("".join(f"<td>{escape(cell)}</td>" for cell in cells))
    heads = (_tr("Image"), _tr("View"), _tr("Result"), _tr("Score"), _tr("Remarks"))
    head = "".join(f"<th align='left'>{escape(each)}</th>" for each in heads)
    body = "".join(f"<tr>{cells}</tr>" for cells in rows)
    return f"<table cellpadding='4'><tr>{head}</tr>{body}</table>"


def _table(lines: list[tuple[str, str]]) -> str:
    rows = "".join(
        f"<tr><td>{escape(name)}</td><td><b>{escape(text)}</b></td></tr>" for name, text in lines
    )
    return f"<table cellpadding='3'>{rows}</table>"


def _join(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _disclaimer() -> str:
    return _tr(
        "Research use only - not a medical device. A study that is not flagged may still hold a "
        "finding; this page replaces no reading by a radiologist."
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("ResultPage", text)
