"""Print docs/expressions.md, made from the operators: ``python -m policy.expr > docs/expressions.md``."""

from __future__ import annotations

from policy.expr.page import expressions_page

if __name__ == "__main__":
    print(expressions_page(), end="")
