"""An error that nobody foresaw is told in the window, with the place of its report."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

from triage_app.crash_reports import CRASH_REPORT_PATTERN, install_crash_reports
from triage_app.ui.crash_notice import CrashNotice
from triage_app.ui.message_bar import MessageBar

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from pytestqt.qtbot import QtBot


def test_an_error_of_a_thread_is_shown_in_the_message_bar(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIAGE_APP_LOGS", str(tmp_path))
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    bar = MessageBar()
    qtbot.addWidget(bar)
    install_crash_reports(CrashNotice(bar, bar.show_message).tell)

    def fail() -> None:
        raise RuntimeError("DOE^JOHN")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: bool(bar.messages), timeout=60_000)
    (report,) = tmp_path.glob(CRASH_REPORT_PATTERN)
    assert str(report) in bar.messages[0]
    assert "RuntimeError" in bar.messages[0]
    assert "JOHN" not in bar.messages[0] + report.read_text(encoding="utf-8")
