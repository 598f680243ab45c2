"""Sending by C-STORE (PS3.4 B), as the file is stored wherever the peer takes that."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pydicom.filewriter import dcmwrite
from pydicom.uid import UID
from pynetdicom import _config
from pynetdicom.association import Association
from pynetdicom.presentation import PresentationContext, build_context

from triage_app.errors import TriageError
from triage_app.imaging.decoders import syntax_name
from triage_app.imaging.elements import whole_number
from triage_app.imaging.source import FileSource, source_from_path
from triage_app.intake.peers import Calling, Peer, associate
from triage_app.results.sending.answer import Answer, Verdict, answer_to
from triage_app.results.sending.conversion import FALLBACK_SYNTAXES, choose_syntax, convert
from triage_app.worklist.delivery_records import Outgoing

__all__ = ["MOST_CONTEXTS", "fitting", "store_instances"]

MOST_CONTEXTS = 128
"""PS3.8 9.3.2.2: presentation context IDs are the odd numbers from 1 to 255."""


def fitting(items: Sequence[Outgoing]) -> int:
    """Count how many instances, from the first on, fit into the contexts of one association."""
    pairs: set[tuple[str, str]] = set()
    for count, item in enumerate(items):
        pairs.update(_pairs(item))
        if len(pairs) > MOST_CONTEXTS:
            return count
    return len(items)


def store_instances(
    peer: Peer, calling: Calling, items: Sequence[Outgoing]
) -> Iterator[tuple[Outgoing, Answer]]:
    """Send instances over one association.

    Parameters
    ----------
    items : that `fitting` lets through

    Yields
    ------
    Outgoing and Answer
        each instance once it was answered

    Raises
    ------
    PeerError
        where the peer cannot be reached or refuses the association. Where the association ends
        in between, what was not answered is not given.
    """
    # so that a path is sent byte by byte as it is, without being parsed or held in memory
    _config.STORE_SEND_CHUNKED_DATASET = True
    with associate(peer, calling, _contexts(items)) as association:
        accepted = _accepted(association)
        for item in items:
            if not association.is_established:
                return
            answer = _store(association, item, accepted.get(item.sop_class_uid, ()))
            if answer is None:
                return
            yield item, answer


def _contexts(items: Iterable[Outgoing]) -> list[PresentationContext]:
    """Offer each class as it is stored, and beside it uncompressed, in contexts of their own.

    Of several syntaxes in one context the peer would choose one (PS3.8 9.3.3.2), and might choose
    the one that needs a conversion.
    """
    pairs = dict.fromkeys(pair for item in items for pair in _pairs(item))
    return [build_context(UID(sop_class), UID(syntax)) for sop_class, syntax in pairs]


def _pairs(item: Outgoing) -> Iterator[tuple[str, str]]:
    for syntax in (item.transfer_syntax_uid, *FALLBACK_SYNTAXES):
        yield item.sop_class_uid, syntax


def _accepted(association: Association) -> dict[str, set[str]]:
    accepted: dict[str, set[str]] = {}
    for context in association.accepted_contexts:
        syntaxes = accepted.setdefault(str(context.abstract_syntax), set())
        syntaxes.update(str(syntax) for syntax in context.transfer_syntax)
    return accepted


def _store(association: Association, item: Outgoing, accepted: Collection[str]) -> Answer | None:
    """Send one instance; None where the association ended instead of an answer."""
    syntax = choose_syntax(item.transfer_syntax_uid, accepted)
    if syntax is None:
        how = "taken in no transfer syntax of ours" if accepted else "not taken"
        return Answer(Verdict.NEVER, f"{UID(item.sop_class_uid).name} is {how} there")
    try:
        with _file_in(item, syntax) as path:
            code = whole_number(association.send_c_store(path), "Status")
    except TriageError as error:
        return Answer(Verdict.NEVER, str(error))
    except (OSError, RuntimeError, ValueError, AttributeError):
        if not association.is_established:
            return None
        return Answer(Verdict.NEVER, f"{item.path}: cannot be read, or its File Meta is not whole.")
    return None if code is None else _with_conversion(answer_to(code), item, syntax)


def _with_conversion(answer: Answer, item: Outgoing, syntax: str) -> Answer:
    """Say that an instance went in another transfer syntax than it is stored in."""
    if answer.verdict is not Verdict.TAKEN or syntax == item.transfer_syntax_uid:
        return answer
    sentence = f"sent as {syntax_name(syntax)} instead of {syntax_name(item.transfer_syntax_uid)}"
    return Answer(answer.verdict, "; ".join(filter(None, (answer.detail, sentence))))


@contextmanager
def _file_in(item: Outgoing, syntax: str) -> Iterator[Path]:
    """Give a file that holds the instance in a transfer syntax: its own, where that fits."""
    source = source_from_path(item.path)
    if syntax == item.transfer_syntax_uid and isinstance(source, FileSource):
        source.open().close()  # tells why it cannot be
        yield source.file_path
        return
    with tempfile.TemporaryDirectory(prefix="triage-app-") as folder:
        path = Path(folder) / "instance.dcm"
        if syntax == item.transfer_syntax_uid:
            with source.open() as packed:
                path.write_bytes(packed.read())
        else:
            dataset = convert(source, item.transfer_syntax_uid, syntax)
            dcmwrite(path, dataset, enforce_file_format=True)
        yield path
