"""Finding and fetching studies by DICOMweb: QIDO-RS and WADO-RS (PS3.18 10.6, 10.4)."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from itertools import chain
from typing import Any

import requests
from dicomweb_client.web import DICOMwebClient
from pydicom.dataset import Dataset
from pydicom.filewriter import dcmwrite

from triage_app.errors import NotDicomError, PeerError
from triage_app.imaging.elements import MALFORMED_DATA_ERRORS
from triage_app.intake.custody import ReceivedInstance, split_file
from triage_app.intake.peers import Peer
from triage_app.intake.querying.find import instance_match, series_match, study_match
from triage_app.intake.querying.keys import (
    InstanceMatch,
    QueryKeys,
    SeriesMatch,
    StudyMatch,
    date_range,
    keep_matching,
)
from triage_app.intake.web import TlsAdapter, describe_failure, open_session

__all__ = ["DicomwebPeer"]

_PAGE_STUDIES = 200
_MOST_PAGES = 500
_RETRY_MILLISECONDS = 200
_AS_STORED = (("application/dicom", "*"),)
_STUDY_FIELDS = ("StudyDescription", "ModalitiesInStudy", "NumberOfStudyRelatedInstances")
_SERIES_FIELDS = ("BodyPartExamined", "SeriesDescription", "NumberOfSeriesRelatedInstances")


class DicomwebPeer:
    """A peer that is asked over HTTP; close it, or use it as a context manager.

    Parameters
    ----------
    peer : with its url
    connect_seconds, read_seconds : how long to wait for a connection, and for the next bytes

    Raises
    ------
    PeerError
        where it has no url, its token is missing, or would travel in the clear
    TriageError
        where the certificates cannot be used
    """

    def __init__(
        self, peer: Peer, *, connect_seconds: float = 10.0, read_seconds: float = 60.0
    ) -> None:
        if not peer.url:
            raise PeerError(f"{peer.name}: has no url in the settings; name it.")
        self._peer = peer
        self._session = open_session(peer, peer.url, _WildcardAdapter)
        self._client = DICOMwebClient(
            peer.url.rstrip("/"),
            session=self._session,
            permissive_uid=True,
            timeout=(connect_seconds, read_seconds),
        )
        self._client.set_http_retry_params(
            retry=True, max_attempts=3, wait_exponential_multiplier=_RETRY_MILLISECONDS
        )

    def __enter__(self) -> DicomwebPeer:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections; a second time does nothing."""
        self._session.close()

    def ping(self) -> None:
        """Search for one study, whichever it is.

        Raises
        ------
        PeerError
            where the peer cannot be reached, refuses, or answers what cannot be read
        """
        with self._telling_errors():
            self._client.search_for_studies(limit=1)

    def find_studies(self, keys: QueryKeys) -> list[StudyMatch]:
        """Ask which studies there are; newest first. See `find.find_studies`.

        Raises
        ------
        PeerError
            where the peer cannot be reached, refuses, or answers what cannot be read
        """
        with self._telling_errors():
            found = {
                study.study_instance_uid: study
                for modality in keys.modalities or ("",)
                for study in self._search(_filters(keys, modality))
                if study.study_instance_uid
            }
            if keys.needs_series:
                found = {
                    uid: match
                    for uid, study in found.items()
                    if (match := keep_matching(study, self._series(uid), keys))
                }
        return sorted(found.values(), key=lambda study: (study.study_date, study.study_time))[::-1]

    def fetch(self, study: StudyMatch) -> Iterator[ReceivedInstance]:
        """Fetch the instances of a study, as they are stored there, one at a time.

        Raises
        ------
        PeerError
            where the transfer fails; what was given before is whole
        """
        uid = study.study_instance_uid
        with self._telling_errors():
            if study.series is None:
                parts: Iterable[Dataset] = self._client.iter_study(uid, media_types=_AS_STORED)
            else:
                parts = chain.from_iterable(self._fetch_series(uid, each) for each in study.series)
            for dataset in parts:
                yield _encode(dataset, self._peer.name)

    def _fetch_series(self, uid: str, series: SeriesMatch) -> Iterator[Dataset]:
        if series.sop_instance_uids is None:
            yield from self._client.iter_series(
                uid, series.series_instance_uid, media_types=_AS_STORED
            )
            return
        for each in series.sop_instance_uids:
            yield self._client.retrieve_instance(
                uid, series.series_instance_uid, each, media_types=_AS_STORED
            )

    def find_instances(self, study: StudyMatch) -> dict[SeriesMatch, list[InstanceMatch]]:
        """Ask which instances a study has, by series; see `find.find_instances`.

        Raises
        ------
        PeerError
            where the peer cannot be reached, refuses, or answers what cannot be read
        """
        uid = study.study_instance_uid
        found: dict[SeriesMatch, list[InstanceMatch]] = {}
        with self._telling_errors():
            for series in self._series(uid) if study.series is None else study.series:
                answers = self._client.search_for_instances(uid, series.series_instance_uid)
                instances = [instance_match(Dataset.from_json(answer)) for answer in answers]
                found[series] = [one for one in instances if one.sop_instance_uid]
        return found

    def _search(self, filters: Mapping[str, str]) -> Iterator[StudyMatch]:
        """Read page after page; a server that ignores the offset repeats itself, and is stopped."""
        seen: set[str] = set()
        for page in range(_MOST_PAGES):
            answers = self._client.search_for_studies(
                limit=_PAGE_STUDIES,
                offset=page * _PAGE_STUDIES,
                fields=_STUDY_FIELDS,
                search_filters=dict(filters),
            )
            studies = [study_match(Dataset.from_json(answer)) for answer in answers]
            new = [study for study in studies if study.study_instance_uid not in seen]
            yield from new
            seen |= {study.study_instance_uid for study in new}
            if len(studies) < _PAGE_STUDIES or not new:
                return

    def _series(self, study_instance_uid: str) -> list[SeriesMatch]:
        answers = self._client.search_for_series(study_instance_uid, fields=_SERIES_FIELDS)
        found = [series_match(Dataset.from_json(answer)) for answer in answers]
        return [series for series in found if series.series_instance_uid]

    @contextmanager
    def _telling_errors(self) -> Iterator[None]:
        try:
            yield
        except requests.HTTPError as error:
            code = error.response.status_code if error.response is not None else 0
            hint = _HINTS.get(code, "its own log says why")
            raise PeerError(f"{self._peer.name}: answers with HTTP {code}; {hint}.") from error
        except requests.RequestException as error:
            raise PeerError(f"{self._peer.name}: {describe_failure(error)}.") from error
        except (NotDicomError, *MALFORMED_DATA_ERRORS) as error:
            raise PeerError(
                f"{self._peer.name}: gave an answer that cannot be read ({type(error).__name__})."
            ) from error


