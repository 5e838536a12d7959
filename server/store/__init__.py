"""What the service keeps: the decision log and the rules its decisions were made under.

SQLite embedded in the process (WAL, synchronous=FULL) by default; tables and queries are SQLAlchemy Core,
so that another database is a URL and its driver.
"""
