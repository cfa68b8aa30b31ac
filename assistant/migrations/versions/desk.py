"""The team's desk: warnings of a promise in danger, and customers who want no more mail."""

import sqlalchemy as sa
from alembic import op

revision = "0003_desk"
down_revision = "0002_attachments"


def upgrade() -> None:
    """Add the columns, and call a claim by its name."""
    op.add_column("cases", sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("cases", sa.Column("overdue_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("cases", sa.Column("mail_off", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE case_events SET kind = 'claimed' WHERE kind = 'taken'")
