"""How long it takes from the arrival of a study's last instance to its row in an open window.

``python -m benchmarks arrival_to_row_ms`` prints a table. A window without a screen receives; a
sender in another thread sends studies of two images one after the other, and notes when the last
one was acknowledged. The window notes when the row is in its list. Of the studies the 95th
percentile counts, which is to stay below a second.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from pydicom.uid import ComputedRadiographyImageStorage, ExplicitVRLittleEndian
from pynetdicom import AE

from benchmarks.measurement import Bound, Goal, Measurement
from triage_app.imaging.authoring import new_radiograph, write_radiograph
from triage_app.imaging.description import (
    PatientDescription,
    RadiographDescription,
    StudyDescription,
)

__all__ = ["measure"]

GOAL = Goal(1000.0, Bound.AT_MOST)
_STUDIES = 40
_IMAGES = 2
_SIDE = 1024
_PAUSE_SECONDS = 0.7
_SECONDS = 300.0


def measure(studies: int = _STUDIES) -> Iterator[Measurement]:
    """Send studies to a window and time the rows."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as name:
        waits = _time_rows(Path(name), studies)
    milliseconds = np.sort(waits) * 1000
    value = float(np.percentile(milliseconds, 95))
    yield Measurement("arrival_to_row_ms", value, "ms", goal=GOAL)
    yield Measurement("arrival_to_row_ms_median", float(np.median(milliseconds)), "ms", goal=GOAL)


def _time_rows(folder: Path, studies: int) -> list[float]:
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415 - the platform is chosen first

    from triage_app.inference.card import card_path_for, read_card  # noqa: PLC0415
    from triage_app.inference.models import shipped_model_path  # noqa: PLC0415
    from triage_app.settings import Settings  # noqa: PLC0415
    from triage_app.ui.desk_options import Preferences  # noqa: PLC0415
    from triage_app.ui.main_window import MainWindow  # noqa: PLC0415
    from triage_app.ui.reception import ReceptionState  # noqa: PLC0415
    from triage_app.ui.services import Services  # noqa: PLC0415
    from triage_app.worklist.store import WorklistStore  # noqa: PLC0415

    application = QApplication.instance() or QApplication([])
    model_path = shipped_model_path()
    settings = Settings.model_validate(
        {
            "receives": True,
            "spool": folder / "spool",
            "results": folder / "results",
            "receiver": {"port": 0, "least_free_mib": 0},
        }
    )
    services = Services(
        WorklistStore.open(folder / "worklist.sqlite"),
        card=read_card(card_path_for(model_path)),
        model_path=model_path,
        reader="",
    )
    window = MainWindow(services, preferences=Preferences(settings))
    window.show()
    files = _write(folder / "load", studies)
    acknowledged: dict[str, float] = {}
    shown: dict[str, float] = {}
    deadline = time.monotonic() + _SECONDS
    reception = window.desk.network.reception
    sender: threading.Thread | None = None
    while len(shown) < studies and time.monotonic() < deadline:
        application.processEvents()
        if sender is None and reception.report.state is ReceptionState.LISTENING:
            arguments = (reception.report.port, files, acknowledged)
            sender = threading.Thread(target=_send, args=arguments, daemon=True)
            sender.start()
        for uid in [uid for uid in acknowledged if uid not in shown]:
            at = window.model.row_of(uid)
            row = window.model.study_at(at) if at is not None else None
            if row is not None and row.images == _IMAGES:
                shown[uid] = time.perf_counter()
        time.sleep(0.002)
    window.close()
    if len(shown) < studies:
        raise SystemExit(f"only {len(shown)} of {studies} studies came in {_SECONDS:.0f} s")
    return [shown[uid] - at for uid, at in acknowledged.items()]


def _write(folder: Path, studies: int) -> dict[str, list[Path]]:
    generator = np.random.default_rng(5)
    files: dict[str, list[Path]] = {}
    folder.mkdir()
    for study in range(studies):
        uid = f"1.2.99.{study + 1}"
        for number in range(_IMAGES):
            pixels = generator.integers(0, 4096, (_SIDE, _SIDE), dtype=np.uint16)
            dataset = new_radiograph(
                pixels,
                RadiographDescription(
                    PatientDescription(patient_id=f"B-{study}", age="003Y"),
                    StudyDescription(study_instance_uid=uid),
                    uid_seed=f"row-{study}-{number}",
                ),
            )
            path = folder / f"{study}-{number}.dcm"
            write_radiograph(dataset, path, ExplicitVRLittleEndian)
            files.setdefault(uid, []).append(path)
    return files


def _send(port: int, files: dict[str, list[Path]], acknowledged: dict[str, float]) -> None:
    for uid, paths in files.items():
        ae = AE(ae_title="SENDER")
        ae.add_requested_context(ComputedRadiographyImageStorage, ExplicitVRLittleEndian)
        association = ae.associate("127.0.0.1", port, ae_title="TRIAGE")
        for path in paths:
            association.send_c_store(path)
        acknowledged[uid] = time.perf_counter()
        association.release()
        time.sleep(_PAUSE_SECONDS)
