"""The model's card in plain words."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from triage_app.inference.card import Evaluation, ModelCard, OperatingPoint
from triage_app.ui.wording import count_text, date_and_time, estimate_text, probability_text

__all__ = ["ModelCardPage", "card_html"]


def _tr(text: str) -> str:
    return QCoreApplication.translate("ModelCard", text)


class ModelCardPage(QDialog):
    """Shows what a model is for, how often it errs, and where nobody has tested it."""

    def __init__(self, card: ModelCard, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About the model"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(760, 720)
        self.text = QTextBrowser()
        self.text.setAccessibleName(self.tr("Model card"))
        self.text.setOpenLinks(False)
        self.text.setHtml(card_html(card))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.text)
        layout.addWidget(buttons)


def card_html(card: ModelCard) -> str:
    """Write a card as a page; every word of the card itself is escaped."""
    eligibility, spec = card.eligibility, card.preprocessing
    parts = [
        f"<h2>{escape(card.title)}</h2>",
        _paragraph(card.intended_use),
        _head(_tr("How often it is right and wrong")),
        *(_point(card, point) for point in card.operating_points),
        *_populations(card),
        _head(_tr("What it does not know")),
        _list(card.known_limits),
        _head(_tr("Which images it reads")),
        _list(
            [
                _tr("Modalities: {}").format(", ".join(eligibility.modalities)),
                _tr("Body parts: {}").format(", ".join(eligibility.body_parts)),
                _tr("Views: {}").format(", ".join(eligibility.view_positions)),
                _tr("At least {} x {} pixels").format(*(eligibility.smallest_matrix,) * 2),
                _tr("Each image is resized to {} x {} pixels").format(spec.columns, spec.rows),
            ]
        ),
        _head(_tr("Calibration")),
        *_calibrations(card),
        _head(_tr("Tests")),
        *(_evaluation(evaluation) for evaluation in card.evaluations),
        _head(_tr("Data")),
        _list(
            [
                _tr("{}, for {}: {} images of {} patients, {}").format(
                    data.name,
                    data.used_for,
                    count_text(data.images),
                    count_text(data.patients),
                    data.licence,
                )
                for data in card.data_sets
            ]
        ),
        _head(_tr("Identity")),
        _list(
            [
                card.architecture,
                _tr("Made {}").format(date_and_time(card.created, None)),
                _tr("Device UID {}").format(card.device_uid),
                _tr("Run {}").format(card.run_id),
                _tr("SHA-256 {}").format(card.onnx_sha256),
            ]
        ),
    ]
    return "".join(parts)


def _populations(card: ModelCard) -> list[str]:
    """Say whom the model reads apart, by which age, and as whom without one."""
    if not card.populations:
        return []
    ages = _tr("{}: used from {} to below {} years, trained on {} to {} years")
    lines = [
        ages.format(
            population.name,
            f"{population.lowest_years:g}",
            f"{population.highest_years:g}",
            f"{population.training_ages.lowest_years:g}",
            f"{population.training_ages.highest_years:g}",
        )
        for population in card.populations
    ]
    lines.append(_tr("Unknown age: read as {}").format(card.population_without_age))
    return [_head(_tr("Whom it reads apart")), _list(lines)]


def _calibrations(card: ModelCard) -> list[str]:
    """Give the calibration's figures, of each population where there are some."""
    found = {each.name: each.calibration for each in card.populations} or {"": card.calibration}
    if not any(found.values()):
        return [_paragraph(_tr("None: the score orders images, and is no frequency of disease."))]
    return [
        _list(
            [
                f"{population}: {name}: {text}" if population else f"{name}: {text}"
                for population, figures in found.items()
                for name, text in (
                    (name, estimate_text(figure, 3)) for name, figure in figures.items()
                )
            ]
        )
    ]


def _point(card: ModelCard, point: OperatingPoint) -> str:
    missed = 100 - round(point.sensitivity.value * 100)
    alarms = 100 - round(point.specificity.value * 100)
    text = _tr(
        "Operating point {}, flagged from {}: of 100 images with {} it misses about {}, of 100 "
        "without it flags about {}. Sensitivity {}, specificity {}, on {} (n = {})."
    )
    return _paragraph(
        text.format(
            point.title,
            probability_text(point.threshold),
            card.finding,
            missed,
            alarms,
            estimate_text(point.sensitivity, 3),
            estimate_text(point.specificity, 3),
            point.data_set,
            count_text(point.n),
        )
    )


def _evaluation(evaluation: Evaluation) -> str:
    whom = f", {evaluation.population}" if evaluation.population else ""
    title = f"{evaluation.data_set}{whom}, {evaluation.subgroup} (n = {count_text(evaluation.n)})"
    figures = [f"{name} {estimate_text(figure, 3)}" for name, figure in evaluation.metrics.items()]
    return f"<p><b>{escape(title)}</b><br>{escape('; '.join(figures))}</p>"


def _head(text: str) -> str:
    return f"<h3>{escape(text)}</h3>"


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def _list(texts: tuple[str, ...] | list[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in texts)}</ul>"
