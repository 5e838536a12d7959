"""The decision log: opened with its keys; written, many decisions in one commit; noted on.

In: decisions, and where the log is.
Out: an id for each (ids), and a future of its being durable (decisions, writer); the open log (opening), and
     notes of what is done to it (notes).
"""

__all__ = ["decisions", "ids", "notes", "opening", "writer"]
