"""The support bundle tells of the installation, and of no patient, no secret and no address."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from triage_app.cli.exits import Exit
from triage_app.cli.main import main
from triage_app.errors import TriageError
from triage_app.settings import load_settings
from triage_app.support_bundle import LEFT_OUT, harmless, write_support_bundle

SETTINGS = """
database = "postgresql://jane:SECRET@server.example/worklist"
workers = 3
reader = "SECRET reader"
language = "de"
wheel = "scroll"
reading_mode = "triage only"
watched_folders = ["/in/SECRET^JOHN"]
verdict_reasons = ["SECRET reason"]

[[peers]]
name = "SECRET"
ae_title = "SECRET"
host = "SECRET.example"
port = 4242
url = "https://SECRET@server.example/dicomweb"
token_variable = "SECRET"
"""


@pytest.fixture
def settings_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "settings.toml"
    path.write_text(SETTINGS, encoding="utf-8")
    monkeypatch.setenv("TRIAGE_APP_SETTINGS", str(path))
    monkeypatch.setenv("TRIAGE_APP_LOGS", str(tmp_path / "logs"))
    return path


def _texts(bundle: Path) -> dict[str, str]:
    with zipfile.ZipFile(bundle) as archive:
        return {name: archive.read(name).decode("utf-8") for name in archive.namelist()}


def test_the_command_writes_what_helps_and_no_secret(
    tmp_path: Path, settings_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    load_settings(settings_file)  # the settings are good, so that they are what is tested
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "log-2026-01-01.txt").write_text("a warning\n")
    (logs / "crash-20260101T000000.txt").write_text("a place\n")
    (logs / "other.txt").write_text("SECRET")
    bundle = tmp_path / "bundle.zip"
    assert main(["support-bundle", str(bundle), "--no-self-test"]) == Exit.DONE
    assert str(bundle) in capsys.readouterr().out
    texts = _texts(bundle)
    assert set(texts) == {
        "README.txt",
        "versions.json",
        "settings.json",
        "self-test.txt",
        "logs/log-2026-01-01.txt",
        "logs/crash-20260101T000000.txt",
    }
    assert not [name for name, text in texts.items() if "SECRET" in text or "JOHN" in text]
    assert not [name for name, text in texts.items() if "server.example" in text]
    assert not [name for name, text in texts.items() if str(Path.home()) in text]
    kept = json.loads(texts["settings.json"])
    assert kept["database"] == f"postgresql://{LEFT_OUT}"
    assert kept["workers"] == 3
    assert kept["language"] == "de"
    assert kept["wheel"] == "scroll"
    assert kept["reading_mode"] == "triage only"
    assert kept["peers"][0]["port"] == 4242
    assert kept["peers"][0]["host"] == LEFT_OUT
    assert json.loads(texts["versions.json"])["pydicom"]


def test_settings_that_cannot_be_read_are_told_and_not_quoted(
    tmp_path: Path, settings_file: Path
) -> None:
    settings_file.write_text("SECRET = 1", encoding="utf-8")
    bundle = tmp_path / "bundle.zip"
    assert main(["support-bundle", str(bundle), "--no-self-test"]) == Exit.DONE
    assert json.loads(_texts(bundle)["settings.json"]) == "cannot be read"


def test_the_self_tests_table_is_in_it(tmp_path: Path) -> None:
    bundle = tmp_path / "bundle.zip"
    write_support_bundle(bundle, None, "All checks passed.\n", tmp_path)
    assert _texts(bundle)["self-test.txt"] == "All checks passed.\n"


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(TriageError, match="cannot be written"):
        write_support_bundle(tmp_path / "missing" / "bundle.zip", None, "", tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (True, True),
        (2.5, 2.5),
        (None, None),
        ("", ""),
        ("a text", LEFT_OUT),
        (Path("/a"), LEFT_OUT),
        ({"PatientName": "a"}, "(1 entries left out)"),
        (("a", 1), [LEFT_OUT, 1]),
    ],
)
def test_only_what_names_nobody_is_harmless(value: object, kept: object) -> None:
    assert harmless(value) == kept
