"""Text as it is searched and sorted: in any script, without regard to case or accents."""

from __future__ import annotations

import unicodedata

__all__ = ["search_words", "searchable", "sortable"]

_SEPARATORS = str.maketrans(dict.fromkeys(",^=;\\\x00", " "))
"""Parts of a name are words of their own (PS3.5 6.2: "^" between components, "=" groups)."""

_WITHOUT_DECOMPOSITION = str.maketrans(
    {
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "ð": "d",
        "đ": "d",
        "ħ": "h",
        "ı": "i",
        "ł": "l",
        "þ": "th",
        "ŧ": "t",
    }
)
"""Letters that are typed without their stroke but have none that Unicode could take off."""


def searchable(*texts: str) -> str:
    """Fold texts for searching and join them by spaces.

    Parameters
    ----------
    texts : name, ID and the like, as a header gives them

    Returns
    -------
    str
        without case, accents and compatibility forms (full width, half-width kana, ligatures).
        The marks that make another letter (Japanese voicing, Indic and Thai vowels) stay.

    Notes
    -----
    Accents are told from other marks by the canonical combining class: those of Latin, Greek,
    Cyrillic, Hebrew and Arabic have 1, 10 to 35 or 202 and above; nukta is 7, kana voicing 8,
    virama 9, and dependent vowels have their own class or 0 (Unicode Standard, 4.3).
    """
    joined = " ".join(texts).translate(_SEPARATORS)
    folded = unicodedata.normalize("NFKD", joined).casefold().translate(_WITHOUT_DECOMPOSITION)
    kept = (
        character
        for character in unicodedata.normalize("NFKD", folded)
        if not _is_accent(character) and not "\ud800" <= character <= "\udfff"
    )
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).split())


def search_words(text: str) -> tuple[str, ...]:
    """Split what a person typed into the words that must all be found."""
    return tuple(dict.fromkeys(searchable(text).split()))


def sortable(text: str) -> str | None:
    """Fold a text for sorting; None for an empty one, so that it stands last."""
    return searchable(text) or None


def _is_accent(character: str) -> bool:
    place = unicodedata.combining(character)
    return place == 1 or 10 <= place <= 35 or place >= 202
