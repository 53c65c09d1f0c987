"""Where alembic finds the connection: always the one that ``database.migrate`` opened."""

from __future__ import annotations

from alembic import context

from staffing.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=True)
context.run_migrations()
