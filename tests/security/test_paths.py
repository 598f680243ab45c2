"""No name from a file or from the network leads out of the folder that is its place.

CVE-2026-56445 and CVE-2026-50003 were received UIDs that became paths unchecked.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from pydicom import dcmread

from tests.conftest import InstanceFactory
from triage_app.cli.main import main
from triage_app.intake.custody import Custody, ReceivedInstance
from triage_app.intake.files import find_sources
from triage_app.intake.spool import Spool, SpoolOptions
from triage_app.worklist.store import WorklistStore

CR = "1.2.840.10008.5.1.4.1.1.1"
IMPLICIT = "1.2.840.10008.1.2"
HOSTILE = (
    "../../outside",
    "/outside",
    "..",
    ".",
    "1.2/../../../outside",
    "..\\..\\outside",
    "C:\\outside",
    "\\\\host\\share\\outside",
    "1.2.3\0outside",
    "1.2.3\n",
    "~root/outside",
    "CON",
    "1.2.3/4",
    "1" * 5000,
)


def files_under(folder: Path) -> set[Path]:
    return {each for each in folder.rglob("*") if each.is_file()}


UNSENDABLE = ("", "\uff0e\uff0e/outside", "1.\u0662", "\ud800")
"""Of which no file can be made; the spool still gives each a place of its own."""


@pytest.mark.parametrize("uid", [*HOSTILE, *UNSENDABLE], ids=range(len(HOSTILE + UNSENDABLE)))
def test_every_uid_has_its_place_in_the_spool(tmp_path: Path, uid: str) -> None:
    with Spool(SpoolOptions(tmp_path / "spool", 0)) as spool:
        place = spool.path_for(uid, "0" * 64)
        assert place.resolve().parent.parent == spool.folder.resolve()
        assert place.name.isascii()


@pytest.mark.parametrize("uid", HOSTILE, ids=range(len(HOSTILE)))
def test_a_received_uid_stays_in_the_spool(tmp_path: Path, uid: str) -> None:
    folder = tmp_path / "a" / "b" / "spool"
    with (
        WorklistStore.open(tmp_path / "worklist.sqlite") as store,
        Spool(SpoolOptions(folder, 0)) as spool,
    ):
        before = files_under(tmp_path) - files_under(folder)
        data_set = bytes.fromhex("0800600002000000") + b"CR"
        Custody(spool, store.arrivals).take(ReceivedInstance(CR, uid, IMPLICIT, data_set, "X"))
        (received,) = spool.files()
        assert received.resolve().parent.parent == folder.resolve()
        assert files_under(tmp_path) - files_under(folder) == before


@pytest.mark.parametrize("keyword", ["StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"])
@pytest.mark.parametrize("uid", ["../../outside", "/tmp/outside", "..", "1.2/../../outside"])  # noqa: S108
@pytest.mark.filterwarnings("ignore")
def test_a_uid_in_a_file_stays_in_the_folder_of_results(
    tmp_path: Path,
    tiny_model_path: Path,
    make_instance: InstanceFactory,
    monkeypatch: pytest.MonkeyPatch,
    keyword: str,
    uid: str,
) -> None:
    monkeypatch.setenv("TRIAGE_APP_SETTINGS", str(tmp_path / "none.toml"))
    image = make_instance("in/image.dcm")
    dataset = dcmread(image)
    dataset[keyword]._value = uid  # pydicom itself would warn, and write it all the same
    dataset.save_as(image, enforce_file_format=False)
    out = tmp_path / "a" / "b" / "out"
    before = files_under(tmp_path)
    model = ["--model", str(tiny_model_path), "--workers", "0"]
    main(["export-sr", str(image), "-o", str(out / "results"), *model])
    main(["deidentify", str(image), "-o", str(out / "copies")])
    rows = ["-o", str(out / "rows.csv"), "--heatmaps", str(out / "heat")]
    main(["scan", str(image), *rows, *model])
    written = files_under(tmp_path) - before
    assert (out / "rows.csv") in written
    assert all(each.resolve().is_relative_to(out.resolve()) for each in written), written


@pytest.mark.parametrize("name", ["../outside.dcm", "/outside.dcm", "a/../../outside.dcm"])
def test_a_member_of_an_archive_is_read_in_place_and_never_written(
    tmp_path: Path, make_instance: InstanceFactory, name: str
) -> None:
    image = make_instance("in/image.dcm")
    archive = tmp_path / "in" / "images.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.write(image, name)
    before = files_under(tmp_path)
    for source in find_sources([archive]):
        if hasattr(source, "open"):
            with source.open() as file:
                file.read()
    assert files_under(tmp_path) == before
