"""A source file is read, and never changed, moved, locked or added to."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from pydicom.data import get_testdata_file

from tests.conftest import InstanceFactory
from triage_app.cli.main import main
from triage_app.inference.card import card_path_for, read_card
from triage_app.intake.events import CancelToken
from triage_app.ui.services import Services
from triage_app.worklist.store import WorklistStore

Listing = dict[str, tuple[int, int, str]]


@pytest.fixture
def sources(tmp_path: Path, make_instance: InstanceFactory) -> Path:
    """Write whole, damaged, foreign and packed files, and one of an odd syntax."""
    folder = tmp_path / "sources"
    whole = make_instance("sources/whole.dcm", shape=(300, 310))
    make_instance("sources/hand.dcm", body_part="HAND")
    (folder / "cut.dcm").write_bytes(whole.read_bytes()[:-999])
    (folder / "text.dcm").write_text("no image")
    with zipfile.ZipFile(folder / "packed.zip", "w") as archive:
        archive.write(make_instance("other.dcm"), "1.dcm")
    odd = get_testdata_file("MR_small_RLE.dcm")
    assert isinstance(odd, str)
    shutil.copy(odd, folder / "rle.dcm")
    for path in folder.iterdir():
        path.chmod(0o444)
    return folder


def seen(folder: Path) -> Listing:
    """Give of each file its mode, when it was written, and its digest."""
    return {
        path.name: (
            path.stat().st_mode,
            path.stat().st_mtime_ns,
            hashlib.sha256(path.read_bytes()).hexdigest(),
        )
        for path in sorted(folder.iterdir())
    }


def test_by_a_scan(sources: Path, tmp_path: Path, tiny_model_path: Path) -> None:
    before = seen(sources)
    main(
        [
            *("scan", str(sources), "--workers", "0", "--model", str(tiny_model_path)),
            *("--output", str(tmp_path / "rows.csv"), "--heatmaps", str(tmp_path / "heatmaps")),
        ]
    )
    assert len((tmp_path / "rows.csv").read_text().splitlines()) == 1 + len(before)
    assert seen(sources) == before


def test_by_scoring_and_showing(sources: Path, tmp_path: Path, tiny_model_path: Path) -> None:
    before = seen(sources)
    with closing(
        Services(
            WorklistStore.open(tmp_path / "w.sqlite"),
            card=read_card(card_path_for(tiny_model_path)),
            model_path=tiny_model_path,
            reader="",
            scoring_processes=0,
        )
    ) as services:
        for _event in services.assess([sources], CancelToken()):
            pass
        instances = services._store.list_instances(study_of(services), services.model_device_uid)
        assert instances
        services.load_image(instances[0])
    assert seen(sources) == before


def study_of(services: Services) -> str:
    from triage_app.worklist.records import StudyFilter, StudyQuery  # noqa: PLC0415 - asked once

    query = StudyQuery(services.model_device_uid, filter=StudyFilter.FLAGGED)
    rows = services._store.list_studies(query) or services._store.list_studies(
        StudyQuery(services.model_device_uid)
    )
    return rows[0].study_key


def test_by_giving_out_results(sources: Path, tmp_path: Path, tiny_model_path: Path) -> None:
    before = seen(sources)
    main(
        [
            *("export-sr", str(sources), "--output", str(tmp_path / "results"), "--workers", "0"),
            *("--model", str(tiny_model_path)),
        ]
    )
    assert list((tmp_path / "results").rglob("*.dcm"))
    assert seen(sources) == before
