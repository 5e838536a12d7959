"""What an operator sees of the running service: figures, readiness; neither facts nor names of cases.

In: one line where something happens: a call, a decision, a commit (figures), a part that is ready or not
    (readiness).
Out: the text that Prometheus reads, of one process or of all that serve together (exposition).

    worker 0 ─┐
    worker 1 ─┼─ files of counters in a private folder ──> exposition in the supervisor ──> /metrics
    supervisor┘
"""

__all__ = ["exposition", "figures", "readiness", "recording"]
