"""Format 1 of the control plane: definitions and sandboxes.

A migration is history: it says what was, and never imports the tables as they are now.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "definition",
        sa.Column("version", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "sandbox",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("project", sa.Text, nullable=False),
        sa.Column("definition", sa.Text, nullable=False),
        sa.Column("seed", sa.Text, nullable=False),
        sa.Column("key_hash", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("created_us", sa.Integer, nullable=False),
        sa.Column("ttl_s", sa.Integer, nullable=False),
        sa.Column("durability", sa.Text, nullable=False),
    )
    op.create_table("sandbox_removal", sa.Column("id", sa.Text, primary_key=True))
