"""The DICOM conformance statement, made from the tables that the program works by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from pydicom import uid
from pydicom.charset import python_encoding
from pydicom.uid import UID
from pynetdicom import PYNETDICOM_IMPLEMENTATION_UID, PYNETDICOM_IMPLEMENTATION_VERSION
from pynetdicom.sop_class import (  # type: ignore[attr-defined] # made when it is imported
    PatientRootQueryRetrieveInformationModelFind,
    PatientRootQueryRetrieveInformationModelGet,
    PatientRootQueryRetrieveInformationModelMove,
    StorageCommitmentPushModel,
    StudyRootQueryRetrieveInformationModelFind,
    StudyRootQueryRetrieveInformationModelGet,
    StudyRootQueryRetrieveInformationModelMove,
    Verification,
)

from triage_app.imaging.decoders import DECODERS, LOSSY_SYNTAXES, NATIVE_SYNTAXES
from triage_app.intake import tls
from triage_app.intake.peers import Peer
from triage_app.intake.receiving.options import ReceiverOptions
from triage_app.results.confidentiality_profile import EDITION
from triage_app.results.dicom.provenance import SERIES_NUMBERS, ResultKind
from triage_app.results.sending.conversion import FALLBACK_SYNTAXES
from triage_app.results.sending.destination import Destination
from triage_app.results.sending.storing import MOST_CONTEXTS

if TYPE_CHECKING:
    from pydantic import BaseModel

__all__ = ["conformance_statement", "result_classes"]


def conformance_statement() -> str:
    """Write the statement in the layout of PS3.2: an overview, then the details."""
    sections = [
        _introduction(),
        _overview(),
        _networking(),
        _syntaxes(),
        _settings(),
        _web(),
        _objects(),
        _security(),
        _character_sets(),
    ]
    return "\n\n".join(sections) + "\n"


def _introduction() -> str:
    return """# DICOM conformance statement

<!-- Made by `triage-app conformance > docs/conformance.md`; a test holds it against the code. -->

triage-app, in the layout of PS3.2. Research use only - not a medical device. What stands here was
made from the tables that the program works by."""


def _overview() -> str:
    rows = [
        ("Verification", "no", "yes"),
        ("Image storage of the classes that the model card names", "yes", "yes"),
        ("Storage of results (see *Objects*), and of any other composite instance", "yes", "no"),
        ("Storage Commitment Push Model", "yes", "yes"),
        ("Patient Root and Study Root Query/Retrieve: FIND, MOVE, GET", "yes", "no"),
    ]
    web = [
        ("Search (QIDO-RS)", "yes", "no"),
        ("Retrieve (WADO-RS)", "yes", "no"),
        ("Store (STOW-RS)", "yes", "no"),
    ]
    return "\n\n".join(
        (
            "## Overview",
            _table(("Network service", "User (SCU)", "Provider (SCP)"), rows),
            _table(("DICOMweb service", "User agent", "Origin server"), web),
            "Media: files, folders, a DICOMDIR and zip archives are read; none is written.",
        )
    )


def _networking() -> str:
    roles = (
        (Verification, "SCP"),
        (StorageCommitmentPushModel, "SCP, SCU"),
        (PatientRootQueryRetrieveInformationModelFind, "SCU"),
        (PatientRootQueryRetrieveInformationModelMove, "SCU"),
        (PatientRootQueryRetrieveInformationModelGet, "SCU"),
        (StudyRootQueryRetrieveInformationModelFind, "SCU"),
        (StudyRootQueryRetrieveInformationModelMove, "SCU"),
        (StudyRootQueryRetrieveInformationModelGet, "SCU"),
    )
    rows = [(uid.name, f"`{uid}`", role) for uid, role in roles]
    return f"""## Networking

One application entity: it receives, asks, and sends. Implementation Class UID
`{PYNETDICOM_IMPLEMENTATION_UID}`, Implementation Version Name
`{PYNETDICOM_IMPLEMENTATION_VERSION}` (those of pynetdicom).

{_table(("SOP class", "UID", "Role"), rows)}

**Receiving.** C-STORE is answered with success once the instance is on disk and in the queue.
Other SOP classes than the card's get 0122H, no room on disk or no database A700H, an empty data set
C000H.

**Sending.** Each instance is offered in a presentation context of its own stored transfer syntax,
and beside it uncompressed; at most {MOST_CONTEXTS} contexts an association. It is sent as it is
stored where that is accepted, byte by byte; else it is decompressed, which is told. It is never
compressed. A failure that may pass is tried again after growing pauses; others stand in a list of
errors (`triage-app send --list`) until a person has them sent again (`--resend`).

