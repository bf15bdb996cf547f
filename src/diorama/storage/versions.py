"""Versions: what kinds of database there are, and the newest format of each."""

from __future__ import annotations

from typing import Literal

Kind = Literal["control", "sandbox"]

FORMATS: dict[Kind, int] = {"control": 1, "sandbox": 2}
"""The newest format of each kind: SQLite's ``PRAGMA user_version``, and the number of the newest migration."""

APPLICATION_ID = 0x44696F72
"""``Dior``: marks an SQLite file as ours (``PRAGMA application_id``)."""
