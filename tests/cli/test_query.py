"""``triage-app query``: searches, tables, rules, and fetching into the worklist."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydicom import dcmread

from tests.conftest import InstanceFactory
from tests.peers.programs import Archive, free_port, start_dcmqrscp
from triage_app.cli.exits import Exit
from triage_app.cli.main import main
from triage_app.inference.card import ModelCard
from triage_app.worklist.records import StudyQuery
from triage_app.worklist.store import WorklistStore

pytestmark = pytest.mark.peer


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    started = start_dcmqrscp(tmp_path_factory.mktemp("dcmqrscp"), free_port())
    yield started
    started.close()


@pytest.fixture(autouse=True)
def settings(
    tmp_path: Path,
    archive: Archive,
    tiny_model_path: Path,
    make_instance: InstanceFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Name the archive, with one study of today in it, and a rule."""
    archive.store(make_instance("a.dcm", shape=(300, 310), study_instance_uid="1.2.5"))
    path = tmp_path / "settings.toml"
    path.write_text(
        f'model = "{tiny_model_path}"\nworkers = 1\n'
        f'database = "{tmp_path / "w.sqlite"}"\nspool = "{tmp_path / "spool"}"\n'
        "[receiver]\nleast_free_mib = 0\nquiet_seconds = 0\n"
        f'[[peers]]\nname = "pacs"\nae_title = "ARCHIVE"\nhost = "127.0.0.1"\n'
        f"port = {archive.port}\n"
        '[[rules]]\nname = "chest"\npeer = "pacs"\n'
        'keys = { modalities = ["CR", "DX"], date = "2024-03-05", body_part = "CHEST" }\n'
    )
    monkeypatch.setenv("TRIAGE_APP_SETTINGS", str(path))


def test_a_search_prints_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", "pacs", "--patient-id", "P-1", "--modalities", "CR"]) == Exit.DONE
    header, row = capsys.readouterr().out.splitlines()
    assert header.split()[:3] == ["date", "modality", "patient"]
    assert row.split()[:3] == ["20240305", "CR", "Probe^Petra"]


def test_a_search_prints_json_lines(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", "--rule", "chest", "--format", "jsonl"]) == Exit.DONE
    (line,) = capsys.readouterr().out.splitlines()
    study = json.loads(line)
    assert study["study_instance_uid"] == "1.2.5"
    assert len(study["series"]) == 1


def test_what_is_given_takes_the_place_of_a_rules_keys(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", "--rule", "chest", "--date", "1999-01-01"]) == Exit.DONE
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_a_rule_fetches_what_is_new_and_scores_it(
    tmp_path: Path, tiny_card: ModelCard, capsys: pytest.CaptureFixture[str]
) -> None:
    rule = ["query", "--rule", "chest", "--fetch", "get"]
    assert main([*rule, "--every", "0", "--times", "2", "--score"]) == Exit.DONE
    said = capsys.readouterr()
    assert "1 scored, 0 excluded, 0 failed" in said.err
    with WorklistStore.open(tmp_path / "w.sqlite") as store:
        (row,) = store.list_studies(StudyQuery(tiny_card.device_uid))
    assert row.study_key == "1.2.5"
    (kept,) = (tmp_path / "spool").glob("*/*.dcm")
    assert dcmread(kept).StudyInstanceUID == "1.2.5"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "name a PEER"),
        (["nobody"], "no peer 'nobody' (they hold pacs)"),
        (["--rule", "none"], "no rule 'none' (they hold chest)"),
        (["pacs", "--date", "soon"], "--date"),
        (["pacs", "--every", "5"], "need --fetch"),
    ],
)
def test_what_makes_no_sense_is_told(
    capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    assert main(["query", *arguments]) == Exit.USAGE
    assert sentence in capsys.readouterr().err


def test_a_peer_without_dicomweb_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", "pacs", "--web"]) == Exit.COULD_NOT_RUN
    assert "has no url" in capsys.readouterr().err
