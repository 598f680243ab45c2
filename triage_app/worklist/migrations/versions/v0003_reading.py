"""What a reader says of a result, and copies of what the list is sorted by beside each result."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_OPEN = ("unread", "in progress")
_COPIED = (
    "open_since",
    "requested_priority",
    "reading_order",
    "reader",
    "reader_order",
    "name_order",
    "patient_id_order",
    "accession_order",
    "description_order",
    "patient_age_years",
    "study_moment",
    "modality",
    "images",
    "search_text",
)
_RISEN = ["open_since", "requested_priority"]
_INDEXES = {
    "tier": ["tier", "waiting_since", "study_key", *_RISEN],
    "state": ["state", "tier", "waiting_since", "study_key", *_RISEN],
    "reading_order": ["reading_order", "tier", "waiting_since", "study_key", *_RISEN],
    "reader": ["reader", "tier", "waiting_since", "study_key", "reading_order", *_RISEN],
    "open_since": ["open_since", "study_key", "requested_priority", "state", "reading_order"],
    "requested_priority": ["requested_priority", "open_since", "study_key"],
    "probability": ["probability", "study_key"],
}


def _identifier() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the columns, fill them, and change the indexes."""
    columns: tuple[sa.Column[Any], ...] = (
        sa.Column("status_at", sa.DateTime(timezone=True)),
        sa.Column("requested_priority", sa.Text(), nullable=False, server_default=""),
        sa.Column("scanner", sa.Text(), nullable=False, server_default=""),
        sa.Column("accession_order", sa.Text()),
        sa.Column("reader_order", sa.Text()),
        sa.Column("open_since", sa.DateTime()),
    )
    for column in columns:
        op.add_column("studies", column)
    copies: tuple[sa.Column[Any], ...] = (
        sa.Column("open_since", sa.DateTime()),
        sa.Column("requested_priority", sa.Text(), nullable=False, server_default=""),
        sa.Column("reading_order", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("reader", sa.Text(), nullable=False, server_default=""),
        sa.Column("reader_order", sa.Text()),
        sa.Column("name_order", sa.Text()),
        sa.Column("patient_id_order", sa.Text()),
        sa.Column("accession_order", sa.Text()),
        sa.Column("description_order", sa.Text()),
        sa.Column("patient_age_years", sa.Double()),
        sa.Column("study_moment", sa.DateTime()),
        sa.Column("modality", sa.Text()),
        sa.Column("images", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("search_text", sa.Text(), nullable=False, server_default=""),
    )
    for column in copies:
        op.add_column("study_results", column)
    _fill()
    _change_indexes()
    op.create_table(
        "feedback",
        sa.Column("id", _identifier(), nullable=False),
        sa.Column("study_id", _identifier(), nullable=False),
        sa.Column("model_id", _identifier(), nullable=False),
        sa.Column("reader", sa.Text(), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("probability", sa.Double()),
        sa.Column("operating_point", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name="fk_feedback_model_id"),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name="fk_feedback_study_id"),
        sa.PrimaryKeyConstraint("id", name="pk_feedback"),
        sa.UniqueConstraint(
            "study_id", "model_id", "reader", name="uq_feedback_study_id_model_id_reader"
        ),
    )


def _fill() -> None:
    studies = sa.table(
        "studies",
        *(sa.column(name) for name in ("id", "accession_number", "reading_status", *_COPIED)),
        sa.column("accession_order"),
        sa.column("waiting_since"),
    )
    results = sa.table("study_results", sa.column("study_id"), *(sa.column(n) for n in _COPIED))
    is_open = studies.c.reading_status.in_(_OPEN)
    op.execute(
        sa.update(studies).values(
            # folded by the program when the study comes again; letters are all that differ
            accession_order=sa.func.nullif(sa.func.lower(studies.c.accession_number), ""),
            reader_order=sa.func.nullif(sa.func.lower(studies.c.reader), ""),
            open_since=sa.case((is_open, studies.c.waiting_since)),
        )
    )
    op.execute(
        sa.update(results)
        .where(results.c.study_id == studies.c.id)
        .values({name: studies.c[name] for name in _COPIED})
    )


def _change_indexes() -> None:
    for name in (
        "tier_waiting_since_study_key",
        "state_tier_waiting_since_study_key",
        "probability_study_key",
    ):
        op.drop_index(f"ix_study_results_model_id_{name}", "study_results")
    for name, columns in _INDEXES.items():
        op.create_index(
            f"ix_study_results_by_{name}", "study_results", ["model_id", *columns, "study_id"]
        )
    if op.get_context().dialect.name == "sqlite":  # texts may be too long for others
        listed = ["model_id", "state", "tier", "probability", "study_key", "waiting_since"]
        op.create_index(
            "ix_study_results_listing", "study_results", [*listed, *_COPIED, "study_id"]
        )
    for name in ("accession_order", "reader_order", "open_since"):
        op.create_index(f"ix_studies_{name}_study_key", "studies", [name, "study_key"])
