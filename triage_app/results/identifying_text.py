"""What names a patient in a header, searched for in all other elements."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydicom import DataElement, Dataset

from triage_app.imaging.elements import MALFORMED_DATA_ERRORS
from triage_app.results.confidentiality_profile import find_row

__all__ = ["IdentifyingText"]

_SHORTEST = 3
"""Letters; shorter ones, as the sex, would be found everywhere."""
_LONG = 7
_TEXT_VRS = frozenset({"AE", "CS", "LO", "LT", "PN", "SH", "ST", "UC", "UR", "UT"})
_SEARCHED_BYTES_VRS = frozenset({"OB", "UN"})
_PIXELS = 0x7FE0
_STRUCTURE = frozenset(
    {
        "BodyPartExamined",
        "BurnedInAnnotation",
        "CodeMeaning",
        "CodeValue",
        "CodingSchemeDesignator",
        "DeidentificationMethod",
        "ImageType",
        "LongitudinalTemporalInformationModified",
        "Modality",
        "PatientID",
        "PatientIdentityRemoved",
        "PatientName",
        "PhotometricInterpretation",
        "PresentationIntentType",
        "SpecificCharacterSet",
        "ViewPosition",
    }
)
"""Enumerated values, and elements of our own; a patient of the name Chest does not change them."""
_OTHER_IDENTIFIERS = ("AccessionNumber", "AdmissionID", "ServiceEpisodeID", "StudyID")


class IdentifyingText:
    """Words that stood where a patient or another person is named.

    Parameters
    ----------
    words : whole words or phrases
    """

    def __init__(self, words: set[str]) -> None:
        kept = sorted(words, key=len, reverse=True)
        self._pattern = (
            re.compile(
                "|".join(map(_as_pattern, kept)),
                re.IGNORECASE,
            )
            if kept
            else None
        )
        self._encoded = {word.encode(errors="surrogatepass") for word in kept}

    @classmethod
    def of(cls, dataset: Dataset) -> IdentifyingText:
        """Collect from a header before anything is taken out of it."""
        words: set[str] = set()
        for _holder, element in _walk(dataset):
            if _identifies(element):
                words.update(_words(element))
        return cls(words)

    def remove_from(self, dataset: Dataset) -> int:
        """Empty each element that holds one of the words; say how many."""
        if self._pattern is None:
            return 0
        emptied = 0
        for holder, element in list(_walk(dataset)):
            if element.keyword in _STRUCTURE and holder.get(element.tag) is not None:
                continue
            if element.VR in _TEXT_VRS and self._pattern.search(_text(element)):
                element.value = ""
                emptied += 1
            elif element.VR in _SEARCHED_BYTES_VRS and element.tag.group != _PIXELS:
                value = element.value or b""
                if isinstance(value, bytes) and any(word in value for word in self._encoded):
                    del holder[element.tag]
                    emptied += 1
        return emptied


def _as_pattern(word: str) -> str:
    """Find short words alone only, and long ones inside of others too."""
    escaped = re.escape(word)
    return escaped if len(word) >= _LONG else rf"(?<!\w){escaped}(?!\w)"


def _identifies(element: DataElement) -> bool:
    if element.VR == "PN" or element.keyword in _OTHER_IDENTIFIERS:
        return True
    row = find_row(element.tag)
    is_of_patient = element.tag.group in (0x0010, 0x0038) and element.VR in {*_TEXT_VRS, "DA"}
    return is_of_patient and row is not None and not row.is_characteristic


def _words(element: DataElement) -> Iterator[str]:
    text = _text(element)
    phrases = [text, *re.split(r"[\\^=]", text)] if element.VR == "PN" else text.split("\\")
    for phrase in phrases:
        bare = phrase.strip()
        if len(bare) >= _SHORTEST:
            yield bare
        if element.VR == "PN":
            yield from (word for word in bare.split() if len(word) >= _SHORTEST)


def _text(element: DataElement) -> str:
    value = element.value
    if value is None:
        return ""
    values = value if element.VM > 1 else [value]
    return "\\".join(str(each) for each in values)


def _walk(dataset: Dataset) -> Iterator[tuple[Dataset, DataElement]]:
    for tag in list(dataset.keys()):
        try:
            element = dataset[tag]
        except MALFORMED_DATA_ERRORS:
            continue
        yield dataset, element
        if element.VR == "SQ":
            for item in element.value:
                yield from _walk(item)