_HINTS = {
    401: "check the token",
    403: "check the token and its rights",
    404: "check the url",
    406: "it does not give what was asked for",
    503: "try again later",
}


class _WildcardAdapter(TlsAdapter):
    """Sends wildcards as they are."""

    def send(self, request: Any, *arguments: Any, **options: Any) -> Any:
        """Write the wildcards * and ? as RFC 3986 3.4 allows; some servers know no other way."""
        request.url = request.url.replace("%2A", "*").replace("%3F", "?")
        return super().send(request, *arguments, **options)


def _filters(keys: QueryKeys, modality: str) -> dict[str, str]:
    filters = {
        "PatientName": keys.patient_name,
        "PatientID": keys.patient_id,
        "AccessionNumber": keys.accession_number,
        "StudyDescription": keys.study_description,
        "StudyInstanceUID": keys.study_instance_uid,
        "StudyDate": date_range(keys.date, date.today()),
        "ModalitiesInStudy": modality,
    }
    return {name: value for name, value in filters.items() if value}


def _encode(dataset: Dataset, sender: str) -> ReceivedInstance:
    """Give an instance that was parsed and not touched as it came."""
    file = io.BytesIO()
    dcmwrite(file, dataset, enforce_file_format=True)
    return split_file(file.getvalue(), sender)
