"""Which releases are at work: of the program, and of the libraries that its results depend on."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

__all__ = ["installed_versions"]

_LIBRARIES = (
    "triage-app",
    "numpy",
    "onnxruntime",
    "pydicom",
    "pynetdicom",
    "pylibjpeg",
    "imagecodecs",
    "highdicom",
    "pillow",
    "pydantic",
    "SQLAlchemy",
    "PySide6-Essentials",
)


def installed_versions() -> dict[str, str]:
    """Give each library's version by its name; "not installed" where it is missing."""
    return {name: _version(name) for name in _LIBRARIES}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
