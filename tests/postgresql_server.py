"""A PostgreSQL server of our own, from Debian's package: started, used, and thrown away."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import NullPool

__all__ = ["OWNER", "PostgresqlServer", "find_programs", "postgresql_server"]

OWNER = "postgres"
"""Who runs the server where we are root, which it refuses to be run by."""

_PREFIX = "triage-pg-"
_TESTS = "tests.pid"
_OPTIONS = (
    "-c listen_addresses= -c fsync=off -c full_page_writes=off -c max_connections=200 "
    "-c shared_buffers=256MB"
)


class PostgresqlServer:
    """A server that runs.

    Parameters
    ----------
    programs : folder of initdb and pg_ctl
    folder : its data, its log and its socket
    """

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self.folder = folder
        self._databases = 0

    def url(self, database: str) -> str:
        """Give the address of a database, as people write it into the settings."""
        return f"postgresql://{OWNER}@/{database}?host={self.folder}"

    def create_database(self, template: str = "template0", options: str = "") -> str:
        """Make an empty database, or a copy of another one, and give its address."""
        self._databases += 1
        name = f"worklist_{self._databases}"
        self.tell(f"CREATE DATABASE {name} TEMPLATE {template} {options}")
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Throw a database away, whoever is connected."""
        name = url.removeprefix(f"postgresql://{OWNER}@/").partition("?")[0]
        self.tell(f"DROP DATABASE {name} WITH (FORCE)")

    def tell(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Run a statement outside of a transaction; give its rows."""
        with self.engine(database).connect() as connection:
            result = connection.exec_driver_sql(statement)
            return [tuple(row) for row in result] if result.returns_rows else []

    def engine(self, database: str) -> Engine:
        """Give what is asked beside the program."""
        url = self.url(database).replace("postgresql://", "postgresql+psycopg://")
        return create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")

    def start(self) -> None:
        """Start, and wait until it answers."""
        options = f"{_OPTIONS} -c unix_socket_directories={self.folder}"
        log = self.folder / "log"
        self._run("pg_ctl", "-D", str(self._data), "-l", str(log), "-w", "-o", options, "start")

    def stop(self) -> None:
        """End every connection, and the server."""
        self._run("pg_ctl", "-D", str(self._data), "-w", "-m", "immediate", "stop")

    def initialize(self) -> None:
        """Write the files of a new server."""
        self._run(
            "initdb", "-D", str(self._data), "-U", OWNER, "-A", "trust", "-E", "UTF8",
            "--locale=C.UTF-8", "--no-sync",
        )  # fmt: skip

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), *arguments]
        if os.geteuid() == 0:
            command = ["runuser", "-u", OWNER, "--", *command]
        done = subprocess.run(  # noqa: S603 - programs of Debian's package
            command,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # the server keeps it open: a pipe would never end
            stderr=subprocess.DEVNULL,
            check=False,
        )
        if done.returncode:
            log = self.folder / "log"
            said = log.read_text(errors="replace")[-2000:] if log.exists() else ""
            raise RuntimeError(f"{program} ended with {done.returncode}: {said}")


def find_programs() -> Path | None:
    """Give the folder of the server's programs; None where it is not installed."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return versions[-1].parent if versions else None


def _sweep(programs: Path) -> None:
    """Stop the servers of tests that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        try:
            os.kill(int((folder / _TESTS).read_text()), 0)
        except ProcessLookupError:
            with suppress(RuntimeError):
                PostgresqlServer(programs, folder).stop()
            shutil.rmtree(folder, ignore_errors=True)
        except (OSError, ValueError):
            continue  # another user's, or one that is just being made


@contextmanager
def postgresql_server(programs: Path) -> Iterator[PostgresqlServer]:
    """Run a server until the end of the block."""
    # not in pytest's folders: these are their owner's only, and a socket's path must be short
    _sweep(programs)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    (folder / _TESTS).write_text(str(os.getpid()))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, OWNER)
        server = PostgresqlServer(programs, folder)
        server.initialize()
        server.start()
        try:
            yield server
        finally:
            with suppress(RuntimeError):  # a test may have stopped it
                server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
