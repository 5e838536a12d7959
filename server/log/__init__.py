"""The decision log: opened with its keys; written, many decisions in one commit; searched, checked, reduced.

In: decisions, and where the log is.
Out: an id for each (ids), and a future of its being durable (decisions, writer); the open log (opening), and
     notes of what is done to it (notes); what is found in it (search) and wrong with it (verify); what has to
     go (retention); another key to sign it with (rotation).
"""

__all__ = ["decisions", "ids", "notes", "opening", "retention", "rotation", "search", "verify", "writer"]
