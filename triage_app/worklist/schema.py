"""The tables of the worklist.

::

    models ──────────────┬──────────────────────┐
                         │                      │
    studies ──┬── study_results                 │
              ├── feedback ─────────────────────┤
              ├── events                        │
              ├── series ──┐                    │
              └───────── instances ──┬── outcomes
                                     └── files

    arrivals ── superseded_files        storage_commitments        deliveries
    orders        workitem_claims        audit_records

What is searched, sorted, joined or counted stands in columns; what an instance's header says
stands whole in one document (`documents.py`), so that a new fact needs no new column. An instance
without a row in `outcomes` waits for that model. `study_results` is computed from `outcomes`, and
has one row for each pair of study and model. It holds copies of what the list is sorted, filtered
and searched by (`COPIED_COLUMNS`), because an index spans one table only.

`arrivals` is the queue of what came over the network, one row for each SOP Instance UID: received,
claimed, settled with an outcome, complete with its study. It knows files and says nothing of
patients, because an instance is registered before anybody reads its header. `deliveries` is the
queue of what goes out, one row for each destination and SOP Instance UID. `orders` is what a
modality worklist says of studies, before and after their images come; `workitem_claims` are the
unified procedure steps that we have in hand. `audit_records` is only ever added to (`auditing`).
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    Time,
    UniqueConstraint,
)

from triage_app.worklist.columns import Identifier, UtcDateTime, VerbatimText, WholeNumber

__all__ = [
    "COPIED_COLUMNS",
    "VERSION_TABLE",
    "arrivals",
    "audit_records",
    "deliveries",
    "events",
    "feedback",
    "files",
    "instances",
    "metadata",
    "models",
    "orders",
    "outcomes",
    "series",
    "storage_commitments",
    "studies",
    "study_results",
    "superseded_files",
    "workitem_claims",
]

VERSION_TABLE = "worklist_version"
"""Where Alembic keeps the version; the name tells a worklist from another program's database."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

models = Table(
    "models",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("device_uid", VerbatimText, nullable=False, unique=True),
    Column("title", VerbatimText, nullable=False),
    # of the newest outcome; each outcome keeps its own
    Column("operating_point", VerbatimText, nullable=False),
    Column("threshold", Double, nullable=False),
)

studies = Table(
    "studies",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("study_key", VerbatimText, nullable=False, unique=True),
    Column("patient_name", VerbatimText, nullable=False),
    Column("patient_id", VerbatimText, nullable=False),
    Column("patient_birth_date", Date),
    Column("patient_age_years", Double),
    Column("patient_sex", VerbatimText, nullable=False),
    Column("accession_number", VerbatimText, nullable=False),
    Column("study_date", Date),
    Column("study_time", Time),
    Column("study_description", VerbatimText, nullable=False),
    Column("modality", VerbatimText),  # NULL where empty, so that it stands last
    Column("images", Integer, nullable=False),
    Column("reading_status", String(16), nullable=False),
    Column("reader", VerbatimText, nullable=False),
    Column("status_at", UtcDateTime),  # since when the reading status stands; NULL from the start
    Column("requested_priority", VerbatimText, nullable=False, server_default=""),
    Column("scanner", VerbatimText, nullable=False, server_default=""),
    # the worklist that ordered with that priority; empty where the images themselves say it
    Column("priority_source", VerbatimText, nullable=False, server_default=""),
    Column("received_at", UtcDateTime, nullable=False),
    # computed from the above, for search and order
    Column("search_text", Text, nullable=False),
    Column("name_order", Text),
    Column("patient_id_order", Text),
    Column("description_order", Text),
    Column("accession_order", Text),
    Column("reader_order", Text),
    Column("study_moment", DateTime),  # date and time of the study, in the department's own clock
    Column("waiting_since", DateTime, nullable=False),  # the same, or when it was received
    Column("open_since", DateTime),  # the same while a reader has to read it, else NULL
    Column("reading_order", Integer, nullable=False),
)
for _order in (
    "name_order",
    "patient_id_order",
    "patient_age_years",
    "study_moment",
    "modality",
    "description_order",
    "images",
    "reading_order",
    "waiting_since",
    "accession_order",
    "reader_order",
    "open_since",
):
    Index(None, studies.c[_order], studies.c.study_key)

series = Table(
    "series",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("study_id", Identifier, ForeignKey("studies.id"), nullable=False),
    Column("series_instance_uid", VerbatimText, nullable=False),
    Column("series_number", WholeNumber),
    Column("series_description", VerbatimText, nullable=False),
    UniqueConstraint("study_id", "series_instance_uid"),
)

