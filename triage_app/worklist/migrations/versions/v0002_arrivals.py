"""The queue of what comes over the network: arrivals, superseded files, storage commitments."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _identifier() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables of the queue."""
    op.create_table(
        "arrivals",
        sa.Column("id", _identifier(), nullable=False),
        sa.Column("sop_instance_uid", sa.Text(), nullable=False),
        sa.Column("sop_class_uid", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.Text(), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True)),
        sa.Column("study_key", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_arrivals"),
        sa.UniqueConstraint("path", name="uq_arrivals_path"),
        sa.UniqueConstraint("sop_instance_uid", name="uq_arrivals_sop_instance_uid"),
    )
    op.create_index("ix_arrivals_state_attempts_id", "arrivals", ["state", "attempts", "id"])
    op.create_table(
        "superseded_files",
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("arrival_id", _identifier(), nullable=False),
        sa.ForeignKeyConstraint(
            ["arrival_id"], ["arrivals.id"], name="fk_superseded_files_arrival_id"
        ),
        sa.PrimaryKeyConstraint("path", name="pk_superseded_files"),
    )
    op.create_index("ix_superseded_files_arrival_id", "superseded_files", ["arrival_id"])
    op.create_table(
        "storage_commitments",
        sa.Column("id", _identifier(), nullable=False),
        sa.Column("transaction_uid", sa.Text(), nullable=False),
        sa.Column("requester", sa.Text(), nullable=False),
        sa.Column("references", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_storage_commitments"),
        sa.UniqueConstraint(
            "requester",
            "transaction_uid",
            name="uq_storage_commitments_requester_transaction_uid",
        ),
    )
