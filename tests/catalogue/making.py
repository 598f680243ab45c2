"""What the kinds of the catalogue are made from: a sound chest radiograph, edited at the byte."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pydicom.uid import ExplicitVRLittleEndian

from tests.fuzzing.layout import FileLayout, read_layout
from triage_app.imaging.authoring import new_radiograph, write_radiograph
from triage_app.imaging.description import (
    PatientDescription,
    RadiographDescription,
    SeriesDescription,
)

__all__ = ["Kitchen", "encapsulated"]


def encapsulated(*fragments: bytes, is_closed: bool = True) -> bytes:
    """Give Pixel Data of undefined length (PS3.5 A.4), with an empty offset table."""
    head = struct.pack("<HH2sHL", 0x7FE0, 0x0010, b"OB", 0, 0xFFFFFFFF)
    items = (b"", *(fragment + b"\0" * (len(fragment) % 2) for fragment in fragments))
    body = b"".join(struct.pack("<HHL", 0xFFFE, 0xE000, len(item)) + item for item in items)
    return head + body + (struct.pack("<HHL", 0xFFFE, 0xE0DD, 0) if is_closed else b"")


@dataclass(frozen=True, slots=True)
class Kitchen:
    """Makes the file of one kind in its folder."""

    folder: Path
    seed: str

    def place(self, name: str = "image.dcm") -> Path:
        """Say where a file of the kind lies."""
        return self.folder / name

    def write(self, data: bytes, name: str = "image.dcm") -> Path:
        """Write the file."""
        path = self.place(name)
        path.write_bytes(data)
        return path

    def chest(
        self,
        uid: str = ExplicitVRLittleEndian,
        *,
        bits: int = 12,
        shape: tuple[int, int] = (64, 80),
        changes: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Give a sound radiograph; `changes` as in the factory of `tests.conftest`."""
        rows, columns = shape
        ramp = np.linspace(0, 2**bits - 1, rows * columns).reshape(shape)
        dataset = new_radiograph(
            ramp.astype(np.uint8 if bits == 8 else np.uint16),
            RadiographDescription(
                patient=PatientDescription("Probe^Petra", "P-1", None, "F", "003Y"),
                series=SeriesDescription(manufacturer="Probe"),
                bits_stored=bits,
                uid_seed=self.seed,
            ),
        )
        for keyword, value in (changes or {}).items():
            if value is None:
                del dataset[keyword]
            else:
                setattr(dataset, keyword, value)
        path = self.folder / "sound.part"
        write_radiograph(dataset, path, uid)
        data = path.read_bytes()
        path.unlink()
        return data

    def layout(self, uid: str = ExplicitVRLittleEndian, **options: Any) -> FileLayout:
        """Give a sound radiograph by its elements."""
        found = read_layout(self.chest(uid, **options))
        assert found is not None
        return found

    def numbered(self, uid: str = ExplicitVRLittleEndian, **numbers: int) -> bytes:
        """Give a radiograph with other numbers (VR US) than it has."""
        tags = {
            "samples": 0x00280002,
            "planar": 0x00280006,
            "rows": 0x00280010,
            "columns": 0x00280011,
            "allocated": 0x00280100,
            "stored": 0x00280101,
            "high": 0x00280102,
            "sign": 0x00280103,
        }
        layout = self.layout(uid)
        for name, number in numbers.items():
            layout = layout.with_element(tags[name], "US", layout.numbers(number))
        return layout.pack(layout.data)

    def with_text(self, tag: int, vr: str, text: bytes) -> bytes:
        """Give a radiograph with another value of an element, as it is."""
        layout = self.layout().with_element(tag, vr, text)
        return layout.pack(layout.data)

    def without(self, tag: int, **options: Any) -> bytes:
        """Give a radiograph without an element."""
        return self.layout(**options).with_bytes(tag, b"").data

    def with_pixels(self, uid: str, pixels: bytes, **options: Any) -> bytes:
        """Give a radiograph of a transfer syntax with another Pixel Data element."""
        layout = self.layout(ExplicitVRLittleEndian, **options)
        layout = layout.with_bytes(0x7FE00010, pixels)
        value = uid.encode() + b"\0" * (len(uid) % 2)
        return layout.with_element(0x00020010, "UI", value).data

    def frame(self, uid: str, **options: Any) -> bytes:
        """Give the one codestream of a compressed radiograph."""
        layout = self.layout(uid, **options)
        fragments = layout.fragments[1:]
        return b"".join(layout.data[place.value_at : place.end] for place in fragments)
