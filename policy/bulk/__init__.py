"""Many cases at once: tables of cases in, tables of findings out.

    file --reader--> batches --runner--> findings, bad rows --parts--> parts --join--> one file

Reader, runner and writer know nothing of one another: a batch is an Arrow table, so that other commands
can put them together in other ways.
"""
