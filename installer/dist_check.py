"""Proves a wheel and an sdist: what a stranger with pip does with them first.

``python installer/dist_check.py dist`` holds the wheel against what git tracks, lets twine
read both, installs the wheel into a fresh environment far from the sources, starts every command,
and runs the self-test there. ``--lowest`` installs the oldest releases that the wheel says it works
with. It ends with 1 where a proof fails.
"""

from __future__ import annotations

import argparse
import email
import os
import re
import subprocess
import sys
import tempfile
import tomllib
import venv
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

__all__ = ["Distribution", "find_distribution", "lowest_versions", "main", "missing_and_foreign"]

REPOSITORY = Path(__file__).resolve().parents[1]
PACKAGES = ("triage_app", "training", "converters")
OTHER_COMMANDS = ("triage-train", "triage-export")
_SECONDS = 1200.0
"""For a step, on a slow and busy machine."""
_LIST_COMMANDS = "from triage_app.cli.main import COMMANDS; print(*COMMANDS)"


class Distribution:
    """A wheel and an sdist of one version, and the fresh environment that the wheel goes into."""

    def __init__(self, wheel: Path, sdist: Path, home: Path) -> None:
        self.wheel, self.sdist, self._home = wheel, sdist, home
        self._programs = home / "environment" / ("Scripts" if sys.platform == "win32" else "bin")
        self._environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PYTHON", "VIRTUAL_ENV", "QT_", "XDG_", "TRIAGE_"))
        } | {"HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}

    def install(self, constraints: Path) -> str:
        """Install the wheel into a new environment; every requirement must agree."""
        venv.create(self._home / "environment", with_pip=True)
        quiet = ("--quiet", "--disable-pip-version-check")
        self.run("python", "-m", "pip", "install", *quiet, "-c", constraints, self.wheel)
        return self.run("python", "-m", "pip", "check").strip()

    def run(self, program: str, *arguments: str | Path) -> str:
        """Run a program of the environment, and give what it prints.

        Raises
        ------
        AssertionError
            where it does not end with 0
        """
        ended = subprocess.run(  # noqa: S603 - of the environment that was made
            [self._programs / program, *arguments],
            env=self._environment,
            cwd=self._home,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=_SECONDS,
        )
        if ended.returncode:
            said = f"{ended.stdout}{ended.stderr}"
            called = " ".join(map(str, (program, *arguments)))
            raise AssertionError(f"{called}: ended with {ended.returncode}\n{said}")
        return ended.stdout


def find_distribution(folder: Path, home: Path) -> Distribution:
    """Find the one wheel and the one sdist of the version that pyproject.toml states.

    Raises
    ------
    AssertionError
        where there is not exactly one of each
    """
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    stem = f"{project['name'].replace('-', '_')}-{project['version']}"
    wheels = [path.resolve() for path in folder.glob(f"{stem}-*.whl")]
    sdists = [path.resolve() for path in folder.glob(f"{stem}.tar.gz")]
    if len(wheels) != 1 or len(sdists) != 1:
        raise AssertionError(
            f"{folder}: expected one wheel and one sdist {stem}, "
            f"found {len(wheels)} and {len(sdists)}; run `make dist`."
        )
    return Distribution(wheels[0], sdists[0], home)


def missing_and_foreign(tracked: Sequence[str], wheel: Path) -> tuple[list[str], list[str]]:
    """Compare a wheel with the files of the packages: what it lacks, and what is too much."""
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    return sorted(set(tracked) - held), sorted(held - set(tracked))


def lowest_versions(metadata: str) -> list[str]:
    """Pin what a wheel's metadata requires without an extra to the lowest release it allows."""
    required = email.message_from_string(metadata).get_all("Requires-Dist", [])
    pins = []
    for requirement in required:
        if "extra ==" in requirement:
            continue
        name = re.match(r"[A-Za-z0-9._-]+", requirement)
        lowest = re.search(r">=\s*([0-9][^,;\s)]*)", requirement)
        if name is None or lowest is None:
            raise AssertionError(f"{requirement}: no lowest version is given")
        pins.append(f"{name[0]}=={lowest[1]}")
    return pins


def prove_contents(distribution: Distribution) -> str:
    """Models, translations, styles, guide and code: exactly what git tracks of the packages."""
    listed = subprocess.run(  # noqa: S603
        ["git", "ls-files", "-z", *PACKAGES],  # noqa: S607 - git as the user has it
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    tracked = [name for name in listed.split("\0") if Path(name).suffix != ".md"]
    tracked += [name for name in listed.split("\0") if "/resources/" in name]
    missing, foreign = missing_and_foreign([name for name in tracked if name], distribution.wheel)
    if missing or foreign:
        raise AssertionError(f"the wheel lacks {missing} and should not hold {foreign}")
    size = distribution.wheel.stat().st_size / 2**20
    return f"{len(set(tracked))} files, {size:.1f} MiB"


def prove_metadata(distribution: Distribution) -> str:
    """Let twine read both, as the package index would."""
    command = [sys.executable, "-m", "twine", "check", "--strict"]
    ended = subprocess.run(  # noqa: S603
        [*command, distribution.wheel, distribution.sdist],
        capture_output=True,
        text=True,
        check=False,
        timeout=_SECONDS,
    )
    if ended.returncode:
        raise AssertionError(ended.stdout + ended.stderr)
    return "twine takes both"


def prove_commands(distribution: Distribution) -> str:
    """Start the help of each command; the heavy libraries of training are not there."""
    names = distribution.run("python", "-c", _LIST_COMMANDS).split()
    for name in names:
        distribution.run("triage-app", name, "--help")
    for program in ("triage-app", *OTHER_COMMANDS):
        distribution.run(program, "--help")
    return f"{len(names) + 1 + len(OTHER_COMMANDS)} commands start"


def prove_self_test(distribution: Distribution) -> str:
    """Let the installed program prove itself."""
    return distribution.run("triage-app", "self-test").strip().splitlines()[-1]


def _constraints(distribution: Distribution, is_lowest: bool, home: Path) -> Path:
    if not is_lowest:
        return REPOSITORY / "constraints.txt"
    with zipfile.ZipFile(distribution.wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        pins = lowest_versions(archive.read(name).decode("utf-8"))
    path = home / "lowest.txt"
    path.write_text("\n".join(pins) + "\n", encoding="utf-8")
    return path


def main(arguments: Sequence[str] | None = None) -> int:
    """Run every proof, and print what each found."""
    parser = argparse.ArgumentParser(description="Prove a wheel and an sdist.")
    parser.add_argument("folder", type=Path, help="that holds both")
    parser.add_argument("--lowest", action="store_true", help="with the oldest releases allowed")
    parsed = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="triage-dist-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        try:
            distribution = find_distribution(parsed.folder, home)
            constraints = _constraints(distribution, parsed.lowest, home)
            proofs: dict[str, Callable[[], str]] = {
                "contents": lambda: prove_contents(distribution),
                "metadata": lambda: prove_metadata(distribution),
                "installation": lambda: distribution.install(constraints),
                "commands": lambda: prove_commands(distribution),
                "self-test": lambda: prove_self_test(distribution),
            }
            for name, proof in proofs.items():
                print(f"{name}: {proof()}", flush=True)  # noqa: T201 - a command
        except (AssertionError, OSError, subprocess.SubprocessError) as error:
            print(f"FAILED: {error}", file=sys.stderr)  # noqa: T201 - a command
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
