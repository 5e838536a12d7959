"""The decision log: ids, and the writer that commits many decisions at once.

In: decisions.
Out: an id for each (ids), and a future of its being durable (decisions, writer).
"""

__all__ = ["decisions", "ids", "writer"]
