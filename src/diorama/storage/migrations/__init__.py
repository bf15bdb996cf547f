"""Migrations: how files of older formats become files of the newest, by Alembic. Imported only when one is needed."""
