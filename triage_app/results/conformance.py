"""The DICOM conformance statement, made from the tables that the program works by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from pydicom import uid
from pydicom.charset import python_encoding
from pydicom.uid import UID
from pynetdicom import PYNETDICOM_IMPLEMENTATION_UID, PYNETDICOM_IMPLEMENTATION_VERSION
from pynetdicom.sop_class import (  # type: ignore[attr-defined] # made when it is imported
    ModalityWorklistInformationFind,
    PatientRootQueryRetrieveInformationModelFind,
    PatientRootQueryRetrieveInformationModelGet,
    PatientRootQueryRetrieveInformationModelMove,
    StorageCommitmentPushModel,
    StudyRootQueryRetrieveInformationModelFind,
    StudyRootQueryRetrieveInformationModelGet,
    StudyRootQueryRetrieveInformationModelMove,
    UnifiedProcedureStepPull,
    Verification,
)

from triage_app.imaging.decoders import DECODERS, LOSSY_SYNTAXES, NATIVE_SYNTAXES
from triage_app.intake import tls
from triage_app.intake.ordering.order_rules import OrderRule
from triage_app.intake.ordering.workitems import Discontinuation, WorkitemState
from triage_app.intake.peers import Hl7Receiver, Peer
from triage_app.intake.querying.keys import PollingRule, QueryKeys
from triage_app.intake.receiving.options import ReceiverOptions
from triage_app.results.confidentiality_profile import EDITION
from triage_app.results.dicom.provenance import SERIES_NUMBERS, ResultKind
from triage_app.results.messages.hl7_report import VERSION
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
        _workflow(),
        _objects(),
        _messages(),
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
        ("Modality Worklist: FIND", "yes", "no"),
        ("Unified Procedure Step: Pull", "yes", "no"),
    ]
    web = [
        ("Search (QIDO-RS)", "yes", "no"),
        ("Retrieve (WADO-RS)", "yes", "no"),
        ("Store (STOW-RS)", "yes", "no"),
        ("Worklist (UPS-RS)", "yes", "no"),
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
        (ModalityWorklistInformationFind, "SCU"),
        (UnifiedProcedureStepPull, "SCU"),
    )
    rows = [(uid.name, f"`{uid}`", role) for uid, role in roles]
    return f"""## Networking

One application entity: it receives, asks, and sends. Implementation Class UID
`{PYNETDICOM_IMPLEMENTATION_UID}`, Implementation Version Name
`{PYNETDICOM_IMPLEMENTATION_VERSION}` (those of pynetdicom).

{_table(("SOP class", "UID", "Role"), rows)}

**Where it runs.** The receiver, the rules, the worklists and the sending of results run in
`triage-app receive`, and in the window where its settings say so.

**Receiving.** C-STORE is answered with success once the instance is on disk and in the queue.
Other SOP classes than the card's get 0122H, no room on disk or no database A700H, an empty data set
C000H.

**Query and retrieve.** Keys: {", ".join(f"`{name}`" for name in QueryKeys.model_fields)}; a rule
(`[[rules]]`) searches again and again. Of a study only those instances are fetched that are not
here yet and that the model reads.

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
        ("`[peers.hl7]`", Hl7Receiver),
        ("`[[rules]]`", PollingRule),
        ("`[[worklists]]`", OrderRule),
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
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
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


def _workflow() -> str:
    keys = (
        ("(0040,0100) Scheduled Procedure Step Sequence", ""),
        (">(0040,0001) Scheduled Station AE Title", "single value"),
        (">(0040,0002) Scheduled Procedure Step Start Date", "single value, range"),
        (">(0008,0060) Modality", "single value"),
        ("(0008,0050) Accession Number", "single value"),
        ("(0010,0020) Patient ID", "returned"),
        ("(0020,000D) Study Instance UID", "returned"),
        ("(0040,1003) Requested Procedure Priority", "returned"),
    )
    requests = (
        ("Search", "`GET /workitems`", "C-FIND"),
        ("Retrieve", "`GET /workitems/{workitem}`", "N-GET"),
        ("Change state", "`PUT /workitems/{workitem}/state`", "N-ACTION, action type 1"),
        ("Update", "`POST /workitems/{workitem}?{transaction}`", "N-SET"),
    )
    states = ", ".join(str(state) for state in WorkitemState)
    reasons = "; ".join(
        f"({why.code.value}, {why.code.scheme}, {why.code.meaning})" for why in Discontinuation
    )
    return f"""## Workflow

**Modality worklist** (`triage-app orders`, `[[worklists]]`). It is asked for priorities alone; no
step is performed.

{_table(("Attribute", "Matching"), keys)}

An order belongs to a study of the same Study Instance UID, else of the same accession number where
both sides do not name different patients. Its priority stands over that of the images, before and
after they come.

**Unified procedure steps** (`triage-app work`), after IHE AI Workflow for Imaging. It searches for
SCHEDULED workitems whose (0040,4041) Input Readiness State is READY, claims, updates and finishes
them. States: {states}.

{_table(("Transaction", "UPS-RS", "UPS Pull"), requests)}

Inputs come from (0040,E021) DICOM Retrieval Sequence or (0040,E025) WADO-RS Retrieval Sequence,
where they name a system of the settings. COMPLETED workitems name their outputs, with AE title and
URL, in (0040,4033) Output Information Sequence of (0074,1216). CANCELED ones have a reason in
(0074,1238) and one of these codes in (0074,100E): {reasons}.
Not implemented: event reports, subscription, requests to cancel."""


def _messages() -> str:
    rows = (
        (
            "HL7 v2 ORU^R01",
            f"{VERSION}, UNICODE UTF-8",
            "MLLP, TLS by choice",
            "MSA-1 is AA or CA, and MSA-2 the control ID",
        ),
        (
            "FHIR DiagnosticReport, ImagingStudy, Device, Observation",
            "R4",
            "`POST` of a transaction Bundle",
            "every entry has a status of 2xx",
        ),
    )
    return f"""## Messages

By choice, as the way of a destination or into files (`triage-app message`); made from the
structured report, with preliminary status, saying that they are for research. `docs/workflow.md`
has the mapping.

{_table(("Message", "Version", "Transport", "Counts as taken where"), rows)}"""


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
