"""What is on its way to other systems, and what was given up, each with its reason."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from triage_app.ui.network_services import NetworkServices
from triage_app.ui.workers import Lane, Workers
from triage_app.worklist.delivery_records import Delivery, DeliveryState

__all__ = ["SendingDialog"]

_SHOWN = 1000


class SendingDialog(QDialog):
    """Shows the queue of deliveries, what was given up first."""

    def __init__(
        self, services: NetworkServices, workers: Workers, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("What is being sent"))
        self.resize(900, 480)
        self._services, self._workers = services, workers
        self.sentence = QLabel()
        self.sentence.setWordWrap(True)
        self.table = QTableWidget(0, 5)
        self.table.setHorizontalHeaderLabels(
            [
                self.tr("Destination"),
                self.tr("State"),
                self.tr("Attempts"),
                self.tr("Reason"),
                self.tr("SOP Instance UID"),
            ]
        )
        self.table.setAccessibleName(self.tr("Deliveries"))
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        self.resend = QPushButton(self.tr("Send again what was given up"))
        self.resend.clicked.connect(self._resend)
        self.look_again = QPushButton(self.tr("Look again"))
        self.look_again.clicked.connect(self.look)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(self.resend, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(self.look_again, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.sentence)
        layout.addWidget(self.table, 1)
        layout.addWidget(buttons)
        self.look()

    def look(self) -> None:
        """Read the queue again."""
        self._workers.submit(
            Lane.DATABASE,
            self._services.list_deliveries,
            on_done=self._show,
            on_error=self.sentence.setText,
        )

    def _resend(self) -> None:
        self._workers.submit(
            Lane.DATABASE,
            self._services.resend,
            on_done=lambda _: self.look(),
            on_error=self.sentence.setText,
        )

    def _show(self, deliveries: Sequence[Delivery]) -> None:
        failed = sum(each.state is DeliveryState.FAILED for each in deliveries)
        self.sentence.setText(
            self.tr("{:,} wait or are under way, {:,} were given up").format(
                len(deliveries) - failed, failed
            )
        )
        self.resend.setEnabled(failed > 0)
        shown = deliveries[:_SHOWN]
        self.table.setRowCount(len(shown))
        for row, each in enumerate(shown):
            cells = (
                each.destination,
                self._state(each.state),
                str(each.attempts),
                each.detail,
                each.outgoing.sop_instance_uid,
            )
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                item.setData(Qt.ItemDataRole.AccessibleTextRole, text)
                self.table.setItem(row, column, item)

    def _state(self, state: DeliveryState) -> str:
        match state:
            case DeliveryState.WAITING:
                return self.tr("waits")
            case DeliveryState.CLAIMED:
                return self.tr("is being sent")
            case DeliveryState.STORED:
                return self.tr("stored, not yet committed to")
            case DeliveryState.DELIVERED:
                return self.tr("delivered")
            case DeliveryState.FAILED:
                return self.tr("given up")
