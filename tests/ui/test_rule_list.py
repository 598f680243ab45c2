"""What is done by itself, as the settings file says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage_app.intake.peers import Peer
from triage_app.intake.querying.keys import PollingRule, QueryKeys
from triage_app.results.sending.destination import Destination
from triage_app.settings import Settings
from triage_app.ui.rule_list import RuleList

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot


def lines(shown: RuleList) -> list[list[str]]:
    items = (shown.table.topLevelItem(row) for row in range(shown.table.topLevelItemCount()))
    return [[item.text(column) for column in range(4)] for item in items if item]


def test_rules_and_destinations_stand_with_whom_they_speak_to(qtbot: QtBot, tmp_path: Path) -> None:
    settings = Settings(
        peers=(Peer(name="Archive", ae_title="ARCHIVE", host="localhost", port=104),),
        rules=(
            PollingRule(name="day", peer="Archive", keys=QueryKeys(), every_seconds=60),
            PollingRule(name="night", peer="Archive", keys=QueryKeys()),
        ),
        destinations=(Destination(name="back", peer="Archive", results=("sr",)),),
    )
    path = tmp_path / "settings.toml"
    path.touch()
    shown = RuleList(settings, path)
    qtbot.addWidget(shown)
    assert lines(shown) == [
        ["Fetch studies", "day", "Archive", "every 60 s"],
        ["Fetch studies", "night", "Archive", "when asked"],
        ["Send results", "back", "Archive", "store: sr"],
    ]
    assert shown.open_button.isEnabled()


def test_without_rules_or_a_file_that_is_said(qtbot: QtBot) -> None:
    shown = RuleList(Settings(), None)
    qtbot.addWidget(shown)
    assert lines(shown) == [["nothing", "", "", ""]]
    assert not shown.open_button.isEnabled()
