"""Instances without their patient, after PS3.15 Annex E, Basic Application Level Confidentiality.

What a table can do, `confidentiality_profile` says. Beyond it, so that nothing hides where the
table does not look: every Person Name is emptied, every attribute that the dictionary does not know
is removed, and what was known of the patient is searched for in all that stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pydicom import DataElement, Dataset, FileDataset
from pydicom.datadict import dictionary_has_tag
from pydicom.dataset import FileMetaDataset
from pydicom.sequence import Sequence as ItemSequence
from pydicom.tag import BaseTag
from pydicom.uid import PYDICOM_IMPLEMENTATION_UID, UID

from triage_app.errors import ResultError
from triage_app.imaging.elements import MALFORMED_DATA_ERRORS, text_value
from triage_app.results.confidentiality_profile import Action, ProfileRow, find_row
from triage_app.results.identifying_text import IdentifyingText
from triage_app.results.pseudonyms import Pseudonyms

__all__ = ["BurnedIn", "Dates", "Deidentifier", "Options", "burned_in_text"]


class Dates(StrEnum):
    """What becomes of dates and times (PS3.15 E.3.6)."""

    REMOVE = "remove"
    KEEP = "keep"
    SHIFT = "shift"


class BurnedIn(StrEnum):
    """What is known of text in the pixels."""

    STATED = "stated"
    POSSIBLE = "possible"
    UNSTATED = "unstated"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class Options:
    """What is retained beyond the basic profile.

    Attributes
    ----------
    dates : remove is the basic profile
    keeps_device : Retain Device Identity Option
    keeps_characteristics : age, sex, size, weight and their like
    """

    dates: Dates = Dates.REMOVE
    keeps_device: bool = False
    keeps_characteristics: bool = False


_TEXT_CLASSES = (
    "1.2.840.10008.5.1.4.1.1.88.",  # structured reports
    "1.2.840.10008.5.1.4.1.1.104.",  # encapsulated documents
)
"""Their content is words, and no table can tell which of them name a patient."""
_OFTEN_BURNED_IN = frozenset(
    {"US", "IVUS", "SC", "OT", "ES", "XC", "GM", "SM", "DOC", "BI", "OP", "OPT", "HC", "DG", "TG"}
)
_SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
_ULTRASOUND = ("1.2.840.10008.5.1.4.1.1.6.", "1.2.840.10008.5.1.4.1.1.3.")
_DATE_VRS = ("DA", "TM", "DT")
_DATES_OF_OTHER_VRS = (0x00080201, 0x00340007)
_NEVER_KEPT_DATES = (0x00100030, 0x00100032)
_DUMMIES: dict[str, object] = {
    "AE": "ANONYMIZED",
    "AS": "000Y",
    "CS": "ANONYMIZED",
    "DA": "19000101",
    "DS": "0",
    "DT": "19000101000000",
    "IS": "0",
    "LO": "ANONYMIZED",
    "LT": "ANONYMIZED",
    "PN": "ANONYMIZED",
    "SH": "ANONYMIZED",
    "ST": "ANONYMIZED",
    "TM": "000000",
    "UC": "ANONYMIZED",
    "UR": "http://anonymized.invalid",
    "UT": "ANONYMIZED",
    "FD": 0.0,
    "FL": 0.0,
    "SL": 0,
    "SS": 0,
    "SV": 0,
    "UL": 0,
    "US": 0,
    "UV": 0,
}
_STANDARD_UIDS = ("CodingSchemeUID", "ContextUID", "MappingResourceUID")
_CODES = {
    "basic": ("113100", "Basic Application Confidentiality Profile"),
    Dates.KEEP: ("113106", "Retain Longitudinal Temporal Information Full Dates Option"),
    Dates.SHIFT: ("113107", "Retain Longitudinal Temporal Information Modified Dates Option"),
    "characteristics": ("113108", "Retain Patient Characteristics Option"),
    "device": ("113109", "Retain Device Identity Option"),
}
"""PS3.16 CID 7050."""
_TEMPORAL = {Dates.KEEP: "UNMODIFIED", Dates.SHIFT: "MODIFIED", Dates.REMOVE: "REMOVED"}


def burned_in_text(dataset: Dataset) -> BurnedIn:
    """Judge by (0028,0301) and, where it says nothing, by the kind of image."""
    stated = text_value(dataset, "BurnedInAnnotation").upper()
    if stated in ("YES", "NO"):
        return BurnedIn.STATED if stated == "YES" else BurnedIn.DENIED
    sop_class = text_value(dataset, "SOPClassUID")
    is_likely = (
        sop_class.startswith((_SECONDARY_CAPTURE + ".", *_ULTRASOUND))
        or sop_class == _SECONDARY_CAPTURE
        or text_value(dataset, "Modality").upper() in _OFTEN_BURNED_IN
        or text_value(dataset, "ConversionType") != ""
    )
    return BurnedIn.POSSIBLE if is_likely else BurnedIn.UNSTATED


class Deidentifier:
    """Takes patients out of instances, alike for all instances of one export.

    Parameters
    ----------
    pseudonyms : of the export
    options : what is retained
    """

    def __init__(self, pseudonyms: Pseudonyms, options: Options) -> None:
        self._pseudonyms = pseudonyms
        self._options = options

    def apply(self, dataset: FileDataset) -> FileDataset:
        """Take the patient out of an instance; it is changed and given back.

        Pixels are not looked at; see `burned_in_text`.

        Raises
        ------
        ResultError
            where the instance consists of text, has no UID, or cannot be read
        """
        sop_class = text_value(dataset, "SOPClassUID")
        if sop_class.startswith(_TEXT_CLASSES):
            raise ResultError(
                f"{UID(sop_class).name}: is text, in which a patient may be named anywhere; it is "
                "not exported."
            )
        if not (sop_class and text_value(dataset, "SOPInstanceUID")):
            raise ResultError("does not say which instance it is; it is not exported.")
        try:
            known = IdentifyingText.of(dataset)
            # without an ID nobody can tell whose studies belong together
            patient_id = text_value(dataset, "PatientID") or text_value(dataset, "StudyInstanceUID")
            who = (patient_id, text_value(dataset, "IssuerOfPatientID"))
            self._clean(dataset, who)
            self._mark(dataset, who)
            known.remove_from(dataset)
        except MALFORMED_DATA_ERRORS as error:
            raise ResultError(
                f"its elements cannot be read ({type(error).__name__}), so nobody can tell what "
                "they hold; it is not exported."
            ) from error
        self._rebuild_meta(dataset)
        return dataset

    def _clean(self, dataset: Dataset, who: tuple[str, str]) -> None:
        for tag in list(dataset.keys()):
            if tag.is_private or tag.element == 0 or tag.group < 0x0008 or _is_unknown(tag):
                del dataset[tag]
                continue
            try:
                element = dataset[tag]
            except MALFORMED_DATA_ERRORS:
                del dataset[tag]  # nobody can tell what it holds
                continue
            if element.VR == "UN":
                del dataset[tag]
                continue
            self._treat(dataset, element, who)

    def _treat(self, dataset: Dataset, element: DataElement, who: tuple[str, str]) -> None:
        row = find_row(element.tag)
        if (row is not None and self._retains(row)) or self._is_date(element):
            if self._is_date(element):
                self._treat_date(dataset, element, row, who)
            elif element.VR == "SQ":
                self._clean_items(element, who)
            return
        if row is not None:
            self._act(dataset, element, row.action, who)
        elif element.VR == "PN":
            element.value = ""
        elif element.VR == "UI":
            self._map_uids(element)
        elif element.VR == "SQ":
            self._clean_items(element, who)

    def _retains(self, row: ProfileRow) -> bool:
        return (row.is_device and self._options.keeps_device) or (
            row.is_characteristic and self._options.keeps_characteristics
        )

    def _is_date(self, element: DataElement) -> bool:
        return (element.VR in _DATE_VRS or int(element.tag) in _DATES_OF_OTHER_VRS) and int(
            element.tag
        ) not in _NEVER_KEPT_DATES

    def _treat_date(
        self,
        dataset: Dataset,
        element: DataElement,
        row: ProfileRow | None,
        who: tuple[str, str],
    ) -> None:
        dates = self._options.dates
        if dates is Dates.KEEP:
            return
        if dates is Dates.SHIFT and element.VR in ("TM", "SH"):
            return  # the hour of the day stays, and its zone
        if dates is Dates.SHIFT and element.VR in ("DA", "DT"):
            values = element.value if element.VM > 1 else [element.value]
            moved = [self._pseudonyms.shift(str(value or ""), *who) for value in values]
            element.value = moved if len(moved) > 1 else moved[0]
            return
        self._act(dataset, element, Action.EMPTY if row is None else row.action, who)

    def _act(
        self, dataset: Dataset, element: DataElement, action: Action, who: tuple[str, str]
    ) -> None:
        """Do what the table says; where it leaves a choice, what every IOD allows."""
        is_sequence = element.VR == "SQ"
        match action:
            case Action.UID:
                self._map_uids(element)
            case Action.REMOVE_OR_EMPTY_OR_UID:
                self._clean_items(element, who)
            case Action.REMOVE:
                del dataset[element.tag]
            case Action.EMPTY | Action.REMOVE_OR_EMPTY:
                element.value = ItemSequence() if is_sequence else _nothing(element)
            case _ if is_sequence:
                # of sequences a dummy says nothing, and those that need one are Type 3 or 1C
                del dataset[element.tag]
            case _:
                _put_dummy(dataset, element)

    def _clean_items(self, element: DataElement, who: tuple[str, str]) -> None:
        for item in element.value:
            self._clean(item, who)

    def _map_uids(self, element: DataElement) -> None:
        keyword = element.keyword
        if "SOPClass" in keyword or "TransferSyntax" in keyword or keyword in _STANDARD_UIDS:
            return
        values = [str(value) for value in (element.value if element.VM > 1 else [element.value])]
        mapped = [
            UID(self._pseudonyms.uid(value)) if value and not _is_of_the_standard(value) else value
            for value in values
        ]
        element.value = mapped if len(mapped) > 1 else mapped[0]

    def _mark(self, dataset: Dataset, who: tuple[str, str]) -> None:
        """Say that, and how, the patient was taken out (PS3.15 E.2, PS3.3 C.12.1.1.2)."""
        pseudonym = self._pseudonyms.patient_id(*who)
        dataset.PatientID = pseudonym
        dataset.PatientName = pseudonym
        dataset.PatientIdentityRemoved = "YES"
        options: list[object] = ["basic"]
        if self._options.dates is not Dates.REMOVE:
            options.append(self._options.dates)
        if self._options.keeps_characteristics:
            options.append("characteristics")
        if self._options.keeps_device:
            options.append("device")
        items = []
        for option in options:
            value, meaning = _CODES[option]  # type: ignore[index] # both kinds are keys
            item = Dataset()
            item.CodeValue, item.CodingSchemeDesignator = value, "DCM"
            item.CodeMeaning = meaning
            items.append(item)
        dataset.DeidentificationMethod = ["PS3.15 E.1 Basic Profile", "triage-app"]
        dataset.DeidentificationMethodCodeSequence = ItemSequence(items)
        dataset.LongitudinalTemporalInformationModified = _TEMPORAL[self._options.dates]

    def _rebuild_meta(self, dataset: FileDataset) -> None:
        """Write a new File Meta Information; the old one names senders, and may hold anything."""
        meta = FileMetaDataset()
        meta.MediaStorageSOPClassUID = UID(text_value(dataset, "SOPClassUID"))
        meta.MediaStorageSOPInstanceUID = UID(text_value(dataset, "SOPInstanceUID"))
        meta.TransferSyntaxUID = dataset.file_meta.TransferSyntaxUID
        meta.ImplementationClassUID = PYDICOM_IMPLEMENTATION_UID
        dataset.file_meta = meta
        dataset.preamble = bytes(128)


def _is_unknown(tag: BaseTag) -> bool:
    # an overlay or a curve without its data is none, so all of its group goes
    return not dictionary_has_tag(tag) or tag.group >> 8 in (0x50, 0x60)


def _is_of_the_standard(uid: str) -> bool:
    return uid.startswith("1.2.840.10008.")


def _nothing(element: DataElement) -> object:
    return None if element.VR not in ("PN", "LO", "SH", "UI") else ""


def _put_dummy(dataset: Dataset, element: DataElement) -> None:
    if element.is_empty:
        return
    dummy = _DUMMIES.get(element.VR)
    if dummy is None:  # bytes, of which no dummy would have a meaning
        del dataset[element.tag]
        return
    element.value = dummy
