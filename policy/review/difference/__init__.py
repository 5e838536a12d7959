"""What one version of a pack says otherwise than another, in the words of law.

In: two compiled packs, of one district or of two.
Out: rules added, gone and changed (who bears what, by when, under which conditions, what ends it), terms,
     values, clauses and assessments, each with what stood before and what stands now.

    compared    two packs, side by side
    words       what is told of it
"""

__all__ = ["compared", "words"]
