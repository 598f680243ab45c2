"""A manager of workitems that follows PS3.4 CC to the letter, over HTTP and over associations.

No free server with UPS stands in Debian, so the tests bring their own; it shares no code with the
program, keeps the state machine of PS3.4 CC.1.1, and refuses what the standard refuses.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pydicom import Dataset
from pydicom.datadict import keyword_for_tag
from pydicom.sequence import Sequence
from pydicom.uid import generate_uid
from pynetdicom import AE, evt
from pynetdicom.sop_class import UnifiedProcedureStepPull, UnifiedProcedureStepPush

from tests.serving import QuietHandler, Serving

SUCCESS = 0x0000
NO_SUCH_INSTANCE = 0xC307
ENDED = 0xC300
WRONG_TRANSACTION = 0xC301
IN_PROGRESS_ALREADY = 0xC302
NOT_IN_PROGRESS = 0xC310
NOT_FINAL = 0xC304
CANCELED_ALREADY = 0xB304
COMPLETED_ALREADY = 0xB306
INVALID = 0x0106

_FIXED = ("SOPClassUID", "SOPInstanceUID", "ProcedureStepState", "InputInformationSequence")
"""Not to be changed by N-SET (PS3.4 Table CC.2.5-3)."""


def code(value: str, scheme: str, meaning: str = "meaning") -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item


def workitem(
    *inputs: Dataset,
    uid: str = "",
    priority: str = "MEDIUM",
    codes: tuple[tuple[str, str], ...] = (("110004", "DCM"),),
    readiness: str = "READY",
) -> Dataset:
    """Make a workitem as a manager holds it."""
    item = Dataset()
    item.SOPClassUID = UnifiedProcedureStepPush
    item.SOPInstanceUID = uid or generate_uid()
    item.ProcedureStepState = "SCHEDULED"
    item.ScheduledProcedureStepPriority = priority
    item.ScheduledProcedureStepStartDateTime = "20261124080000"
    item.InputReadinessState = readiness
    item.ProcedureStepLabel = "Chest"
    item.ScheduledWorkitemCodeSequence = Sequence([code(*each) for each in codes])
    item.InputInformationSequence = Sequence(inputs)
    item.ScheduledStationNameCodeSequence = Sequence()
    return item


def input_of(
    study: str,
    series: str = "",
    instances: tuple[tuple[str, str], ...] = (),
    *,
    ae_title: str = "",
    url: str = "",
) -> Dataset:
    """Make an item of Input Information Sequence."""
    item = Dataset()
    item.TypeOfInstances = "DICOM"
    item.StudyInstanceUID, item.SeriesInstanceUID = study, series
    references = []
    for sop_class, uid in instances:
        reference = Dataset()
        reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = sop_class, uid
        references.append(reference)
    item.ReferencedSOPSequence = Sequence(references)
    if ae_title:
        way = Dataset()
        way.RetrieveAETitle = ae_title
        item.DICOMRetrievalSequence = Sequence([way])
    if url:
        way = Dataset()
        way.RetrieveURL = url
        item.WADORSRetrievalSequence = Sequence([way])
    return item


@dataclass
class WorkitemBook:
    """The workitems with their states and locks."""

    items: dict[str, Dataset] = field(default_factory=dict)
    transactions: dict[str, str] = field(default_factory=dict)
    history: list[tuple[str, str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, item: Dataset) -> str:
        self.items[item.SOPInstanceUID] = item
        return str(item.SOPInstanceUID)

    def state(self, uid: str) -> str:
        return str(self.items[uid].ProcedureStepState)

    def find(self, keys: dict[str, str]) -> list[Dataset]:
        """Match single values at the root, and of a code sequence."""
        with self.lock:
            found = [item for item in self.items.values() if _matches(item, keys)]
            return [deepcopy(item) for item in found]

    def get(self, uid: str) -> Dataset | None:
        with self.lock:
            return deepcopy(self.items.get(uid))

    def change_state(  # noqa: PLR0911 - one answer for each rule
        self, uid: str, state: str, transaction: str
    ) -> int:
        """Change UPS State (PS3.4 CC.2.1.3)."""
        with self.lock:
            item = self.items.get(uid)
            if item is None:
                return NO_SUCH_INSTANCE
            now = str(item.ProcedureStepState)
            if now in ("COMPLETED", "CANCELED"):
                is_same = now == state
                return (
                    {"COMPLETED": COMPLETED_ALREADY, "CANCELED": CANCELED_ALREADY}[now]
                    if (is_same and self.transactions[uid] == transaction)
                    else ENDED
                )
            if not transaction:
                return WRONG_TRANSACTION
            if state == "IN PROGRESS":
                if now == "IN PROGRESS":
                    return IN_PROGRESS_ALREADY
                self.transactions[uid] = transaction
            else:
                if now != "IN PROGRESS":
                    return NOT_IN_PROGRESS
                if self.transactions[uid] != transaction:
                    return WRONG_TRANSACTION
                if not _is_final(item, state):
                    return NOT_FINAL
            item.ProcedureStepState = state
            self.history.append((uid, state))
            return SUCCESS

    def change(self, uid: str, changes: Dataset, transaction: str) -> int:
        """Set attributes (PS3.4 CC.2.6.3)."""
        with self.lock:
            item = self.items.get(uid)
            if item is None:
                return NO_SUCH_INSTANCE
            if item.ProcedureStepState in ("COMPLETED", "CANCELED"):
                return ENDED
            if item.ProcedureStepState != "IN PROGRESS":
                return NOT_IN_PROGRESS
            if self.transactions[uid] != transaction:
                return WRONG_TRANSACTION
            if any(keyword in changes for keyword in _FIXED):
                return INVALID
            kept = {element.tag: element for element in changes}
            kept.pop(0x00081195, None)  # the lock is no attribute that others may read
            for element in kept.values():
                item[element.tag] = deepcopy(element)
            for progress in changes.get("ProcedureStepProgressInformationSequence", ()):
                if "ProcedureStepProgress" in progress:
                    self.history.append((uid, f"{float(progress.ProcedureStepProgress):g} %"))
            return SUCCESS


def _matches(item: Dataset, keys: dict[str, str]) -> bool:
    for key, wanted in keys.items():
        if not wanted:
            continue
        name, _, part = key.partition(".")
        if part:
            values = [str(each.get(part, "")) for each in item.get(name, ())]
            if wanted not in values:
                return False
        elif str(item.get(name, "")) != wanted:
            return False
    return True


def _is_final(item: Dataset, state: str) -> bool:
    """Hold the final state requirements of PS3.4 Table CC.2.5-3."""
    if state == "CANCELED":
        (progress,) = item.get("ProcedureStepProgressInformationSequence") or (Dataset(),)
        return bool(
            progress.get("ProcedureStepCancellationDateTime")
            and progress.get("ProcedureStepDiscontinuationReasonCodeSequence")
        )
    (performed,) = item.get("UnifiedProcedureStepPerformedProcedureSequence") or (Dataset(),)
    return "OutputInformationSequence" in performed and all(
        performed.get(keyword)
        for keyword in (
            "PerformedStationNameCodeSequence",
            "PerformedProcedureStepStartDateTime",
            "PerformedWorkitemCodeSequence",
            "PerformedProcedureStepEndDateTime",
        )
    )


_HTTP = {
    SUCCESS: 200,
    COMPLETED_ALREADY: 200,
    CANCELED_ALREADY: 200,
    NO_SUCH_INSTANCE: 404,
    ENDED: 409,
    WRONG_TRANSACTION: 409,
    IN_PROGRESS_ALREADY: 409,
    NOT_IN_PROGRESS: 409,
    NOT_FINAL: 409,
    INVALID: 400,
}


class _Handler(QuietHandler, BaseHTTPRequestHandler):
    """UPS-RS (PS3.18 11.4 to 11.9)."""

    book: WorkitemBook

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        names = parts.path.strip("/").split("/")
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if len(names) == 2:
            limit, offset = int(query.pop("limit", 100)), int(query.pop("offset", 0))
            query.pop("includefield", None)
            found = self.book.find(query)[offset : offset + limit]
            self._answer(200 if found else 204, [item.to_json_dict() for item in found] or None)
            return
        item = self.book.get(names[2])
        self._answer(404 if item is None else 200, None if item is None else [item.to_json_dict()])

    def do_PUT(self) -> None:
        _service, _workitems, uid, state = urlsplit(self.path).path.strip("/").split("/")
        assert state == "state"
        asked = self._read()
        assert asked is not None
        status = self.book.change_state(
            uid, str(asked.get("ProcedureStepState", "")), str(asked.get("TransactionUID", ""))
        )
        self._answer(_HTTP[status])

    def do_POST(self) -> None:
        parts = urlsplit(self.path)
        _service, _workitems, uid = parts.path.strip("/").split("/")
        asked = self._read()
        assert asked is not None
        self._answer(_HTTP[self.book.change(uid, asked, parts.query)])

    def _read(self) -> Dataset | None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers["Content-Type"] != "application/dicom+json":
            return None
        return Dataset.from_json(content.decode())

    def _answer(self, code: int, content: Any = None) -> None:
        self.answer(code, b"" if content is None else json.dumps(content).encode())


def serve_http(book: WorkitemBook) -> Iterator[str]:
    """Serve the book, and give the url; ends with the generator."""
    handler = type("Handler", (_Handler,), {"book": book})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    serving = Serving(server)
    yield f"http://127.0.0.1:{server.server_port}/ups"
    serving.close()


def serve_dimse(book: WorkitemBook) -> Iterator[int]:
    """Serve the book as an SCP of UPS Pull, and give the port; ends with the generator."""

    def find(event: evt.Event) -> Iterator[tuple[int, Dataset | None]]:
        keys = {}
        for element in event.identifier:
            name = keyword_for_tag(element.tag)
            if element.VR != "SQ":
                keys[name] = "" if name == "SOPInstanceUID" else str(element.value or "")
            elif element.value:
                keys[f"{name}.CodeValue"] = str(element.value[0].CodeValue)
        for item in book.find(keys):
            yield 0xFF00, item

    def get(event: evt.Event) -> tuple[int, Dataset | None]:
        item = book.get(event.request.RequestedSOPInstanceUID)
        if item is None:
            return NO_SUCH_INSTANCE, None
        wanted = Dataset()
        for tag in event.attribute_identifiers:
            if tag in item:
                wanted[tag] = item[tag]
        return SUCCESS, wanted

    def act(event: evt.Event) -> tuple[int, Dataset | None]:
        assert event.request.RequestedSOPClassUID == UnifiedProcedureStepPush
        assert event.action_type == 1
        asked = event.action_information
        uid = event.request.RequestedSOPInstanceUID
        return book.change_state(uid, asked.ProcedureStepState, asked.TransactionUID), None

    def change(event: evt.Event) -> tuple[int, Dataset | None]:
        changes = event.modification_list
        uid = event.request.RequestedSOPInstanceUID
        return book.change(uid, changes, str(changes.get("TransactionUID", ""))), None

    ae = AE(ae_title="MANAGER")
    ae.add_supported_context(UnifiedProcedureStepPull)
    handlers = [
        (evt.EVT_C_FIND, find),
        (evt.EVT_N_GET, get),
        (evt.EVT_N_ACTION, act),
        (evt.EVT_N_SET, change),
    ]
    server = ae.start_server(("127.0.0.1", 0), block=False, evt_handlers=handlers)
    yield server.socket.getsockname()[1]
    server.shutdown()
