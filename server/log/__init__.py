"""The decision log: ids, and the writer that commits many of them at once."""
