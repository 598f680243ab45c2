"""``triage-app audit``: verified, written to a file, sent to a collector."""

from __future__ import annotations

import socket
import sqlite3
import stat
import threading
from contextlib import closing
from pathlib import Path

import pytest

from tests.peers.certificates import make_identities
from triage_app.cli.exits import Exit
from triage_app.cli.main import main
from triage_app.intake.tls import server_context
from triage_app.worklist.auditing.events import AuditedStudy, instances_accessed
from triage_app.worklist.auditing.message import Action
from triage_app.worklist.store import WorklistStore

HEAD = b"<85>1 "


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("TRIAGE_APP_SETTINGS", str(tmp_path / "none.toml"))
    path = tmp_path / "worklist.sqlite"
    with WorklistStore.open(path) as store:
        for number in range(3):
            study = AuditedStudy("1.2.3", f"P-{number}", "Doe^Jäne")
            store.audit.note(instances_accessed(study, "curie", Action.READ))
    return str(path)


def tamper(database: str) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("DROP TRIGGER audit_records_update")
        connection.execute("UPDATE audit_records SET message = '' WHERE number = 2")


def test_a_whole_trail_prints_its_head_which_is_met_again(
    database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", "verify", "--database", database]) == Exit.DONE
    head = capsys.readouterr().out.strip()
    assert head.startswith("3:")
    assert main(["audit", "verify", "--database", database, "--head", head]) == Exit.DONE
    other = f"3:{'0' * 64}"
    code = main(["audit", "verify", "--database", database, "--head", other])
    assert code == Exit.COULD_NOT_RUN


def test_a_changed_trail_is_told(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    tamper(database)
    assert main(["audit", "verify", "--database", database]) == Exit.COULD_NOT_RUN
    assert "record 2 was changed" in capsys.readouterr().err


def test_an_export_is_its_owners_only_and_can_be_proved(database: str, tmp_path: Path) -> None:
    trail = tmp_path / "trail.tsv"
    assert main(["audit", "export", "--database", database, "-o", str(trail)]) == Exit.DONE
    assert stat.S_IMODE(trail.stat().st_mode) == 0o600
    assert len(trail.read_text("utf-8").splitlines()) == 4  # with the export itself
    assert main(["audit", "verify", "--file", str(trail)]) == Exit.DONE
    trail.write_text(trail.read_text("utf-8").replace("P-1", "P-9"), "utf-8")
    assert main(["audit", "verify", "--file", str(trail)]) == Exit.COULD_NOT_RUN
    trail.write_text("something else")
    assert main(["audit", "verify", "--file", str(trail)]) == Exit.COULD_NOT_RUN


def test_a_collector_gets_datagrams(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as collector:
        collector.bind(("127.0.0.1", 0))
        collector.settimeout(30)
        url = f"udp://127.0.0.1:{collector.getsockname()[1]}"
        command = ["audit", "export", "--database", database, "--syslog", url, "--after", "1"]
        assert main(command) == Exit.DONE
        got = [collector.recv(65536) for _ in range(3)]
    assert "--after 4" in capsys.readouterr().err
    for each in got:
        assert each.startswith(HEAD)
        assert b" triage-app - DICOM+RFC3881 - \xef\xbb\xbf<AuditMessage>" in each
    assert "Doe^Jäne".encode() in got[0]


def test_a_collector_gets_frames_over_mutual_tls(database: str, tmp_path: Path) -> None:
    both = make_identities(tmp_path / "trusted", "us", "collector")
    strange = make_identities(tmp_path / "strange", "stranger")["stranger"]
    context = server_context(both["collector"].options())
    got: list[bytes] = []

    def take(server: socket.socket) -> None:
        plain, _ = server.accept()
        with plain, context.wrap_socket(plain, server_side=True) as secure:
            while piece := secure.recv(65536):
                got.append(piece)
            secure.unwrap().close()

    with socket.create_server(("127.0.0.1", 0)) as server:
        collector = threading.Thread(target=take, args=(server,), daemon=True)
        collector.start()
        url = f"tls://127.0.0.1:{server.getsockname()[1]}"
        us = both["us"]
        command = ["audit", "export", "--database", database, "--syslog", url]
        command += ["--certificate", str(us.certificate), "--key", str(us.key)]
        assert main([*command, "--authorities", str(us.authority)]) == Exit.DONE
        collector.join(30)
    rest = b"".join(got)
    for _ in range(4):
        length, _, rest = rest.partition(b" ")
        message, rest = rest[: int(length)], rest[int(length) :]
        assert message.startswith(HEAD)
        assert message.endswith(b"</AuditMessage>")
    assert rest == b""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def refuse() -> None:
            plain, _ = server.accept()
            with plain, pytest.raises(OSError):  # noqa: PT011 - whatever TLS makes of it
                context.wrap_socket(plain, server_side=True)

        thread = threading.Thread(target=refuse, daemon=True)
        thread.start()
        url = f"tls://127.0.0.1:{server.getsockname()[1]}"
        command = ["audit", "export", "--database", database, "--syslog", url]
        assert main([*command, "--authorities", str(strange.authority)]) == Exit.COULD_NOT_RUN
        thread.join(30)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--syslog", "tcp://audit.example"],
        ["--syslog", "audit.example"],
        ["--syslog", "udp://a", "--output", "b"],
        ["--syslog", "tls://a", "--key", "k.pem"],
    ],
)
def test_what_makes_no_sense_is_refused(database: str, arguments: list[str]) -> None:
    assert main(["audit", "export", "--database", database, *arguments]) == Exit.USAGE