**Storage commitment as a user.** One request holds up to 500 instances. The report is taken over
the same association, or over one that the peer opens to the receiver, with role selection; without
a report commitment is asked for again."""


def _syntaxes() -> str:
    rows = [
        (
            UID(uid).name,
            f"`{uid}`",
            "yes",
            "as stored, or converted to" if uid in FALLBACK_SYNTAXES else "as stored",
            "may be" if uid in LOSSY_SYNTAXES else "no",
        )
        for uid in map(str, (*NATIVE_SYNTAXES, *DECODERS))
    ]
    head = ("Transfer syntax", "UID", "Received", "Sent", "Lossy")
    return f"## Transfer syntaxes\n\n{_table(head, rows)}"


def _settings() -> str:
    parts = ["## Settings of the application entity"]
    for title, model in (
        ("`[receiver]`", ReceiverOptions),
        ("`[[peers]]`", Peer),
        ("`[[destinations]]`", Destination),
    ):
        parts += [f"### {title}", _table(("Setting", "Default"), _fields(model))]
    return "\n\n".join(parts)


def _fields(model: type[BaseModel]) -> list[tuple[str, str]]:
    rows = []
    for name, field in model.model_fields.items():
        default = "needed" if field.is_required() else _shown(field.get_default())
        rows.append((f"`{name}`", default))
    return rows


def _shown(value: object) -> str:
    if value is None or value in ((), ""):
        return "none"
    return "yes" if value is True else "no" if value is False else str(value)


def _web() -> str:
    rows = [
        (
            "Search",
            "`GET /studies`, `/studies/{study}/series`, `/studies/{study}/instances`",
            "`application/dicom+json`",
        ),
        (
            "Retrieve",
            "`GET /studies/{study}`, `/studies/{study}/series/{series}`",
            "`application/dicom`, any transfer syntax",
        ),
        (
            "Store",
            "`POST /studies`, one instance a request",
            "`application/dicom` in `multipart/related`; the answer as `application/dicom+json`",
        ),
    ]
    return f"""## DICOMweb

{_table(("Service", "Request", "Media types"), rows)}

An instance counts as stored only where the answer names it in (0008,1199) Referenced SOP Sequence
and, unless `looks_it_up` is off, a search then finds it. Bearer tokens travel over TLS only."""


def _objects() -> str:
    rows = [
        (f"`{kind}`", uid.name, f"`{uid}`", str(SERIES_NUMBERS[kind]), template)
        for kind in ResultKind
        for uid, template in result_classes()[kind]
    ]
    return f"""## Objects

Instances that are written, each in a series of its own of the source's study; `docs/results.md`
tells what they hold.

{_table(("Result", "SOP class", "UID", "Series number", "Template"), rows)}

Private attributes: none. Coding schemes: DCM, SCT, UCUM, UMLS, RFC5646, and 99TRIAGEAPP of our own,
which is named in (0008,0110).

De-identified copies are made by {EDITION}: Basic Application Level Confidentiality
Profile; by choice with Retain Longitudinal Temporal Information (full or modified dates), Retain
Device Identity, and Retain Patient Characteristics. UIDs are replaced consistently. Pixels are not
cleaned."""


def result_classes() -> dict[str, tuple[tuple[UID, str], ...]]:
    """Give the SOP classes that each kind of result is written as, with its template."""
    return {
        "sr": (
            (uid.Comprehensive3DSRStorage, "TID 1500"),
            (uid.EnhancedSRStorage, "TID 1500"),
        ),
        "sc": ((uid.SecondaryCaptureImageStorage, ""),),
        "gsps": ((uid.GrayscaleSoftcopyPresentationStateStorage, ""),),
        "map": ((uid.ParametricMapStorage, ""),),
        "pdf": ((uid.EncapsulatedPDFStorage, ""),),
        "agreement": ((uid.Comprehensive3DSRStorage, "of our own; TID 1003"),),
    }


def _security() -> str:
    return f"""## Security

TLS for associations and DICOMweb after BCP 195 (PS3.15 B.12): TLS 1.2 and 1.3; for 1.2 the cipher
suites `{tls._CIPHERS}`. Both sides show certificates unless the settings say otherwise.

The receiver limits by called and calling AE title, by network address, by the number of
associations, and by the size of a PDU and of an object. No patient data are written to logs."""


def _character_sets() -> str:
    names = sorted(name for name in python_encoding if name and name.startswith("ISO"))
    return f"""## Character sets

Read: {", ".join(f"`{name}`" for name in names)}, GB18030 and GBK. Results keep the source's
(0008,0005); a reader's own words change it to `ISO_IR 192` where they need it."""


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
