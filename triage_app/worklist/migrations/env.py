"""What Alembic runs: every step within the transaction that the store opened."""

from alembic import context

from triage_app.worklist.schema import VERSION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,  # SQLite cannot alter a table; Alembic then makes a new one
)
with context.begin_transaction():
    context.run_migrations()
