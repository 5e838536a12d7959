"""Where all tables are declared: those of the log (``tables``) and of the register (``register``)."""

from __future__ import annotations

from sqlalchemy import MetaData

METADATA = MetaData()
