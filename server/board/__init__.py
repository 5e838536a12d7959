"""What a district sees of its register: figures at a moment and over a period, and what is behind each.

In: the rows that the register keeps of each obligation, the rules that serve, what is asked for.
Out: a ``Board``: rows of figures by body, unit, clause or matter, a trend; the obligations behind a figure; a
     circular drafted from them.

    kinds       what a row is of, and a point of the trend
    asked       what is asked for: a moment, a period, whose
    figures     what is counted, and as what (by ``policy.assess.outcome``, as assessments count)
    whose       for which row a bearer's duties count
    standing    how a duty stood at a moment, in SQL
    counting    the rows of the register, counted in groups
    feedback    how long it took, mean and median
    trend       day by day, week by week, month by month
    board       all of it together
    behind      the obligations behind one figure
    told        a board in words: what screen, files, messages and circulars all draw
    screen      on a terminal
    files       as JSON, CSV, .xlsx
    circular    a circular (通报) drafted from it: text and page

Everything is counted in the database; nothing here changes anything.
"""

__all__ = [
    "asked",
    "behind",
    "board",
    "circular",
    "counting",
    "feedback",
    "figures",
    "files",
    "kinds",
    "screen",
    "standing",
    "told",
    "trend",
    "whose",
]
