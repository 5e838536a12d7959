"""What other rules would change of many cases, told by department.

In: two decisions on a case, in their canonical form; or what is told of a case of a register.
Out: the duties that would be others, counted by body and rule, with a few cases of each to open.

    shifts      two decisions on a case -> the duties of which something would be otherwise
    totals      many cases, counted
    words       what is told to people, and each case, duty by duty
    data        the same for programs and for tables
    page        the same as a page
"""

__all__ = ["data", "page", "shifts", "totals", "words"]
