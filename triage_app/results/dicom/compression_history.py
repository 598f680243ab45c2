"""What lossy compression the source went through, carried on to what is made of it."""

from __future__ import annotations

import os

from pydicom import Dataset

from triage_app.imaging.elements import element_value
from triage_app.imaging.header import Instance

__all__ = ["add_lossy_history"]

# PS3.3 C.7.6.1.1.5.1: methods by transfer syntax.
_METHODS = {
    "1.2.840.10008.1.2.4.50": "ISO_10918_1",
    "1.2.840.10008.1.2.4.51": "ISO_10918_1",
    "1.2.840.10008.1.2.4.81": "ISO_14495_1",
    "1.2.840.10008.1.2.4.91": "ISO_15444_1",
}


def add_lossy_history(target: Dataset, source: Instance) -> None:
    """Copy (0028,2110) Lossy Image Compression with ratio and method, or find them out.

    Once an image was compressed with loss, so is all that is derived from it (PS3.3 C.7.6.1.1.5).
    """
    header, facts = source.header, source.facts
    method = _METHODS.get(facts.transfer_syntax_uid, "")
    if not (facts.image.is_lossy_compressed or method):
        return
    target.LossyImageCompression = "01"
    ratio = element_value(header, "LossyImageCompressionRatio")
    target.LossyImageCompressionRatio = _ratio(source) if ratio is None else ratio
    stated = element_value(header, "LossyImageCompressionMethod")
    if stated or method:
        target.LossyImageCompressionMethod = stated or method


def _ratio(source: Instance) -> str:
    """Estimate the ratio from the size of the file, whose header is small beside its pixels."""
    image = source.facts.image
    native = image.rows * image.columns * max(1, image.bits_allocated // 8)
    with source.source.open() as file:
        stored = file.seek(0, os.SEEK_END)
    return f"{max(1.0, native / max(1, stored)):.2f}"
