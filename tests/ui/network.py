"""Settings of a window that takes part in a network, and senders that speak to it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pydicom import dcmread
from pynetdicom import AE

from triage_app.settings import Settings

__all__ = ["network_settings", "send"]


def network_settings(folder: Path, **changes: object) -> Settings:
    """Give settings whose folders lie in a test's own."""
    return Settings.model_validate(
        {
            "receives": True,
            "spool": folder / "spool",
            "results": folder / "results",
            "receiver": {"port": 0, "least_free_mib": 0, "quiet_seconds": 0},
            **changes,
        }
    )


def send(port: int, paths: Iterable[Path]) -> list[int]:
    """Send files over one association; give the statuses."""
    datasets = [dcmread(path) for path in paths]
    ae = AE(ae_title="SENDER")
    for dataset in datasets:
        ae.add_requested_context(dataset.SOPClassUID, dataset.file_meta.TransferSyntaxUID)
    association = ae.associate("127.0.0.1", port, ae_title="TRIAGE")
    statuses = [int(association.send_c_store(dataset).Status) for dataset in datasets]
    association.release()
    return statuses
