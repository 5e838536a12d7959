"""What makes the decision log provable: pure, without a database (docs/log.md has the formats).

In: rows to be logged, the file of the log's keys.
Out: leaves and the Merkle tree over them (entries, merkle), signed checkpoints (notes, checkpoints) under
     keys that follow each other (handovers), proofs to be kept in a file (bundles), rows sealed under keys
     that can be destroyed (keys, sealing).
"""

__all__ = ["bundles", "checkpoints", "entries", "handovers", "keys", "merkle", "notes", "sealing"]
