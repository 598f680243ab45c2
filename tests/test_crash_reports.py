"""An error that nobody foresaw leaves a report on this machine, and nothing of a patient in it."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest

from triage_app.crash_reports import CRASH_REPORT_PATTERN, write_crash_report
from triage_app.logs import LOG_PATTERN, keep_log, log_folder

if TYPE_CHECKING:
    from pathlib import Path

PATIENT = "DOE^JOHN"


def _fail(patient: str) -> None:
    kept = {patient: patient}
    try:
        kept["missing " + patient]
    except KeyError as error:
        raise ValueError(f"{patient} is not there") from error


def _report(folder: Path) -> str:
    (report,) = folder.glob(CRASH_REPORT_PATTERN)
    return report.read_text(encoding="utf-8")


def test_a_report_holds_types_places_and_versions_and_no_value(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JOHN") as caught:
        _fail(PATIENT)
    assert write_crash_report(caught.value, tmp_path)
    report = _report(tmp_path)
    assert "ValueError" in report
    assert "caused by KeyError" in report
    assert "test_crash_reports.py:" in report
    assert "in _fail" in report
    assert "pydicom 3" in report
    assert "DOE" not in report
    assert "JOHN" not in report


def test_only_the_latest_reports_are_kept(tmp_path: Path) -> None:
    written = [write_crash_report(ValueError(), tmp_path) for _ in range(22)]
    assert sorted(tmp_path.iterdir()) == written[2:]


def test_a_folder_that_cannot_be_made_leaves_the_error_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert write_crash_report(ValueError(), tmp_path / "file" / "logs") is None


@pytest.mark.parametrize("place", ["main", "thread", "slot"])
def test_what_nobody_catches_is_reported_wherever_it_is_raised(tmp_path: Path, place: str) -> None:
    program = f"""
        import sys, threading
        from triage_app.crash_reports import install_crash_reports
        install_crash_reports()
        def fail():
            raise RuntimeError("{PATIENT}")
        if sys.argv[1] == "main":
            fail()
        elif sys.argv[1] == "thread":
            thread = threading.Thread(target=fail); thread.start(); thread.join()
        else:
            from PySide6.QtCore import QCoreApplication, QTimer
            application = QCoreApplication([])
            QTimer.singleShot(0, fail)
            QTimer.singleShot(0, application.quit)
            application.exec()
    """
    ended = subprocess.run(  # noqa: S603 - the program above
        [sys.executable, "-c", textwrap.dedent(program), place],
        env=os.environ | {"TRIAGE_APP_LOGS": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ended.returncode == (1 if place == "main" else 0)
    report = _report(tmp_path)
    assert "RuntimeError" in report
    assert "in fail" in report
    assert str(tmp_path) in ended.stderr
    assert "JOHN" not in report + ended.stderr


def test_the_log_keeps_texts_without_their_values(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIAGE_APP_LOGS", str(tmp_path))
    assert log_folder() == tmp_path
    root = logging.getLogger()
    before = list(root.handlers)
    keep_log()
    try:
        assert not list(tmp_path.iterdir())
        logging.getLogger("triage_app.intake").warning("%s cannot be read", f"/in/{PATIENT}.dcm")
        logging.getLogger("elsewhere").error(f"read {PATIENT}")
    finally:
        for handler in set(root.handlers) - set(before):
            root.removeHandler(handler)
    (log,) = tmp_path.glob(LOG_PATTERN)
    text = log.read_text(encoding="utf-8")
    assert "WARNING triage_app.intake:" in text
    assert "%s cannot be read" in text
    assert "ERROR elsewhere:" in text
    assert "DOE" not in text


def test_a_log_older_than_a_month_is_removed(tmp_path: Path) -> None:
    old, new = tmp_path / "log-2020-01-01.txt", tmp_path / "log-2020-01-02.txt"
    old.write_text("")
    new.write_text("")
    os.utime(old, (0, 0))
    root = logging.getLogger()
    before = list(root.handlers)
    keep_log(tmp_path)
    for handler in set(root.handlers) - set(before):
        root.removeHandler(handler)
    assert list(tmp_path.iterdir()) == [new]
