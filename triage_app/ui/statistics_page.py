"""How the model does here: agreement, predictive value, flag rate, score; by week and scanner."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from triage_app.ui.line_plot import LinePlot, PlotPoint
from triage_app.ui.translation import QT_TRANSLATE_NOOP
from triage_app.ui.wording import count_text, date_and_time, decimal_text
from triage_app.worklist.agreement import Figures, Rate, figures_by, figures_of, week_of
from triage_app.worklist.feedback import ReadResult

__all__ = ["StatisticsPage"]

_MOST_WEEKS = 104
_HEADS = (
    QT_TRANSLATE_NOOP("Statistics", "Group"),
    QT_TRANSLATE_NOOP("Statistics", "Studies"),
    QT_TRANSLATE_NOOP("Statistics", "Flag rate"),
    QT_TRANSLATE_NOOP("Statistics", "Mean score"),
    QT_TRANSLATE_NOOP("Statistics", "Agreement"),
    QT_TRANSLATE_NOOP("Statistics", "Positive predictive value"),
    QT_TRANSLATE_NOOP("Statistics", "Unsure"),
    QT_TRANSLATE_NOOP("Statistics", "Not processed"),
)


class StatisticsPage(QDialog):
    """Shows figures of results; all of them, or of one model and one scanner."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Statistics"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(1120, 860)
        self._results: Sequence[ReadResult] = ()
        self.model_choice = QComboBox()
        self.model_choice.setAccessibleName(self.tr("Model"))
        self.scanner_choice = QComboBox()
        self.scanner_choice.setAccessibleName(self.tr("Scanner"))
        for choice in (self.model_choice, self.scanner_choice):
            choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.plots = (
            LinePlot(self.tr("Flag rate")),
            LinePlot(self.tr("Mean score")),
            LinePlot(self.tr("Agreement of readers")),
            LinePlot(self.tr("Positive predictive value, by readers")),
        )
        self.table = QTreeWidget()
        self.table.setAccessibleName(self.tr("Figures"))
        self.table.setHeaderLabels([_tr(head) for head in _HEADS])
        self.remark = QLabel(
            self.tr(
                "Agreement and predictive value count results that readers agreed or disagreed "
                "with; bands are 95 % intervals. A change of the flag rate or the score may come "
                "from other patients as well as from the model."
            )
        )
        self.remark.setObjectName("Muted")
        self.remark.setWordWrap(True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.export = self.buttons.addButton(
            self.tr("Save as CSV …"), QDialogButtonBox.ButtonRole.ActionRole
        )
        self.export.clicked.connect(self._ask_for_file)
        self.buttons.rejected.connect(self.reject)
        self.model_choice.currentIndexChanged.connect(self._show)
        self.scanner_choice.currentIndexChanged.connect(self._show)
        self._lay_out()

    def show_results(self, results: Sequence[ReadResult]) -> None:
        """Show what these results amount to."""
        self._results = results
        for choice, everything, names in (
            (self.model_choice, self.tr("All models"), {each.model_title for each in results}),
            (self.scanner_choice, self.tr("All scanners"), {each.scanner for each in results}),
        ):
            choice.blockSignals(True)
            choice.clear()
            choice.addItem(everything, None)
            for name in sorted(names):
                choice.addItem(name or self.tr("unknown scanner"), name)
            choice.blockSignals(False)
        self._show()

    def csv_text(self) -> str:
        """Give the table as CSV, with counts and intervals apart."""
        file = io.StringIO()
        writer = csv.writer(file, lineterminator="\r\n")
        rates = ("flag_rate", "agreement", "predictive_value")
        parts = [f"{rate}_{part}" for rate in rates for part in ("part", "whole", "low", "high")]
        writer.writerow(
            ["section", "group", "studies", *parts, "mean_score", "unsure", "not_processed"]
        )
        for section, group, figures in self._lines():
            values: list[object] = []
            for rate in (figures.flag_rate, figures.agreement, figures.predictive_value):
                values += [rate.part, rate.whole, *(rate.interval or ("", ""))]
            score = "" if figures.mean_score is None else figures.mean_score
            name = group if isinstance(group, str) else group.isoformat()
            writer.writerow(
                [
                    *(section, name, figures.studies, *values, score),
                    *(figures.unsure, figures.not_processed),
                ]
            )
        return file.getvalue()

    def _chosen(self) -> list[ReadResult]:
        model, scanner = self.model_choice.currentData(), self.scanner_choice.currentData()
        return [
            each
            for each in self._results
            if model in (None, each.model_title) and scanner in (None, each.scanner)
        ]

    def _lines(self) -> list[tuple[str, str | date, Figures]]:
        """Give section, group and figures of every line of the table."""
        chosen = self._chosen()
        lines: list[tuple[str, str | date, Figures]] = [("all", "", figures_of(chosen))]
        for section, groups in (
            ("model", figures_by(chosen, lambda each: each.model_title)),
            ("scanner", figures_by(chosen, lambda each: each.scanner)),
        ):
            lines += [(section, name, groups[name]) for name in sorted(groups)]
        weeks = figures_by(chosen, week_of)
        return [*lines, *(("week", week, weeks[week]) for week in sorted(weeks, reverse=True))]

    def _show(self) -> None:
        self._show_plots()
        heads = {
            "all": self.tr("All"),
            "model": self.tr("By model"),
            "scanner": self.tr("By scanner"),
            "week": self.tr("By week"),
        }
        self.table.clear()
        parents: dict[str, QTreeWidgetItem] = {}
        for section, group, figures in self._lines():
            if section not in parents:
                parents[section] = QTreeWidgetItem([heads[section]])
                self.table.addTopLevelItem(parents[section])
            if section == "all":
                _fill(parents[section], figures)
                continue
            name = date_and_time(group, None) if isinstance(group, date) else group
            item = QTreeWidgetItem([name or self.tr("unknown scanner")])
            _fill(item, figures)
            parents[section].addChild(item)
        self.table.expandAll()
        for column in range(self.table.columnCount()):
            self.table.resizeColumnToContents(column)

    def _show_plots(self) -> None:
        weeks = figures_by(self._chosen(), week_of)
        days = _days([week for week, figures in weeks.items() if figures.flag_rate.whole])
        known = [weeks.get(day) for day in days]
        rates: tuple[list[Rate | None], ...] = (
            [figures.flag_rate if figures else None for figures in known],
            [figures.agreement if figures else None for figures in known],
            [figures.predictive_value if figures else None for figures in known],
        )
        for plot, values in zip((self.plots[0], *self.plots[2:]), rates, strict=True):
            plot.show_points([_point(day, rate) for day, rate in zip(days, values, strict=True)])
        self.plots[1].show_points(
            [
                PlotPoint(day, figures.mean_score if figures else None)
                for day, figures in zip(days, known, strict=True)
            ]
        )

    def _ask_for_file(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save the figures as CSV"), "statistics.csv", "CSV (*.csv)"
        )
        if name:
            try:
                Path(name).write_text(self.csv_text(), encoding="utf-8-sig", newline="")
            except OSError as error:
                self.remark.setText(
                    self.tr("{}: cannot be written ({}).").format(name, error.strerror or error)
                )

    def _lay_out(self) -> None:
        choices = QHBoxLayout()
        choices.addWidget(self.model_choice)
        choices.addWidget(self.scanner_choice)
        choices.addStretch(1)
        grid = QGridLayout()
        grid.setSpacing(8)
        for number, plot in enumerate(self.plots):
            grid.addWidget(plot, number // 2, number % 2)
        layout = QVBoxLayout(self)
        layout.addLayout(choices)
        layout.addLayout(grid, 3)
        layout.addWidget(self.table, 2)
        layout.addWidget(self.remark)
        layout.addWidget(self.buttons)


def _fill(item: QTreeWidgetItem, figures: Figures) -> None:
    score = "" if figures.mean_score is None else decimal_text(figures.mean_score, 3)
    texts = (
        count_text(figures.studies),
        _rate_text(figures.flag_rate),
        score,
        _rate_text(figures.agreement),
        _rate_text(figures.predictive_value),
        count_text(figures.unsure),
        count_text(figures.not_processed),
    )
    for column, text in enumerate(texts, 1):
        item.setText(column, text)


def _rate_text(rate: Rate) -> str:
    """Write "0.83 [0.70-0.91], 35 of 42"."""
    if rate.value is None or rate.interval is None:
        return ""
    low, high = (decimal_text(each) for each in rate.interval)
    counts = _tr("{} of {}").format(count_text(rate.part), count_text(rate.whole))
    return f"{decimal_text(rate.value)} [{low}-{high}], {counts}"


def _point(day: date, rate: Rate | None) -> PlotPoint:
    if rate is None:
        return PlotPoint(day, None)
    low, high = rate.interval or (None, None)
    return PlotPoint(day, rate.value, low, high)


def _days(mondays: Sequence[date]) -> list[date]:
    """Give every Monday from the first to the last, and not more than are to be seen."""
    if not mondays:
        return []
    first, last = min(mondays), max(mondays)
    weeks = (last - first).days // 7
    first = max(first, last - timedelta(weeks=_MOST_WEEKS - 1))
    return [last - timedelta(weeks=n) for n in range(min(weeks, _MOST_WEEKS - 1), -1, -1)]


def _tr(text: str) -> str:
    return QCoreApplication.translate("Statistics", text)
