"""One other system, field by field."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from triage_app.intake.peers import Peer

__all__ = ["PeerForm"]

_USUAL_PORT = 104


class PeerForm(QWidget):
    """Shows and reads the entry of a peer; what it has no field for stays as it was."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: dict[str, object] = {}
        self.name, self.ae_title, self.host = QLineEdit(), QLineEdit(), QLineEdit()
        self.ae_title.setMaxLength(16)
        self.port = QSpinBox()
        self.port.setRange(1, 65535)
        self.port.setValue(_USUAL_PORT)
        self.url = QLineEdit()
        self.url.setPlaceholderText("https://pacs.example/dicom-web")
        self.token = QLineEdit()
        self.token.setEchoMode(QLineEdit.EchoMode.Password)
        self.uses_tls = QCheckBox(self.tr("Encrypt, and check the certificate"))
        self.authorities, self.certificate, self.key = QLineEdit(), QLineEdit(), QLineEdit()
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        plain: tuple[tuple[str, QWidget], ...] = (
            (self.tr("Name"), self.name),
            (self.tr("AE title"), self.ae_title),
            (self.tr("Host"), self.host),
            (self.tr("Port"), self.port),
            (self.tr("DICOMweb URL"), self.url),
            (self.tr("Token of DICOMweb"), self.token),
            (self.tr("TLS"), self.uses_tls),
        )
        for text, field in plain:
            form.addRow(text, field)
            field.setAccessibleName(text)
        self._files: list[QWidget] = []
        for text, file in (
            (self.tr("Authorities (PEM)"), self.authorities),
            (self.tr("Our certificate (PEM)"), self.certificate),
            (self.tr("Our key (PEM)"), self.key),
        ):
            self._files.append(self._with_button(file))
            form.addRow(text, self._files[-1])
            file.setAccessibleName(text)
        self.uses_tls.toggled.connect(self._enable_files)
        self._enable_files(False)

    def show_peer(self, peer: Peer | None) -> None:
        """Show an entry; None shows empty fields."""
        self._shown = peer.model_dump(mode="json", exclude_none=True) if peer else {}
        tls = peer.tls if peer else None
        self.name.setText(peer.name if peer else "")
        self.ae_title.setText((peer.ae_title or "") if peer else "")
        self.host.setText(peer.host if peer else "")
        self.port.setValue(peer.port if peer else _USUAL_PORT)
        self.url.setText(peer.url if peer else "")
        self.token.clear()
        has_token = peer is not None and bool(peer.token_file or peer.token_variable)
        self.token.setPlaceholderText(
            self.tr("kept as it is") if has_token else self.tr("none; kept in a file of its own")
        )
        self.uses_tls.setChecked(tls is not None)
        for field, path in (
            (self.authorities, tls.authorities if tls else None),
            (self.certificate, tls.certificate if tls else None),
            (self.key, tls.key if tls else None),
        ):
            field.setText(str(path) if path else "")

    def read_peer(self) -> Peer:
        """Give the entry as the fields say; the token is not in it.

        Raises
        ------
        pydantic.ValidationError
            where a field is refused
        """
        read: dict[str, object] = {
            **self._shown,
            "name": self.name.text().strip(),
            "ae_title": self.ae_title.text().strip() or None,
            "host": self.host.text().strip(),
            "port": self.port.value(),
            "url": self.url.text().strip(),
            "tls": self._read_tls(),
        }
        return Peer.model_validate(read)

    def _read_tls(self) -> dict[str, object] | None:
        if not self.uses_tls.isChecked():
            return None
        before = self._shown.get("tls")
        files = {
            name: field.text().strip() or None
            for name, field in (
                ("authorities", self.authorities),
                ("certificate", self.certificate),
                ("key", self.key),
            )
        }
        return {**(before if isinstance(before, dict) else {}), **files}

    def _enable_files(self, is_enabled: bool) -> None:
        for field in self._files:
            field.setEnabled(is_enabled)

    def _with_button(self, field: QLineEdit) -> QWidget:
        both = QWidget()
        layout = QHBoxLayout(both)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(field, 1)
        button = QPushButton("…")
        button.setAccessibleName(self.tr("Choose a file"))
        button.setAutoDefault(False)
        button.clicked.connect(lambda: self._ask_for_file(field))
        layout.addWidget(button)
        return both

    def _ask_for_file(self, field: QLineEdit) -> None:
        name, _ = QFileDialog.getOpenFileName(self, self.tr("Choose a file"), field.text())
        if name:
            field.setText(str(Path(name)))
