"""The kinds of database that a worklist is kept in: a SQLite file, or a PostgreSQL server."""
