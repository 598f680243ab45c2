"""A worklist of before populations keeps its outcomes: they are of none."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command
from sqlalchemy import create_engine

from tests.worklist.made import MODEL
from triage_app.triage.outcome import Scored
from triage_app.worklist.migrations import alembic_config
from triage_app.worklist.store import WorklistStore

HEAT = "00" * 4


def make_old_database(path: Path) -> None:
    """Write a study with a scored instance as version 0005 did."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0005")
    engine.dispose()
    now = "2026-01-01 00:00:00"
    facts = (
        '{"path":"/a.dcm","sop_instance_uid":"1.1","patient":{"birth_date":null},"study":'
        '{"study_instance_uid":"1","study_date":null,"study_time":null},'
        '"image":{"pixel_spacing_mm":null}}'
    )
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            f"""
            INSERT INTO models VALUES (1, '{MODEL.device_uid}', 'lung 1', 'balanced', 0.5);
            INSERT INTO studies (id, study_key, patient_name, patient_id, patient_sex,
                accession_number, study_description, images, reading_status, reader, received_at,
                search_text, waiting_since, reading_order)
                VALUES (1, '1', '', '', '', '', '', 1, 'unread', '', '{now}', '', '{now}', 0);
            INSERT INTO series VALUES (1, 1, '1.0', NULL, '');
            INSERT INTO instances VALUES (1, 1, 1, '1.1', 0, 'DX', 1, '/a.dcm', '{facts}');
            INSERT INTO outcomes VALUES (1, 1, 'scored', '', '', 0.9, 1, 'balanced', 0.5,
                X'{HEAT}', 1, 1, '[]', '', '', '', 0.1, '{now}');
            INSERT INTO study_results (study_id, model_id, state, tier, probability,
                driving_sop_instance_uid, operating_point, scored, excluded, failed, pending,
                reasons, study_key, waiting_since)
                VALUES (1, 1, 'flagged', 0, 0.9, '1.1', 'balanced', 1, 0, 0, 0, '[]', '1', '{now}');
            """  # noqa: S608 - our own values
        )


def test_outcomes_of_before_are_of_no_population(tmp_path: Path) -> None:
    database = tmp_path / "worklist.sqlite"
    make_old_database(database)
    with WorklistStore.open(database) as store:
        row = store.find_study("1", MODEL.device_uid)
        (instance,) = store.list_instances("1", MODEL.device_uid)
    assert row is not None
    assert (row.result.operating_point, row.result.population) == ("balanced", "")
    assert isinstance(instance.outcome, Scored)
    assert (instance.outcome.operating_point, instance.outcome.population) == ("balanced", "")
