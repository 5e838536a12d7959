"""The tables of notices, as the newest migration leaves them.

register_changes ──read by each subscription, in order──> notice_deliveries ──sent──> delivered, or dead
notice_subscriptions                                      how far each has read, and how its receiver does

``register_changes`` is the outbox: it is written in the transaction of what it tells. A delivery is a row of
one subscription and one change, once by its primary key. Moments are nanoseconds since 1970 UTC.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table

from server.store.metadata import METADATA

SUBSCRIPTIONS = Table(
    "notice_subscriptions",
    METADATA,
    Column("name", String(64), primary_key=True),
    Column("district", String(64), primary_key=True),
    # The newest change of the district's stream of which it is known whether it is to be told.
    Column("position", BigInteger, nullable=False),
    # Why nothing is sent any more: the code of a receiver that is gone; "": something is.
    Column("gone", String(32), nullable=False),
    # Whose: the digest of the receiver's settings when it was gone. With others it is tried again.
    Column("settings", String(64), nullable=False),
    # What was wrong when sending last failed, and when; and when it last went well.
    Column("code", String(32), nullable=False),
    Column("failed_at", BigInteger),
    Column("delivered_at", BigInteger),
)

DELIVERIES = Table(
    "notice_deliveries",
    METADATA,
    Column("subscription", String(64), primary_key=True),
    Column("district", String(64), primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("obligation", String(64), nullable=False),
    # waiting, delivered, dead, or withheld: its reader may not see it any more.
    Column("state", String(12), nullable=False),
    # Attempts that were begun.
    Column("attempts", Integer, nullable=False),
    # Which process has it in hand, until `next_at`; "": none.
    Column("holder", String(32), nullable=False),
    # When it may be tried; while it is in hand: when it is nobody's again.
    Column("next_at", BigInteger, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    # When it was first tried, and when it was delivered or given up.
    Column("first_at", BigInteger),
    Column("done_at", BigInteger),
    # What was wrong with the last attempt; "": nothing.
    Column("code", String(32), nullable=False),
    Index("notice_deliveries_due", "subscription", "state", "next_at"),
    Index("notice_deliveries_of_one", "subscription", "district", "obligation", "state", "position"),
    Index("notice_deliveries_done", "state", "done_at"),
)
