"""The page with a study's result, on paper."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QWidget

from triage_app.inference.card import ModelCard
from triage_app.ui.result_page import result_html
from triage_app.ui.services import StudyImages

__all__ = ["ResultPrintDialog", "print_result_page"]


class ResultPrintDialog(QPrintDialog):
    """Asks where to print a study's result, and prints it there once accepted.

    It is shown by `show`: `QPrintDialog.open` wants a slot that is named the old way.
    """

    def __init__(
        self, study: StudyImages, card: ModelCard | None, parent: QWidget | None = None
    ) -> None:
        self._printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        super().__init__(self._printer, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(self.tr("Print the result"))
        self.setOption(QPrintDialog.PrintDialogOption.PrintPageRange, on=False)
        self.accepted.connect(lambda: print_result_page(self._printer, study, card))


def print_result_page(printer: QPrinter, study: StudyImages, card: ModelCard | None) -> None:
    """Print a study's result on the printer's own paper."""
    document = QTextDocument()
    document.setHtml(result_html(study, card, datetime.now(UTC)))
    document.print_(printer)
