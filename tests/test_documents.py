"""The documents name every command, option, setting and key of this code."""

from __future__ import annotations

import importlib.util
import re
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtGui import QKeySequence

from triage_app.cli.main import COMMANDS
from triage_app.ui import actions
from triage_app.ui.help_pages import PAGES

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"


def load_tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "installer" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    return tool


TOOL = load_tool("documents")
LICENCES = load_tool("licences")
MADE = TOOL.make_pages()
NOTICE = (ROOT / "NOTICE").read_text(encoding="utf-8")


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", MADE, ids=lambda path: path.name)
def test_what_is_made_from_the_code_is_what_the_documents_say(path: Path) -> None:
    if path.name == "commands.md" and sys.version_info[:2] != (3, 11):
        pytest.skip("argparse lays out its help in another way in each version of Python")
    assert path.read_text(encoding="utf-8") == MADE[path], "run: make docs"


def test_every_command_is_in_the_documents() -> None:
    programs = set(TOOL.find_programs())
    assert {f"triage-app {name}" for name in COMMANDS} <= programs
    assert {"triage-train fit", "triage-train report", "triage-export dicom"} <= programs
    headings = set(re.findall(r"^##+ (.+)$", page("commands.md"), re.MULTILINE))
    assert headings == programs


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_of_a_command_is_in_its_part(name: str) -> None:
    part = page("commands.md").partition(f"### triage-app {name}\n")[2].partition("\n###")[0]
    source = (ROOT / "triage_app" / "cli" / f"{name.replace('-', '_')}.py").read_text("utf-8")
    options = set(re.findall(r"add_argument\(\s*(?:\"-\w\", )?\"(--[\w-]+)\"", source))
    assert options <= set(re.findall(r"--[\w-]+", part))


def test_every_setting_is_in_the_documents() -> None:
    settings = page("settings.md")
    missing = [
        f"{model.__name__}.{name}"
        for model in TOOL.find_settings()
        for name in model.model_fields
        if f"`{name}`" not in settings
    ]
    assert missing == []


def test_every_key_is_in_the_guide() -> None:
    keys = {QKeySequence(key).toString() for spec in actions.COMMANDS for key in spec.keys}
    assert keys <= set(re.findall(r"`([^`]+)`", page("guide/keys.md")))


def test_the_window_has_every_page_of_the_guide_as_it_is() -> None:
    guide = {path.name: path.read_text(encoding="utf-8") for path in TOOL.GUIDE.glob("*.md")}
    assert set(guide) == {f"{name}.md" for name in PAGES}
    for name, text in guide.items():
        shipped = (TOOL.HELP / name).read_text(encoding="utf-8")
        assert shipped == TOOL.to_help(text), "run: make docs"


def test_a_page_of_the_window_has_neither_pictures_nor_links_that_lead_out_of_it() -> None:
    text = "<!-- made -->\n\n# A\n\n![x](../images/x.png)\n\n[b](../b.md) and [c](c.md)\n"
    assert TOOL.to_help(text) == "# A\n\nb and [c](c.md)\n"


def test_every_page_is_in_the_navigation() -> None:
    navigation = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    pages = {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")}
    assert {name for name in pages if f" {name}\n" not in navigation} == set()


@pytest.mark.parametrize(
    "path", [*DOCS.rglob("*.md"), *ROOT.glob("*.md")], ids=lambda path: path.name
)
def test_every_link_to_a_file_leads_to_one(path: Path) -> None:
    text = re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    links = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", text)
    lost = [
        link
        for link in links
        if "://" not in link
        and not link.startswith("mailto:")
        and not (path.parent / link).exists()
    ]
    assert lost == []


def test_no_page_fetches_a_font_a_script_or_a_drawing() -> None:
    assert "font: false" in (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    for path in DOCS.rglob("*.md"):
        text = path.read_text(encoding="utf-8")
        assert "```mermaid" not in text, "Material fetches what draws it"
        assert not re.search(r"!\[[^\]]*\]\(https?:|<(?:img|script|link)\b", text), path


def test_pictures_are_few_small_and_used() -> None:
    pictures = list((DOCS / "images").iterdir())
    pages = "".join(path.read_text(encoding="utf-8") for path in DOCS.rglob("*.md"))
    assert len(pictures) <= 12
    assert [each.name for each in pictures if each.stat().st_size > 200_000] == []
    assert [each.name for each in pictures if f"images/{each.name}" not in pages] == []


def test_the_version_is_everywhere_the_same() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    version = project["version"]
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert re.search(r"^version: (.+)$", citation, re.MULTILINE)[1] == version  # type: ignore[index]
    assert f"version = {{{version}}}" in page("cite.md")
    assert f"Version {version}," in page("cite.md")


@pytest.mark.parametrize("extra", ["", *LICENCES.EXTRAS], ids=lambda extra: extra or "always")
def test_every_package_that_is_brought_along_is_in_the_notices(extra: str) -> None:
    named = {line.split()[0] for line in NOTICE.splitlines() if line.startswith("  ")}
    assert set(LICENCES.find_packages(extra)) <= named, "run: make licences"


def test_the_changelog_says_first_what_can_change_a_score() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = changelog.split("\n## ")[1]
    assert re.findall(r"^### (.+)$", newest, re.MULTILINE)[0] == "Model"
