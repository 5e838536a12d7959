"""Expressions: CEL text -> checked expression -> typed tree, and what each operator means.

text --cel.Environment.check--> CheckedExpr --lower.lower--> tree.Node
"""
