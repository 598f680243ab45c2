"""Break the promises of ``docs/safety.md`` one by one, in a copy, and see the named tests fail.

``python -m tests.faults.broken_promises [WORD ...]`` takes those whose file or test holds one of
the words, or all, and ends with exit code 1 where a test did not notice.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

__all__ = ["BREAKS", "Break"]

ROOT = Path(__file__).resolve().parents[2]
_COPIED = ("triage_app", "training", "converters", "tests", "pyproject.toml")
_FAILED = 1
"""Exit code of pytest where tests failed; others say that nothing was tested."""


@dataclass(frozen=True, slots=True)
class Break:
    """One line of the code that keeps a promise, and another that does not.

    Attributes
    ----------
    file : whose text `kept` stands in, once
    test : as docs/safety.md names it
    """

    file: str
    kept: str
    broken: str
    test: str


_CUSTODY = "tests/intake/test_custody.py::"
_IN_ORDER = (
    f"{_CUSTODY}test_content_name_and_registration_are_on_the_disk_in_this_order_before_it_is"
    "_acknowledged"
)
_STORE = "tests/worklist/test_store.py::"
_RECEIVER = "tests/intake/receiving/test_receiver.py::"
_SPOOL = "triage_app/intake/spool.py"

BREAKS = (
    # every instance ends with exactly one outcome
    Break(
        "triage_app/intake/scan.py",
        "yield duplicates.mark(event) if isinstance(event, Assessed) else event",
        "yield event",
        "tests/intake/test_scan.py::test_a_second_file_of_the_same_instance_is_a_duplicate",
    ),
    Break(
        "triage_app/intake/scan.py",
        "        else:\n            yield assess_timed(source, model)",
        "        elif not source.path.endswith('c.txt'):\n"
        "            yield assess_timed(source, model)",
        "tests/intake/test_scan.py"
        "::test_every_file_ends_with_one_outcome_in_the_order_of_the_names",
    ),
    Break(
        "triage_app/cli/scan.py",
        "                writer.write(make_row(",
        "                event.outcome.status != 'excluded' and writer.write(make_row(",
        "tests/cli/test_scan.py::test_a_scan_writes_a_row_for_each_file_and_a_summary",
    ),
    Break(
        "triage_app/intake/work.py",
        "                    self._store.arrivals.release(self._owner, claim)\n",
        "                    pass\n",
        "tests/intake/test_work.py::test_a_worker_process_that_is_killed_costs_nothing",
    ),
    Break(
        "triage_app/intake/work.py",
        "if claim.attempts > self._options.most_attempts:",
        "if False:",
        "tests/intake/test_work.py"
        "::test_an_instance_that_ended_the_program_too_often_is_not_tried_again",
    ),
    # what was acknowledged is on the disk
    Break(_SPOOL, "                os.fsync(file.fileno())\n", "", _IN_ORDER),
    Break(_SPOOL, "            half.replace(path)\n", "            half.rename(path)\n", _IN_ORDER),
    Break(
        _SPOOL,
        "            raise\n        _flush_folder(path.parent)\n",
        "            raise\n",
        _IN_ORDER,
    ),
    Break(
        "triage_app/intake/custody.py",
        "registration = self._register(arrival)",
        "registration = Registration.NEW",
        f"{_RECEIVER}test_what_was_acknowledged_is_on_disk_byte_for_byte",
    ),
    Break(
        "triage_app/intake/custody.py",
        "            registration = self._register(arrival)\n",
        "            registration = self._register(arrival)\n"
        "            if known:\n                Path(known.path).unlink()\n",
        f"{_CUSTODY}test_other_content_leaves_the_old_file_until_the_new_one_is_settled",
    ),
    Break(
        "triage_app/intake/custody.py",
        "released = sum(self._arrivals.release(owner) for owner in swept.ended_owners)",
        "released = 0",
        f"{_CUSTODY}test_what_a_killed_program_left_is_swept",
    ),
    Break(
        "triage_app/intake/receiving/receiver.py",
        "return self._refuse(sender, status_for(error))",
        "return _status(SUCCESS)",
        f"{_RECEIVER}test_each_error_has_its_status_and_ends_nothing",
    ),
    Break(
        "triage_app/worklist/databases/sqlite.py",
        '"PRAGMA synchronous=FULL"',
        '"PRAGMA synchronous=NORMAL"',
        f"{_STORE}TestReopening::test_every_connection_flushes_what_it_commits",
    ),
    # a source file is never changed
    Break(
        "triage_app/triage/assess.py",
        "    facts = InstanceFacts(path=source.path)\n    try:\n",
        "    facts = InstanceFacts(path=source.path)\n"
        "    open(source.path.partition('::')[0], 'ab').write(b' ')\n    try:\n",
        "tests/faults/test_sources_stay.py::test_by_a_scan",
    ),
    # a result is never shown for another image, model or operating point
    Break(
        "triage_app/worklist/arrivals.py",
        "        arrivals.c.path == claim.path,\n        arrivals.c.claimed_by == owner,\n"
        "        arrivals.c.attempts == claim.attempts,\n        _IS_CLAIMED,\n",
        "",
        "tests/worklist/test_arrivals.py::test_a_claim_on_replaced_content_is_void",
    ),
    Break(
        "triage_app/worklist/recording.py",
        'if holder["path"] != facts.path:',
        "if True:",
        f"{_STORE}TestOneFileOneOutcome::test_an_overwritten_file_is_not_shown_under_the_old_result",
    ),
    Break(
        "triage_app/ui/workers.py",
        "if request_id == self._request_id and result is not None:",
        "if result is not None:",
        "tests/ui/test_workers.py::test_only_the_latest_answer_comes_through",
    ),
    Break(
        "triage_app/worklist/listing.py",
        "study_results.c.model_id == (null() if model_id is None else model_id)",
        "study_results.c.model_id.is_not(null())",
        f"{_STORE}TestModels::test_results_of_two_stand_beside_each_other",
    ),
    Break(
        "triage_app/worklist/listing.py",
        "outcomes.c.model_id == model_id)\n    statement",
        "outcomes.c.model_id.is_not(null()))\n    statement",
        f"{_STORE}TestModels::test_one_more_image_is_awaited_from_the_other_model_too",
    ),
    Break(
        "triage_app/worklist/listing.py",
        "if operating_points is not None:",
        "if False:",
        f"{_STORE}TestModels::test_another_operating_point_of_the_same_model",
    ),
    Break(
        "triage_app/cli/scan.py",
        "    if others:\n",
        "    if False:\n",
        "tests/faults/test_interrupted_scan.py::test_one_of_another_model_is_not_gone_on_with",
    ),
    Break(
        "triage_app/inference/session.py",
        "if found_hash != card.onnx_sha256:",
        "if False:",
        "tests/inference/test_session.py::test_another_file_under_the_cards_name_is_refused",
    ),
    Break(
        "triage_app/triage/assess.py",
        "probability >= point.threshold",
        "probability > point.threshold",
        "tests/triage/test_assess.py::test_an_image_is_flagged_at_and_above_the_cards_threshold",
    ),
    Break(
        "triage_app/inference/session.py",
        "            self._refuse_nonsense(role, value, len(images))\n",
        "            pass\n",
        "tests/inference/test_session.py::test_nonsense_on_one_image_is_an_error_of_that_image",
    ),
    # a flag is never lost by a restart
    Break(
        "triage_app/worklist/documents.py",
        'is_flagged=columns["is_flagged"],',
        "is_flagged=False,",
        "tests/worklist/test_documents.py::test_every_kind_of_outcome_survives_reopening",
    ),
    # no patient's data in logs
    Break(
        "triage_app/logs.py",
        'return "".join(traceback.format_tb(error.__traceback__))',
        'return "".join(traceback.format_exception(error))',
        "tests/ui/test_workers.py"
        "::test_a_bug_is_told_and_logged_without_its_words_and_the_lane_goes_on",
    ),
    Break(
        "triage_app/worklist/databases/sqlite.py",
        "            hide_parameters=True,  # an error's",
        "            hide_parameters=False,  # an error's",
        "tests/worklist/test_unavailable.py"
        "::TestPrivacy::test_a_bug_is_raised_as_it_is_but_without_values",
    ),
    Break(
        "triage_app/logs.py",
        'QUIET_LIBRARIES = ("pydicom", ',
        "QUIET_LIBRARIES = (",
        "tests/imaging/test_header.py::test_a_program_that_reads_a_malformed_header_prints_nothing",
    ),
    Break(
        "triage_app/intake/custody.py",
        '        logger.debug("%s: %s", uid, registration)\n',
        '        logger.debug("%s: %s", bytes(instance.data_set), registration)\n',
        f"{_RECEIVER}test_nothing_of_a_patient_is_logged",
    ),
    Break(
        "triage_app/triage/assess.py",
        'places = "".join(traceback.format_tb(error.__traceback__))',
        'places = "".join(traceback.format_exception(error))',
        "tests/triage/test_assess.py"
        "::test_what_nobody_foresaw_costs_one_file_and_quotes_nothing_in_the_log",
    ),
    # no code from a data file or a model is run
    Break(
        "triage_app/inference/card.py",
        "from __future__ import annotations\n",
        "from __future__ import annotations\nimport pickle\n",
        "tests/faults/test_no_code_from_data.py::test_no_module_could",
    ),
    Break(
        "triage_app/inference/session.py",
        "onnxruntime.InferenceSession(data, options",
        "onnxruntime.InferenceSession(str(path), options",
        "tests/inference/test_session.py"
        "::test_weights_in_another_file_are_refused_since_no_hash_covers_them",
    ),
)


def is_noticed(each: Break, copy: Path) -> bool:
    """Break a copy of the code, run the test, and mend the copy."""
    path = copy / each.file
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole.replace(each.kept, each.broken), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", each.test]
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            command,
            cwd=copy,
            env={**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            check=False,
        )
    finally:
        path.write_text(whole, encoding="utf-8")
    return done.returncode == _FAILED


def main() -> int:
    """Break all, or those that are asked for, and print a line for each."""
    words = sys.argv[1:]
    chosen = [
        each
        for each in BREAKS
        if not words or any(word in each.file or word in each.test for word in words)
    ]
    unnoticed = 0
    with tempfile.TemporaryDirectory(prefix="triage-broken-") as folder:
        copy = Path(folder)
        for name in _COPIED:
            source = ROOT / name
            if source.is_dir():
                leave_out = shutil.ignore_patterns("__pycache__")
                shutil.copytree(source, copy / name, ignore=leave_out)
            else:
                shutil.copy(source, copy / name)
        for each in chosen:
            noticed = is_noticed(each, copy)
            unnoticed += not noticed
            verdict = "noticed" if noticed else "NOT NOTICED"
            sys.stdout.write(f"{verdict:12} {each.file}: {each.broken.strip()[:60]!r}\n")
            sys.stdout.write(f"{'':12} by {each.test}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{len(chosen)} broken, {unnoticed} not noticed\n")
    return 1 if unnoticed else 0


if __name__ == "__main__":
    sys.exit(main())
