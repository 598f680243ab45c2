"""Programs of other vendors, started on free ports of this machine and ended with the test."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.waiting import wait_until

ORTHANC_PLUGIN = Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so")


def require(program: str) -> str:
    """Give a program's path; skip the test where it is not installed."""
    path = shutil.which(program)
    if path is None:
        pytest.skip(f"{program} is not installed (installer/system-packages.sh test)")
    return path


def free_port() -> int:
    """Give a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run(program: str, *arguments: str | Path, check: bool = True) -> str:
    """Run a program to its end and give what it said."""
    command = [require(program), *map(str, arguments)]
    done = subprocess.run(  # noqa: S603 - programs that we name
        command, capture_output=True, text=True, check=False, timeout=60
    )
    said = done.stdout + done.stderr
    if check and done.returncode:
        raise AssertionError(f"{program} ended with {done.returncode}:\n{said}")
    return said


class RunningProgram:
    """A server of another vendor.

    Parameters
    ----------
    command : program and arguments
    folder : of its log; it runs in it, too
    cwd, environment : where it runs, and with what, where that is another
    """

    def __init__(
        self,
        command: list[str],
        folder: Path,
        *,
        cwd: Path | None = None,
        environment: dict[str, str] | None = None,
    ) -> None:
        self._log = (folder / "log.txt").open("w+")
        self.process = subprocess.Popen(  # noqa: S603 - programs that we name
            command,
            cwd=cwd or folder,
            env=environment,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )

    def said(self) -> str:
        self._log.flush()
        return Path(self._log.name).read_text(errors="replace")

    def require_running(self) -> None:
        if self.process.poll() is not None:
            raise AssertionError(f"it ended with {self.process.returncode}:\n{self.said()}")

    def close(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._log.close()


class Archive(RunningProgram):
    """An archive that can be searched and asked for studies.

    Attributes
    ----------
    ae_title, port : of its receiver
    """

    def __init__(self, command: list[str], folder: Path, ae_title: str, port: int) -> None:
        super().__init__(command, folder)
        self.ae_title, self.port = ae_title, port

    def store(self, *paths: Path) -> None:
        """Bring files to it."""
        options = ["-aec", self.ae_title, "127.0.0.1", str(self.port)]
        run("storescu", *options, *paths)


def start_dcmqrscp(folder: Path, our_port: int) -> Archive:
    """Start dcmtk's archive; it knows us as TRIAGE on our port."""
    program = require("dcmqrscp")
    port = free_port()
    (folder / "archive").mkdir(parents=True)
    configuration = folder / "dcmqrscp.cfg"
    configuration.write_text(
        f"NetworkTCPPort = {port}\nMaxPDUSize = 16384\nMaxAssociations = 16\n"
        f"HostTable BEGIN\nus = (TRIAGE, 127.0.0.1, {our_port})\nHostTable END\n"
        "VendorTable BEGIN\nVendorTable END\n"
        f"AETable BEGIN\nARCHIVE {folder / 'archive'} RW (200, 1024mb) ANY\nAETable END\n"
    )
    archive = Archive([program, "-c", str(configuration)], folder, "ARCHIVE", port)
    wait_until(lambda: is_listening(archive, port), "dcmqrscp to listen")
    return archive


class Orthanc(Archive):
    """Orthanc with its DICOMweb plugin."""

    def __init__(self, folder: Path, our_port: int, **settings: Any) -> None:
        program = require("Orthanc")
        if not ORTHANC_PLUGIN.exists():
            pytest.skip("orthanc-dicomweb is not installed (installer/system-packages.sh test)")
        folder.mkdir(parents=True, exist_ok=True)
        port = settings.setdefault("DicomPort", free_port())
        self.http_port = settings.setdefault("HttpPort", free_port())
        configuration = {
            "Name": "Peer",
            "StorageDirectory": str(folder / "storage"),
            "IndexDirectory": str(folder / "storage"),
            "DicomAet": "ORTHANC",
            "RemoteAccessAllowed": False,
            "AuthenticationEnabled": False,
            "DicomModalities": {"us": ["TRIAGE", "127.0.0.1", our_port]},
            "DicomAlwaysAllowGet": True,
            "DefaultEncoding": "Utf8",
            "Plugins": [str(ORTHANC_PLUGIN)],
            "DicomWeb": {"Enable": True, "Root": "/dicom-web/"},
            "StorageCommitmentReportsSize": 10,
            **settings,
        }
        path = folder / "orthanc.json"
        path.write_text(json.dumps(configuration))
        super().__init__([program, str(path)], folder, "ORTHANC", port)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http_port}/dicom-web"

    def rest(self, path: str, body: Any = None, *, content: bytes | None = None) -> Any:
        """Ask its own interface, and give what it answers."""
        data = content if content is not None else None if body is None else _json(body)
        request = urllib.request.Request(f"http://127.0.0.1:{self.http_port}{path}", data=data)
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - the same
            text = answer.read()
        return json.loads(text) if text.strip() else None

    def store(self, *paths: Path) -> None:
        """Bring files to it over its own interface, in any transfer syntax."""
        for path in paths:
            self.rest("/instances", content=path.read_bytes())


def _json(body: Any) -> bytes:
    return json.dumps(body).encode()


def start_orthanc(folder: Path, our_port: int, **settings: Any) -> Orthanc:
    """Start Orthanc; it knows us as TRIAGE on our port."""
    orthanc = Orthanc(folder, our_port, **settings)
    wait_until(lambda: is_listening(orthanc, orthanc.http_port), "Orthanc to listen")
    wait_until(lambda: is_listening(orthanc, orthanc.port), "Orthanc's receiver to listen")
    return orthanc


def is_listening(program: RunningProgram, port: int) -> bool:
    program.require_running()
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True
