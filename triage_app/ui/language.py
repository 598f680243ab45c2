"""The language of the window: by the settings, else by the operating system."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

__all__ = ["LANGUAGES", "use_language"]

LANGUAGES = {
    "": "System",
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
}
"""Codes of ISO 639-1 with each language's own name."""


def use_language(application: QCoreApplication, language: str = "") -> list[QTranslator]:
    """Let texts, numbers and dates be those of a language.

    Parameters
    ----------
    language : such as "de" or "de_CH"; that of the operating system where empty

    Returns
    -------
    list of QTranslator
        those that were found, to be kept; English needs none
    """
    locale = QLocale(language) if language else QLocale.system()
    QLocale.setDefault(locale)
    folder = Path(str(files("triage_app"))) / "resources" / "translations"
    installed = []
    for name, place in (
        ("triage_app", str(folder)),
        ("qtbase", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)),
    ):
        translator = QTranslator(application)
        if translator.load(locale, name, "_", place):
            application.installTranslator(translator)
            installed.append(translator)
    return installed
