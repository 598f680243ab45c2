"""The settings file: absent means defaults, wrong means one clear sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from triage_app.errors import TriageError
from triage_app.settings import (
    ReadingMode,
    Settings,
    load_settings,
    save_settings,
    settings_path,
)


def test_no_file_means_the_defaults(tmp_path: Path):
    assert load_settings(tmp_path / "settings.toml") == Settings()


def test_what_the_file_says_is_taken(tmp_path: Path):
    path = tmp_path / "settings.toml"
    path.write_text('database = "w.sqlite"\nmodel = "m.onnx"\nworkers = 3\n', encoding="utf-8")
    settings = load_settings(path)
    assert settings.database == "w.sqlite"
    assert settings.model == Path("m.onnx")
    assert settings.workers == 3


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("workers = -1", "workers"),
        ('wrokers = "3"', "wrokers"),
        ("seconds_per_file = 0", "seconds_per_file"),
        ("workers = ", "cannot be read"),
        ("\x00", "cannot be read"),
    ],
    ids=["below zero", "misspelt", "zero", "no TOML", "no text"],
)
def test_a_wrong_file_is_named_with_what_is_wrong_and_left_alone(
    tmp_path: Path, text: str, says: str
):
    path = tmp_path / "settings.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TriageError, match=says) as error:
        load_settings(path)
    assert str(path) in str(error.value)
    assert path.read_text(encoding="utf-8") == text


def test_an_administrator_may_name_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TRIAGE_APP_SETTINGS", str(tmp_path / "site.toml"))
    assert settings_path() == tmp_path / "site.toml"


def test_a_change_leaves_everything_else_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(
        "# of our department\n"
        "workers = 2  # two cores\n"
        "urgent_priorities = [\n  'STAT', # first\n  'HIGH',\n]\n"
        "reader = 'Dr. Lee'\n\n"
        "[receiver]\n# port stays\n",
        encoding="utf-8",
    )
    changes = {"urgent_priorities": ("HIGH",), "reader": None, "watched_folders": (tmp_path,)}
    settings = save_settings(changes, path)
    assert settings == load_settings(path)
    assert settings.urgent_priorities == ("HIGH",)
    assert settings.watched_folders == (tmp_path,)
    assert (settings.workers, settings.reader) == (2, "")
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# of our department\nworkers = 2  # two cores\n")
    assert text.endswith("\n[receiver]\n# port stays\n")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("reader", 'Dr. "Lee" \\ Ä\x7f'),
        ("maximum_wait_minutes", 12.5),
        ("is_reading_mode_locked", True),
        ("workers", 0),
        ("verdict_reasons", ("über", "b")),
        ("reading_mode", ReadingMode.TRIAGE_ONLY),
    ],
)
def test_every_kind_of_value_comes_back(tmp_path: Path, name: str, value: object) -> None:
    save_settings({name: value}, tmp_path / "new" / "settings.toml")
    assert getattr(load_settings(tmp_path / "new" / "settings.toml"), name) == value


def test_a_refused_value_leaves_the_file(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("workers = 2", encoding="utf-8")
    with pytest.raises(TriageError, match="seconds_per_file"):
        save_settings({"seconds_per_file": -1.0}, path)
    assert path.read_text(encoding="utf-8") == "workers = 2"


def test_a_value_follows_a_last_line_without_an_end(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("workers = 2", encoding="utf-8")
    assert save_settings({"reader": "a"}, path).workers == 2


def test_tables_are_written_anew_and_all_else_stays(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(
        '# ours\nreader = "Dr. Lee"\n\n[receiver] # kept until it is changed\nport = 4242\n\n'
        '[[peers]]\nname = "a"\nurl = "http://a.example"\n[peers.tls]\nchecks_host_name = false\n'
        '[[rules]]\nname = "chest"\npeer = "a"\nkeys = { modalities = ["CR"] }\n'
    )
    before = load_settings(path)
    peer = {"name": "b", "url": "https://b.example", "tls": {"authorities": "/ca.pem"}}
    after = save_settings({"peers": [peer], "receives": True}, path)
    assert [each.name for each in after.peers] == ["b"]
    assert after.peers[0].tls is not None
    assert after.receives
    assert (after.receiver, after.rules, after.reader) == (
        before.receiver,
        before.rules,
        before.reader,
    )
    assert "# kept until it is changed" in path.read_text(encoding="utf-8")
    assert save_settings({"peers": None}, path).peers == ()
