"""What is left behind by opening and closing study after study, as a reader does all day.

The window opens the first image of each of a hundred studies, goes to the next, and begins again.
After a first round, which fills every cache, memory is told; then after all the others.
"""

from __future__ import annotations

import argparse
import gc
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.measurement import Bound, Goal, Measurement

__all__ = ["measure_endurance"]

GROWTH_GOAL_MB = 50.0
_STUDIES = 100
_OPENED = 500
_SIDE = 1500
_LONGEST_SECONDS = 60.0


def measure_endurance(opened: int = _OPENED) -> Iterator[Measurement]:
    """Open so many studies; give the growth of memory and the number of threads left."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory(prefix="triage-endurance-") as folder:
        growth, threads = _open_and_close(Path(folder), opened)
    goal = Goal(GROWTH_GOAL_MB, Bound.AT_MOST)
    yield Measurement("open_close_growth_mb", growth, "MB", goal=goal)
    yield Measurement(
        "open_close_threads_left", float(threads), "threads", goal=Goal(0.0, Bound.AT_MOST)
    )


def _open_and_close(folder: Path, opened: int) -> tuple[float, int]:
    from PySide6.QtTest import QTest  # noqa: PLC0415 - after the platform is chosen
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415

    from triage_app.ui.main_window import MainWindow  # noqa: PLC0415
    from triage_app.ui.services import Services  # noqa: PLC0415
    from triage_app.ui.theme import apply_theme  # noqa: PLC0415
    from triage_app.worklist.store import WorklistStore  # noqa: PLC0415

    application = QApplication.instance() or QApplication([])
    if isinstance(application, QApplication):
        apply_theme(application)
    store = WorklistStore.open(folder / "worklist.sqlite")
    device_uid = _record_studies(store, folder)
    before = threading.active_count()
    window = MainWindow(Services(store, card=None, model_path=None, reader="Probe"))
    window.feed.set_model(device_uid, "Probe")
    window.show()
    shown: list[bool] = []
    window.image_shown.connect(lambda: shown.append(True))

    def wait_for(is_true: Callable[[], bool]) -> None:
        end = time.monotonic() + _LONGEST_SECONDS
        while not is_true():
            if time.monotonic() > end:
                raise TimeoutError(f"nothing happened for {_LONGEST_SECONDS:g} s")
            QTest.qWait(1)

    wait_for(lambda: window.model.rowCount() == _STUDIES)
    memory = []
    for number in range(opened):
        if number == min(_STUDIES, opened // 2):
            memory.append(_resident_mb())
        shown.clear()
        window.list_view.choose(number % _STUDIES)
        wait_for(lambda: bool(shown))
    memory.append(_resident_mb())
    window.close()
    window.deleteLater()
    QTest.qWait(1)
    return memory[1] - memory[0], threading.active_count() - before


def _record_studies(store: object, folder: Path) -> str:
    """Write radiographs of noise, one a study, and put them into the worklist."""
    import numpy as np  # noqa: PLC0415
    from pydicom.uid import ComputedRadiographyImageStorage  # noqa: PLC0415

    from benchmarks.worklist_list import MODEL  # noqa: PLC0415
    from triage_app.imaging.header import read_instance  # noqa: PLC0415
    from triage_app.imaging.source import source_from_path  # noqa: PLC0415
    from triage_app.triage.outcome import Scored  # noqa: PLC0415

    noise = np.random.default_rng(1).integers(0, 4096, (_SIDE, _SIDE), dtype=np.uint16)
    for number in range(_STUDIES):
        path = folder / f"{number}.dcm"
        _write_radiograph(path, noise, f"1.2.3.{number + 1}", ComputedRadiographyImageStorage)
        facts = read_instance(source_from_path(str(path))).facts
        heatmap = np.full((7, 7), 0.5, np.float32)
        outcome = Scored(0.9, True, MODEL.operating_point, heatmap)
        store.record(facts, outcome, MODEL, 0.1)  # type: ignore[attr-defined]
    return MODEL.device_uid


def _write_radiograph(path: Path, pixels: object, study_uid: str, sop_class: str) -> None:
    from pydicom.dataset import Dataset, FileMetaDataset  # noqa: PLC0415
    from pydicom.uid import ExplicitVRLittleEndian  # noqa: PLC0415

    header = Dataset()
    header.file_meta = FileMetaDataset()
    header.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    header.file_meta.MediaStorageSOPClassUID = header.SOPClassUID = sop_class
    header.file_meta.MediaStorageSOPInstanceUID = header.SOPInstanceUID = f"{study_uid}.1.1"
    header.StudyInstanceUID, header.SeriesInstanceUID = study_uid, f"{study_uid}.1"
    header.PatientID, header.PatientName = study_uid, "Probe^Petra"
    header.Modality, header.BodyPartExamined = "CR", "CHEST"
    header.Rows = header.Columns = _SIDE
    header.SamplesPerPixel, header.PhotometricInterpretation = 1, "MONOCHROME2"
    header.BitsAllocated, header.BitsStored, header.HighBit = 16, 12, 11
    header.PixelRepresentation = 0
    header.PixelData = pixels.tobytes()  # type: ignore[attr-defined]
    header.save_as(path, enforce_file_format=True)


def _resident_mb() -> float:
    """Give the memory that the process holds now."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--opened", type=int, default=_OPENED)
    for each in measure_endurance(parser.parse_args().opened):
        print(f"{each.name}: {each.value:.1f} {each.unit}")


if __name__ == "__main__":
    main()
