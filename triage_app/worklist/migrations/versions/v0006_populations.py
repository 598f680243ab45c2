"""Whose part of the model read an image: children's, adults'; empty of models that have none."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    for table in ("outcomes", "study_results"):
        op.add_column(table, sa.Column("population", sa.Text(), nullable=False, server_default=""))