instances = Table(
    "instances",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("study_id", Identifier, ForeignKey("studies.id"), nullable=False),
    Column("series_id", Identifier, ForeignKey("series.id"), nullable=False, index=True),
    # NULL where the instance is told from others by its path: it has no UID, or repeats another's
    Column("sop_instance_uid", VerbatimText, unique=True),
    Column("is_duplicate", Boolean, nullable=False),
    Column("modality", VerbatimText, nullable=False),
    Column("instance_number", WholeNumber),
    Column("path", VerbatimText),  # NULL where its file now holds another instance
    Column("facts", Text, nullable=False),
    Index(None, "study_id", "is_duplicate", "modality"),
)

files = Table(
    "files",
    metadata,
    Column("path", VerbatimText, primary_key=True),
    Column("instance_id", Identifier, ForeignKey("instances.id"), nullable=False, index=True),
)

outcomes = Table(
    "outcomes",
    metadata,
    Column("instance_id", Identifier, ForeignKey("instances.id"), primary_key=True),
    # no index of its own: a planner would begin there and not at a study's few instances
    Column("model_id", Identifier, ForeignKey("models.id"), primary_key=True),
    Column("status", String(16), nullable=False),
    Column("reason", VerbatimText, nullable=False),
    Column("detail", VerbatimText, nullable=False),
    Column("probability", Double),
    Column("is_flagged", Boolean),
    Column("operating_point", VerbatimText, nullable=False),
    Column("threshold", Double, nullable=False),
    Column("population", VerbatimText, nullable=False, server_default=""),
    Column("heatmap", LargeBinary),  # float32, little endian, row by row
    Column("heatmap_rows", Integer),
    Column("heatmap_columns", Integer),
    Column("notices", Text, nullable=False),
    Column("exclusion_tag", VerbatimText, nullable=False),
    Column("exclusion_value", VerbatimText, nullable=False),
    Column("exclusion_expected", VerbatimText, nullable=False),
    Column("seconds", Double, nullable=False),
    Column("assessed_at", UtcDateTime, nullable=False),
    CheckConstraint(
        "(status = 'scored') = (probability IS NOT NULL AND is_flagged IS NOT NULL "
        "AND heatmap IS NOT NULL)",
        name="scored_is_whole",
    ),
    CheckConstraint("probability BETWEEN 0 AND 1", name="probability"),
)

