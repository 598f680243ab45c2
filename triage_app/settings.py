"""What a user or an administrator may set: one typed object, read from one TOML file.

It is read at the top (`cli`, `ui/app.py`) and passed down as values; no other room imports it.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

from platformdirs import user_config_path, user_data_path
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from triage_app.errors import TriageError
from triage_app.intake.peers import Peer
from triage_app.intake.receiving.options import ReceiverOptions

__all__ = ["Settings", "load_settings", "settings_path"]

_APPLICATION = "triage-app"
_ENVIRONMENT_VARIABLE = "TRIAGE_APP_SETTINGS"


class Settings(BaseModel):
    """The settings with their defaults.

    Attributes
    ----------
    database : file, or URL, of the worklist
    model : ONNX file instead of the shipped model; its card stands beside it
    workers : processes of a scan; one for each core where it is not set
    seconds_per_file : after which a file is given up
    spool : folder of what came over the network
    receiver : its names and limits; see `ReceiverOptions`
    peers : other systems, to ask and to be asked by; see `Peer`
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    database: str = Field(
        default_factory=lambda: str(user_data_path(_APPLICATION) / "worklist.sqlite")
    )
    model: Path | None = None
    workers: int | None = Field(default=None, ge=0)
    seconds_per_file: float = Field(default=60.0, gt=0)
    spool: Path = Field(default_factory=lambda: user_data_path(_APPLICATION) / "received")
    receiver: ReceiverOptions = Field(default_factory=ReceiverOptions)
    peers: tuple[Peer, ...] = ()

    @field_validator("peers")
    @classmethod
    def _named_once(cls, peers: tuple[Peer, ...]) -> tuple[Peer, ...]:
        if len({peer.name for peer in peers}) != len(peers):
            raise ValueError("each peer needs a name of its own")
        return peers


def settings_path() -> Path:
    """Give the file that is read: what TRIAGE_APP_SETTINGS names, else the user's own."""
    named = os.environ.get(_ENVIRONMENT_VARIABLE)
    return Path(named) if named else user_config_path(_APPLICATION) / "settings.toml"


def load_settings(path: Path | None = None) -> Settings:
    """Read the settings; a file that does not exist means the defaults.

    Raises
    ------
    TriageError
        where the file cannot be read or holds something that is no setting; it is left as it is
    """
    path = path or settings_path()
    try:
        return Settings.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise TriageError(f"{path}: the setting {name!r}: {first['msg']}; correct it.") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TriageError(
            f"{path}: the settings cannot be read ({error}); correct the file or remove it."
        ) from error
