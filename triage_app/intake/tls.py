"""TLS for associations and DICOMweb, after BCP 195 (RFC 9325; PS3.15 B.12 and B.13)."""

from __future__ import annotations

import ssl
from pathlib import Path

from pydantic import BaseModel, ConfigDict, model_validator

from triage_app.errors import TriageError

__all__ = ["TlsOptions", "client_context", "server_context"]

_CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:!aNULL:!DSS"
"""For TLS 1.2: forward secrecy and authenticated encryption only. TLS 1.3 has no others."""


class TlsOptions(BaseModel):
    """Certificates by their files (PEM). No secret stands in the settings: a key is a file.

    Attributes
    ----------
    certificate, key : our own, with its chain, and its private key
    authorities : certificates that sign those of others; the system's where it is not given
    requires_certificate : as a server, whether every client must show a certificate
    checks_host_name : as a client, whether the server's certificate must bear its host name; PS3.15
        leaves it open, and few devices have names
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    certificate: Path | None = None
    key: Path | None = None
    authorities: Path | None = None
    requires_certificate: bool = True
    checks_host_name: bool = True

    @model_validator(mode="after")
    def _whole(self) -> TlsOptions:
        if (self.certificate is None) != (self.key is None):
            raise ValueError("certificate and key belong together: name both, or neither")
        return self


def server_context(options: TlsOptions) -> ssl.SSLContext:
    """Make the context of a receiver.

    Raises
    ------
    TriageError
        where there is no certificate, or a file cannot be read
    """
    if options.certificate is None:
        raise TriageError("To receive over TLS, name `certificate` and `key` in the settings.")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.options |= ssl.OP_CIPHER_SERVER_PREFERENCE | ssl.OP_NO_RENEGOTIATION
    context.verify_mode = ssl.CERT_REQUIRED if options.requires_certificate else ssl.CERT_NONE
    _load(context, options, ssl.Purpose.CLIENT_AUTH)
    return context


def client_context(options: TlsOptions) -> ssl.SSLContext:
    """Make the context of a requestor.

    Raises
    ------
    TriageError
        where a file cannot be read
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = options.checks_host_name
    _load(context, options, ssl.Purpose.SERVER_AUTH)
    return context


def _load(context: ssl.SSLContext, options: TlsOptions, purpose: ssl.Purpose) -> None:
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(_CIPHERS)
    try:
        if options.certificate is not None:
            # a key with a password would make the program wait for one at a terminal
            context.load_cert_chain(options.certificate, options.key, password=_refuse_password)
        if options.authorities is not None:
            context.load_verify_locations(options.authorities)
        elif context.verify_mode is not ssl.CERT_NONE:
            context.load_default_certs(purpose)
    except (OSError, ssl.SSLError, ValueError) as error:
        files = ", ".join(
            str(path)
            for path in (options.certificate, options.key, options.authorities)
            if path is not None
        )
        raise TriageError(
            f"The certificates for TLS cannot be used ({files}: {error}); "
            "name PEM files that this user may read and that belong together."
        ) from error


def _refuse_password() -> str:
    raise ValueError("the key is protected by a password")
