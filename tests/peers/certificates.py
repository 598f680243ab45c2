"""Certificates for tests: an authority, and what it has signed."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from triage_app.intake.tls import TlsOptions


@dataclass(frozen=True)
class Identity:
    """A certificate with its key, as PEM files."""

    certificate: Path
    key: Path
    authority: Path

    def options(self, **changes: object) -> TlsOptions:
        """Give the settings that show it and trust its authority."""
        return TlsOptions(
            certificate=self.certificate, key=self.key, authorities=self.authority
        ).model_copy(update=changes)


def make_identities(folder: Path, *names: str) -> dict[str, Identity]:
    """Make an authority in a folder, and certificates for this machine that it signs."""
    folder.mkdir(parents=True, exist_ok=True)
    authority_key = ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Authority {folder.name}")])
    authority = (
        _builder(issuer, issuer, authority_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    authority_path = folder / "authority.pem"
    authority_path.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    identities = {}
    for name in names:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        here = [x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("localhost")]
        certificate = (
            _builder(subject, issuer, key.public_key())
            .add_extension(x509.SubjectAlternativeName(here), critical=False)
            .add_extension(
                x509.ExtendedKeyUsage(
                    [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
                ),
                critical=False,
            )
            .sign(authority_key, hashes.SHA256())
        )
        certificate_path, key_path = folder / f"{name}.pem", folder / f"{name}.key"
        certificate_path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        key_path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        identities[name] = Identity(certificate_path, key_path, authority_path)
    return identities


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
    )
