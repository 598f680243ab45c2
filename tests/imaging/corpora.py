"""Where pydicom keeps its own test files: real headers and codestreams of many makers."""

from __future__ import annotations

from pathlib import Path

import pydicom

PYDICOM_DATA = Path(pydicom.__file__).parent / "data"


def pydicom_file(name: str) -> Path:
    """Give one of the files that are installed with pydicom; nothing is fetched."""
    for folder in ("test_files", "charset_files"):
        if (PYDICOM_DATA / folder / name).is_file():
            return PYDICOM_DATA / folder / name
    raise FileNotFoundError(name)
