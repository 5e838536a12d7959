"""Many cases at once: whole files of them, on every core of one machine or on many.

In: tables of cases, Arrow or JSON lines.
Out: a table of findings, and one of the rows that could not be read.

    file --reader--> batches --runner--> findings, bad rows --parts--> parts --join--> one file

Reader, runner and writer know nothing of one another: a batch is an Arrow table, so that other commands
can put them together in other ways.
"""

__all__ = ["convert", "errors", "impact", "job", "reader", "report", "runner", "schema", "sides", "spark"]
