"""What an administrator sets of the receiver; light to import, because the settings hold it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, IPvAnyNetwork

from triage_app.intake.network import AeTitle
from triage_app.intake.tls import TlsOptions

__all__ = ["ReceiverOptions"]


class ReceiverOptions(BaseModel):
    """The receiver with its limits.

    Attributes
    ----------
    ae_title, host, port : what it is called and where it listens; on this machine only unless told
        otherwise; port 0 takes a free one
    checks_called_ae_title : whether who calls must call it by its title
    calling_ae_titles : who may send; anybody where it is empty
    networks : addresses that may connect, as "10.1.0.0/16"; any where it is empty
    maximum_associations : at a time; one more is refused for the moment
    maximum_pdu_bytes : that one PDU may have (PS3.8 D.1)
    largest_object_mib : a longer data set ends its association
    network_timeout_seconds, acse_timeout_seconds, dimse_timeout_seconds : without a sign of the
        peer; for an association to be asked for; for an answer
    least_free_mib : of the disk that stay free; where less are, instances are refused with A700
    quiet_seconds : after the last instance of a study before it counts as complete
    longest_seconds : after its first instance a study counts as complete in any case
    most_attempts : an instance that ended the program so often is given up
    tls : None for plain connections
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    ae_title: AeTitle = "TRIAGE"
    host: str = "127.0.0.1"
    port: int = Field(default=11112, ge=0, le=65535)
    checks_called_ae_title: bool = True
    calling_ae_titles: tuple[AeTitle, ...] = ()
    networks: tuple[IPvAnyNetwork, ...] = ()
    maximum_associations: int = Field(default=16, ge=1, le=1000)
    maximum_pdu_bytes: int = Field(default=256 * 1024, ge=4096, le=16 * 1024 * 1024)
    largest_object_mib: int = Field(default=1024, ge=1)
    network_timeout_seconds: float = Field(default=60.0, gt=0)
    acse_timeout_seconds: float = Field(default=30.0, gt=0)
    dimse_timeout_seconds: float = Field(default=60.0, gt=0)
    least_free_mib: int = Field(default=1024, ge=0)
    quiet_seconds: float = Field(default=10.0, ge=0)
    longest_seconds: float = Field(default=300.0, ge=0)
    most_attempts: int = Field(default=5, ge=1)
    tls: TlsOptions | None = None
