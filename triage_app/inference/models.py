"""Which models there are: the one that the program ships, and others beside their cards."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from triage_app.errors import ModelError
from triage_app.inference.card import card_path_for

__all__ = ["find_models", "shipped_model_path"]


def find_models(folder: Path) -> list[Path]:
    """Give the ONNX files of a folder that have a card beside them, by name."""
    return sorted(path for path in folder.glob("*.onnx") if card_path_for(path).is_file())


def shipped_model_path() -> Path:
    """Give the model that the program ships; the first by name where it ships several.

    Raises
    ------
    ModelError
        where the installation holds none
    """
    folder = Path(str(files("triage_app"))) / "resources" / "models"
    models = find_models(folder)
    if not models:
        raise ModelError(f"{folder}: holds no model; name one with --model.")
    return models[0]