study_results = Table(
    "study_results",
    metadata,
    Column("study_id", Identifier, ForeignKey("studies.id"), primary_key=True),
    Column("model_id", Identifier, ForeignKey("models.id"), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("tier", Integer, nullable=False),
    Column("probability", Double),
    Column("driving_sop_instance_uid", VerbatimText, nullable=False),
    Column("driving_series_id", Identifier, ForeignKey("series.id"), index=True),
    Column("operating_point", VerbatimText, nullable=False),
    Column("population", VerbatimText, nullable=False, server_default=""),
    Column("scored", Integer, nullable=False),
    Column("excluded", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("pending", Integer, nullable=False),
    Column("reasons", Text, nullable=False),
    # copies of the study's own; see COPIED_COLUMNS
    Column("study_key", VerbatimText, nullable=False),
    Column("waiting_since", DateTime, nullable=False),
    Column("open_since", DateTime),
    Column("requested_priority", VerbatimText, nullable=False, server_default=""),
    Column("reading_order", Integer, nullable=False, server_default="0"),
    Column("reader", VerbatimText, nullable=False, server_default=""),
    Column("reader_order", Text),
    Column("name_order", Text),
    Column("patient_id_order", Text),
    Column("accession_order", Text),
    Column("description_order", Text),
    Column("patient_age_years", Double),
    Column("study_moment", DateTime),
    Column("modality", VerbatimText),
    Column("images", Integer, nullable=False, server_default="0"),
    Column("search_text", Text, nullable=False, server_default=""),
)
COPIED_COLUMNS = (
    "study_key",
    "waiting_since",
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
"""Columns of `studies` that stand in `study_results` too."""

_RISEN = ("open_since", "requested_priority")
"""Decides whether a study stands before its tier; last in an index, so that the index suffices.

For the same reason each of these indexes holds the study's id.
"""

for _name, _columns in {
    "tier": ("tier", "waiting_since", "study_key", *_RISEN),
    "state": ("state", "tier", "waiting_since", "study_key", *_RISEN),
    "reading_order": ("reading_order", "tier", "waiting_since", "study_key", *_RISEN),
    "reader": ("reader", "tier", "waiting_since", "study_key", "reading_order", *_RISEN),
    "open_since": ("open_since", "study_key", "requested_priority", "state", "reading_order"),
    "requested_priority": ("requested_priority", "open_since", "study_key"),
    "probability": ("probability", "study_key"),
}.items():
    Index(
        f"ix_study_results_by_{_name}",
        study_results.c.model_id,
        *(study_results.c[_column] for _column in (*_columns, "study_id")),
    )
# All that any order, filter or search needs, so that one walk over this index finds a page. Texts
# may be longer than PostgreSQL lets an index hold
Index(
    "ix_study_results_listing",
    study_results.c.model_id,
    study_results.c.state,
    study_results.c.tier,
    study_results.c.probability,
    *(study_results.c[_column] for _column in (*COPIED_COLUMNS, "study_id")),
).ddl_if(dialect="sqlite")

feedback = Table(
    "feedback",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("study_id", Identifier, ForeignKey("studies.id"), nullable=False),
    Column("model_id", Identifier, ForeignKey("models.id"), nullable=False),
    Column("reader", VerbatimText, nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("reason", VerbatimText, nullable=False),
    Column("note", VerbatimText, nullable=False),
    # what the reader had before them when they said it
    Column("state", String(16), nullable=False),
    Column("probability", Double),
    Column("operating_point", VerbatimText, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("study_id", "model_id", "reader"),
)

events = Table(
    "events",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("study_id", Identifier, ForeignKey("studies.id"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("actor", VerbatimText, nullable=False),
    Column("detail", VerbatimText, nullable=False),
)

arrivals = Table(
    "arrivals",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("sop_instance_uid", VerbatimText, nullable=False, unique=True),
    Column("sop_class_uid", VerbatimText, nullable=False),
    Column("path", VerbatimText, nullable=False, unique=True),
    Column("digest", String(64), nullable=False),
    Column("sender", VerbatimText, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("claimed_by", VerbatimText, nullable=False),
    Column("claimed_until", UtcDateTime),
    # no foreign key: a study whose instances turn out to belong elsewhere goes
    Column("study_key", VerbatimText),
    Index(None, "state", "attempts", "id"),
)

superseded_files = Table(
    "superseded_files",
    metadata,
    Column("path", VerbatimText, primary_key=True),
    Column("arrival_id", Identifier, ForeignKey("arrivals.id"), nullable=False, index=True),
)

storage_commitments = Table(
    "storage_commitments",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("transaction_uid", VerbatimText, nullable=False),
    Column("requester", VerbatimText, nullable=False),
    Column("references", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    UniqueConstraint("requester", "transaction_uid"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("destination", VerbatimText, nullable=False),
    Column("sop_instance_uid", VerbatimText, nullable=False),
    Column("sop_class_uid", VerbatimText, nullable=False),
    Column("transfer_syntax_uid", VerbatimText, nullable=False),
    Column("study_instance_uid", VerbatimText, nullable=False),
    Column("path", VerbatimText, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("claimed_by", VerbatimText, nullable=False),
    Column("claimed_until", UtcDateTime),
    Column("transaction_uid", VerbatimText, nullable=False, index=True),
    Column("detail", VerbatimText, nullable=False),
    Column("queued_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    UniqueConstraint("destination", "sop_instance_uid"),
    Index(None, "destination", "state", "due_at", "id"),
)

orders = Table(
    "orders",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("source", VerbatimText, nullable=False),
    Column("accession_number", VerbatimText, nullable=False, index=True),
    Column("study_instance_uid", VerbatimText, nullable=False, index=True),
    Column("patient_id", VerbatimText, nullable=False),
    Column("requested_priority", VerbatimText, nullable=False),
    Column("noted_at", UtcDateTime, nullable=False),
    UniqueConstraint("source", "accession_number", "study_instance_uid", "patient_id"),
)

workitem_claims = Table(
    "workitem_claims",
    metadata,
    Column("id", Identifier, primary_key=True),
    Column("peer", VerbatimText, nullable=False),
    Column("workitem_uid", VerbatimText, nullable=False),
    Column("transaction_uid", VerbatimText, nullable=False),
    Column("claimed_at", UtcDateTime, nullable=False),
    UniqueConstraint("peer", "workitem_uid"),
)

audit_records = Table(
    "audit_records",
    metadata,
    Column("number", Identifier, primary_key=True, autoincrement=False),
    Column("message", Text, nullable=False),
    Column("digest", String(64), nullable=False),
)
