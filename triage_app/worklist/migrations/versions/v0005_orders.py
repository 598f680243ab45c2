"""What was ordered, with which priority; and the workitems that we have claimed elsewhere."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _identifier() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the tables, and where a study's priority comes from."""
    op.add_column(
        "studies", sa.Column("priority_source", sa.Text(), nullable=False, server_default="")
    )
    op.create_table(
        "orders",
        sa.Column("id", _identifier(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("accession_number", sa.Text(), nullable=False),
        sa.Column("study_instance_uid", sa.Text(), nullable=False),
        sa.Column("patient_id", sa.Text(), nullable=False),
        sa.Column("requested_priority", sa.Text(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_orders"),
        sa.UniqueConstraint(
            "source",
            "accession_number",
            "study_instance_uid",
            "patient_id",
            name="uq_orders_source_accession_number_study_instance_uid_patient_id",
        ),
    )
    op.create_index("ix_orders_accession_number", "orders", ["accession_number"])
    op.create_index("ix_orders_study_instance_uid", "orders", ["study_instance_uid"])
    op.create_table(
        "workitem_claims",
        sa.Column("id", _identifier(), nullable=False),
        sa.Column("peer", sa.Text(), nullable=False),
        sa.Column("workitem_uid", sa.Text(), nullable=False),
        sa.Column("transaction_uid", sa.Text(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_workitem_claims"),
        sa.UniqueConstraint("peer", "workitem_uid", name="uq_workitem_claims_peer_workitem_uid"),
    )
