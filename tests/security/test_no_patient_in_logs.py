"""Nothing that says who a patient is stands in a log or a message, at any level, on any way."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydicom import Dataset, dcmread
from pydicom.datadict import DicomDictionary, dictionary_VR
from pydicom.dataelem import DataElement
from pydicom.sequence import Sequence

from tests.conftest import InstanceFactory
from tests.peers.programs import Archive, free_port, start_dcmqrscp
from triage_app.cli.exits import Exit

ROOT = Path(__file__).parents[2]
MARK = "Zqx"
"""In every value; no word of ours holds it. Dates and numbers have marks of their own."""
NUMBER_MARK = "77131"

_PATIENT = re.compile(
    r"Patient|Responsible|OtherPatient|Person|Physician|Operator|Telephone|Address"
)
TAGS = sorted(
    tag
    for tag, (_, _, _, _, keyword) in DicomDictionary.items()
    if tag >> 16 in (0x0008, 0x0010, 0x0032, 0x0038, 0x0040)
    and (tag >> 16 == 0x0010 or _PATIENT.search(keyword))
    and keyword not in {"PatientPosition", "PatientOrientation", "PatientAge"}
)
_VALUES = {
    "PN": f"{MARK}name^Given",
    "DA": "19" + NUMBER_MARK[:2] + "0713",
    "TM": "071311",
    "DT": "19770713071311",
    "AS": "004Y",
    "CS": f"{MARK}CODE".upper(),
    "UI": f"1.2.{NUMBER_MARK}.9",
    "DS": f"{NUMBER_MARK}.5",
    "IS": NUMBER_MARK,
    "US": 7713,
    "SS": 7713,
    "UL": int(NUMBER_MARK),
    "SL": int(NUMBER_MARK),
    "FL": float(NUMBER_MARK),
    "FD": float(NUMBER_MARK),
    "OB": f"{MARK} ".encode(),
    "UR": f"http://{MARK}.example",
    "AE": MARK,
}
SECRETS = (MARK, MARK.upper(), NUMBER_MARK, "19770713")


def with_every_attribute(path: Path) -> Path:
    """Write a value that can be told into each attribute of a patient that there is."""
    dataset = dcmread(path)
    item = Dataset()
    item.PatientName = f"{MARK}nested^Given"
    item.PatientID = f"{MARK}nested"
    item.CodeMeaning = f"{MARK}meaning"
    for tag in TAGS:
        vr = dictionary_VR(tag).split(" ")[0]
        value = Sequence([item]) if vr == "SQ" else _VALUES.get(vr, f"{MARK} {tag:08X}")
        dataset[tag] = DataElement(tag, vr, value)
    dataset.save_as(path)
    return path


def malformed(path: Path) -> Path:
    """Make values of a patient that no library can read as what they should be."""
    dataset = dcmread(path)
    for tag, vr in ((0x00100030, "LO"), (0x00101020, "LO"), (0x00101010, "LO")):
        dataset[tag] = DataElement(tag, vr, f"{MARK} is no date or number")
    dataset.SpecificCharacterSet = f"{MARK}SET".upper()
    dataset.save_as(path)
    return path


def test_every_attribute_of_the_patient_group_is_among_them() -> None:
    keywords = {DicomDictionary[tag][4] for tag in TAGS}
    assert len(TAGS) > 80
    assert {
        "PatientName",
        "PatientID",
        "PatientBirthDate",
        "PatientAddress",
        "PatientTelephoneNumbers",
        "OtherPatientIDsSequence",
        "PatientMotherBirthName",
        "ResponsiblePerson",
        "ReferringPhysicianName",
    } <= keywords


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    started = start_dcmqrscp(tmp_path_factory.mktemp("dcmqrscp"), free_port())
    yield started
    started.close()


class Program:
    """The commands as processes, at DEBUG, with settings of their own."""

    def __init__(self, folder: Path, model: Path, port: int) -> None:
        self._folder = folder
        settings = folder / "settings.toml"
        settings.write_text(
            f'model = "{model}"\nworkers = 1\n'
            f'database = "{folder / "w.sqlite"}"\nspool = "{folder / "spool"}"\n'
            "[receiver]\nleast_free_mib = 0\nquiet_seconds = 0\n"
            f'[[peers]]\nname = "pacs"\nae_title = "ARCHIVE"\nhost = "127.0.0.1"\nport = {port}\n'
        )
        self._environment = {
            **os.environ,
            "TRIAGE_APP_SETTINGS": str(settings),
            "HOME": str(folder),
            "OMP_NUM_THREADS": "1",
        }

    def errors_of(self, name: str, *arguments: str | Path) -> str:
        """Run a command; give its log and messages."""
        command = [sys.executable, "-m", "triage_app", name, "--verbose", *map(str, arguments)]
        done = subprocess.run(  # noqa: S603 - our own program
            command,
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode in (Exit.DONE, Exit.DONE_WITH_FAILURES), done.stderr
        assert "Traceback" not in done.stderr
        return done.stderr


@pytest.mark.peer
@pytest.mark.filterwarnings("ignore")
def test_scan_query_receive_send_and_export_say_nothing_of_them(
    tmp_path: Path, tiny_model_path: Path, make_instance: InstanceFactory, archive: Archive
) -> None:
    images = tmp_path / "images"
    whole = with_every_attribute(make_instance("images/whole.dcm", shape=(300, 310)))
    # what an archive refuses to keep is met in files all the same
    malformed(make_instance("images/malformed.dcm", uid_seed="malformed"))
    archive.store(whole)
    program = Program(tmp_path, tiny_model_path, archive.port)
    fetch = ("pacs", "--modalities", "CR", "--patient-id", "*", "--fetch", "get", "--score")
    said = {
        "scan": program.errors_of("scan", images, "-o", tmp_path / "rows.csv"),
        "query": program.errors_of("query", "pacs", "--modalities", "CR"),
        "fetch": program.errors_of("query", *fetch),
        "receive": program.errors_of("receive", "--once"),
        "send": program.errors_of("send", images, "--to", "pacs"),
        "export": program.errors_of("export-sr", images, "-o", tmp_path / "results"),
        "copies": program.errors_of("deidentify", images, "-o", tmp_path / "copies"),
        "audit": program.errors_of("audit", "verify"),
    }
    assert "DEBUG" in "".join(said.values())
    assert "1 scored" in said["fetch"]
    for (name, text), secret in itertools.product(said.items(), SECRETS):
        assert secret not in text, f"{name}: {text}"
