"""The first schema: studies, series, instances, files, outcomes, results, events."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _identifier() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create every table and index."""
    op.create_table(
        "models",
        sa.Column("id", _identifier(), nullable=False),
        sa.Column("device_uid", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("operating_point", sa.Text(), nullable=False),
        sa.Column("threshold", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_models"),
        sa.UniqueConstraint("device_uid", name="uq_models_device_uid"),
    )
    op.create_table(
        "studies",
        sa.Column("id", _identifier(), nullable=False),
        sa.Column("study_key", sa.Text(), nullable=False),
        sa.Column("patient_name", sa.Text(), nullable=False),
        sa.Column("patient_id", sa.Text(), nullable=False),
        sa.Column("patient_birth_date", sa.Date()),
        sa.Column("patient_age_years", sa.Double()),
        sa.Column("patient_sex", sa.Text(), nullable=False),
        sa.Column("accession_number", sa.Text(), nullable=False),
        sa.Column("study_date", sa.Date()),
        sa.Column("study_time", sa.Time()),
        sa.Column("study_description", sa.Text(), nullable=False),
        sa.Column("modality", sa.Text()),
        sa.Column("images", sa.Integer(), nullable=False),
        sa.Column("reading_status", sa.String(length=16), nullable=False),
        sa.Column("reader", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("name_order", sa.Text()),
        sa.Column("patient_id_order", sa.Text()),
        sa.Column("description_order", sa.Text()),
        sa.Column("study_moment", sa.DateTime()),
        sa.Column("waiting_since", sa.DateTime(), nullable=False),
        sa.Column("reading_order", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_studies"),
        sa.UniqueConstraint("study_key", name="uq_studies_study_key"),
    )
    op.create_index(
        "ix_studies_description_order_study_key", "studies", ["description_order", "study_key"]
    )
    op.create_index("ix_studies_images_study_key", "studies", ["images", "study_key"])
    op.create_index("ix_studies_modality_study_key", "studies", ["modality", "study_key"])
    op.create_index("ix_studies_name_order_study_key", "studies", ["name_order", "study_key"])
    op.create_index(
        "ix_studies_patient_age_years_study_key", "studies", ["patient_age_years", "study_key"]
    )
    op.create_index(
        "ix_studies_patient_id_order_study_key", "studies", ["patient_id_order", "study_key"]
    )
    op.create_index("ix_studies_reading_order_study_key", "studies", ["reading_order", "study_key"])
    op.create_index("ix_studies_study_moment_study_key", "studies", ["study_moment", "study_key"])
    op.create_index("ix_studies_waiting_since_study_key", "studies", ["waiting_since", "study_key"])
    op.create_table(
        "events",
        sa.Column("id", _identifier(), nullable=False),
        sa.Column("study_id", _identifier(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name="fk_events_study_id"),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
    )
    op.create_index("ix_events_study_id", "events", ["study_id"])
    op.create_table(
        "series",
        sa.Column("id", _identifier(), nullable=False),
        sa.Column("study_id", _identifier(), nullable=False),
        sa.Column("series_instance_uid", sa.Text(), nullable=False),
        sa.Column("series_number", sa.BigInteger()),
        sa.Column("series_description", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name="fk_series_study_id"),
        sa.PrimaryKeyConstraint("id", name="pk_series"),
        sa.UniqueConstraint(
            "study_id", "series_instance_uid", name="uq_series_study_id_series_instance_uid"
        ),
    )
    op.create_table(
        "instances",
        sa.Column("id", _identifier(), nullable=False),
        sa.Column("study_id", _identifier(), nullable=False),
        sa.Column("series_id", _identifier(), nullable=False),
        sa.Column("sop_instance_uid", sa.Text()),
        sa.Column("is_duplicate", sa.Boolean(), nullable=False),
        sa.Column("modality", sa.Text(), nullable=False),
        sa.Column("instance_number", sa.BigInteger()),
        sa.Column("path", sa.Text()),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name="fk_instances_series_id"),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name="fk_instances_study_id"),
        sa.PrimaryKeyConstraint("id", name="pk_instances"),
        sa.UniqueConstraint("sop_instance_uid", name="uq_instances_sop_instance_uid"),
    )
    op.create_index("ix_instances_series_id", "instances", ["series_id"])
    op.create_index(
        "ix_instances_study_id_is_duplicate_modality",
        "instances",
        ["study_id", "is_duplicate", "modality"],
    )
    op.create_table(
        "study_results",
        sa.Column("study_id", _identifier(), nullable=False),
        sa.Column("model_id", _identifier(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("probability", sa.Double()),
        sa.Column("driving_sop_instance_uid", sa.Text(), nullable=False),
        sa.Column("driving_series_id", _identifier()),
        sa.Column("operating_point", sa.Text(), nullable=False),
        sa.Column("scored", sa.Integer(), nullable=False),
        sa.Column("excluded", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("pending", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("waiting_since", sa.DateTime(), nullable=False),
        sa.Column("study_key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["driving_series_id"], ["series.id"], name="fk_study_results_driving_series_id"
        ),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name="fk_study_results_model_id"),
        sa.ForeignKeyConstraint(["study_id"], ["studies.id"], name="fk_study_results_study_id"),
        sa.PrimaryKeyConstraint("study_id", "model_id", name="pk_study_results"),
    )
    op.create_index("ix_study_results_driving_series_id", "study_results", ["driving_series_id"])
    op.create_index(
        "ix_study_results_model_id_probability_study_key",
        "study_results",
        ["model_id", "probability", "study_key"],
    )
    op.create_index(
        "ix_study_results_model_id_state_tier_waiting_since_study_key",
        "study_results",
        ["model_id", "state", "tier", "waiting_since", "study_key"],
    )
    op.create_index(
        "ix_study_results_model_id_tier_waiting_since_study_key",
        "study_results",
        ["model_id", "tier", "waiting_since", "study_key"],
    )
    op.create_table(
        "files",
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("instance_id", _identifier(), nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["instances.id"], name="fk_files_instance_id"),
        sa.PrimaryKeyConstraint("path", name="pk_files"),
    )
    op.create_index("ix_files_instance_id", "files", ["instance_id"])
    op.create_table(
        "outcomes",
        sa.Column("instance_id", _identifier(), nullable=False),
        sa.Column("model_id", _identifier(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("probability", sa.Double()),
        sa.Column("is_flagged", sa.Boolean()),
        sa.Column("operating_point", sa.Text(), nullable=False),
        sa.Column("threshold", sa.Double(), nullable=False),
        sa.Column("heatmap", sa.LargeBinary()),
        sa.Column("heatmap_rows", sa.Integer()),
        sa.Column("heatmap_columns", sa.Integer()),
        sa.Column("notices", sa.Text(), nullable=False),
        sa.Column("exclusion_tag", sa.Text(), nullable=False),
        sa.Column("exclusion_value", sa.Text(), nullable=False),
        sa.Column("exclusion_expected", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("assessed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(status = 'scored') = (probability IS NOT NULL AND is_flagged IS NOT NULL "
            "AND heatmap IS NOT NULL)",
            name=op.f("ck_outcomes_scored_is_whole"),
        ),
        sa.CheckConstraint("probability BETWEEN 0 AND 1", name=op.f("ck_outcomes_probability")),
        sa.ForeignKeyConstraint(["instance_id"], ["instances.id"], name="fk_outcomes_instance_id"),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name="fk_outcomes_model_id"),
        sa.PrimaryKeyConstraint("instance_id", "model_id", name="pk_outcomes"),
    )
