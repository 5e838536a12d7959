"""Where all tables are declared: those of the log (``tables``), of the register and of ``contacts``."""

from __future__ import annotations

from sqlalchemy import MetaData

METADATA = MetaData()
