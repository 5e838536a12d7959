"""The register: cases that live, and what each department owes in them, kept and brought up to now.

In: what courts and departments record of cases; the clock.
Out: every case and obligation as it stands, lists of them, and the ordered stream of what became of each
     obligation and why.

    alarm       what wakes those who wait for changes
    kept        a case as it is kept: entries, the state that followed, its version
    rows        between what policy.register derives and the rows that keep it
    keeping     reading and writing, one transaction a case; what is due is claimed
    sent        what a call sends, and how what is wrong with it is said in the call's own fields
    book        the register itself: open, change, bring up to now
    acting      which body acts on an obligation
    acts        accept, return, fulfil, confirm, object: entries of the case
    listing     lists of obligations, a page at a time
    cases       the facts of every case, one after another
    stream      reading the streams of changes
    ticking     what time brings, by whichever process holds the work
    adoptions   what was decided of rules, and which cases wait for that
    moving      cases compared with other rules that serve, and moved to them
    previewing  what other rules would change, before anything moves
    seals       entries closed under a key of their case; cases erased
    verifying   every state derived again and compared
    rules       the rules that cases stand under, those of the archive too

The state is ``policy.register``'s, a pure function of entries, rules and a moment; nothing here decides what
is owed. What is told to people (``server.notices``) reads the stream.
"""

__all__ = [
    "acting",
    "acts",
    "adoptions",
    "alarm",
    "book",
    "cases",
    "keeping",
    "kept",
    "listing",
    "moving",
    "previewing",
    "rows",
    "rules",
    "seals",
    "sent",
    "stream",
    "ticking",
    "verifying",
]
