"""Runs the steps on the connection that ``Database.migrate`` holds, inside its transaction."""

from alembic import context

from assistant.tables import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
