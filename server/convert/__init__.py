"""Between messages of ``linkage.v1`` and ``policy``'s objects, both ways.

In: requests, decisions, exceptions.
Out: districts and moments, messages, coded errors.

requests    a request -> district, moment, language
wire        protobuf's wire format, for answers put together from parts
words       enums, moments and coded names
extent      which view, or which fields, a request asks for; the message cut to them
answers     Decision -> linkage.v1.Decision, serialized
brief       Decision -> the same, as much of it as DECISION_VIEW_BASIC has
pieces      fields that both share
comparison  Comparison -> linkage.v1.CompareResponse
reasons     Explanation -> linkage.v1.Explanation
packs       PackProgram -> PackSummary, GetPackResponse
pack_facts  PackProgram -> what its rules read, wait for and end with
catalogue   Vocabulary -> every code, to list and to look for
paging      a list -> one page of it, and the token of the next
register    what the register keeps -> cases, obligations, changes
part        a decision -> what is some bodies' business
concern     which notices are about some duties, or facts that they rest on
masked      a message -> without what tells whose case it is
ends        what a call ends with beside an answer: exceptions, without words
errors      every exception of a call -> canonical code, stable reason, words
violations  what is wrong with a field -> where, what, what can be written, what to do
status      the words -> google.rpc.Status with its details, or the error of an item
"""

__all__ = [
    "answers",
    "brief",
    "catalogue",
    "comparison",
    "concern",
    "ends",
    "errors",
    "extent",
    "masked",
    "pack_facts",
    "packs",
    "paging",
    "part",
    "pieces",
    "reasons",
    "register",
    "requests",
    "status",
    "violations",
    "wire",
    "words",
]
