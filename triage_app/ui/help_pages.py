"""The user guide that ships with the program, and which of its pages fits where the reader is."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

from PySide6.QtWidgets import QWidget

__all__ = ["FIRST_PAGE", "PAGES", "PAGE_OF_WIDGET", "HelpPage", "page_for", "read_page"]


@dataclass(frozen=True, slots=True)
class HelpPage:
    """One page.

    Attributes
    ----------
    name : of its file, without the ending
    title : its first heading
    text : Markdown
    """

    name: str
    title: str
    text: str


PAGES = (
    "worklist",
    "images",
    "results",
    "verdicts",
    "network",
    "preferences",
    "keys",
    "trouble",
    "glossary",
)
"""In the order in which they are offered."""

FIRST_PAGE = PAGES[0]

PAGE_OF_WIDGET = {
    "WorklistView": "worklist",
    "FilterBar": "worklist",
    "ViewerPanel": "images",
    "ViewerWindow": "images",
    "HeaderBrowser": "images",
    "ResultPanel": "results",
    "ModelCardPage": "results",
    "ModelInputDialog": "results",
    "VerdictBar": "verdicts",
    "StatisticsPage": "verdicts",
    "ResultPrintDialog": "worklist",
    "SearchDialog": "network",
    "SendingDialog": "network",
    "NetworkDialog": "network",
    "ReceptionLight": "network",
    "SettingsDialog": "preferences",
    "KeyEditor": "keys",
    "KeySheet": "keys",
    "MessageBar": "trouble",
}
"""By the class of a widget; by its name, so that asking for help loads no dialog."""


def page_for(widget: QWidget | None) -> str:
    """Give the name of the page that fits a widget, or what it stands in; else the first."""
    while widget is not None:
        page = PAGE_OF_WIDGET.get(type(widget).__name__)
        if page is not None:
            return page
        widget = widget.parentWidget()
    return FIRST_PAGE


def read_page(name: str) -> HelpPage:
    """Read a page.

    Raises
    ------
    ValueError
        where there is no such page
    """
    if name not in PAGES:
        raise ValueError(f"expected one of {', '.join(PAGES)}, received {name!r}")
    text = files("triage_app").joinpath(f"resources/help/{name}.md").read_text("utf-8")
    title = next(line.removeprefix("# ") for line in text.splitlines() if line.startswith("# "))
    return HelpPage(name, title, text)
