"""What people read and check: why and why not, in plain words, and whether rules say what documents say.

In: decisions, the rules and rule tests.
Out: explanations (explain), the words of an answer (wording), one case under several districts (compare),
     clauses with their rules and tests (coverage), results of rule tests (ruletest), and all of it as
     tables, pages and JSON (report); a whole pack to be read and signed (book).
"""

__all__ = ["book", "compare", "coverage", "explain", "report", "ruletest", "wording"]
