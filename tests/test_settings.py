"""The settings file: absent means defaults, wrong means one clear sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from triage_app.errors import TriageError
from triage_app.settings import Settings, load_settings, settings_path


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
