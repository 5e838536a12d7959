"""Expressions: CEL to a typed tree, and what each operator means.

In: the text of a condition.
Out: a tree whose every node has a type and a place (tree), or coded faults.

text --cel.Environment.check--> CheckedExpr --lower.lower--> tree.Node
"""

__all__ = ["cel", "codes", "details", "lower", "ops", "page", "standard", "tree"]
