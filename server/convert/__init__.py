"""Between messages of ``linkage.v1`` and ``policy``'s objects, both ways.

In: requests, decisions, exceptions.
Out: districts and moments, messages, coded errors.

requests    a request -> district, moment, language
wire        protobuf's wire format, for answers put together from parts
words       enums, moments and coded names
answers     Decision -> linkage.v1.Decision, serialized
comparison  Comparison -> linkage.v1.CompareResponse
reasons     Explanation -> linkage.v1.Explanation
packs       PackProgram -> PackSummary, GetPackResponse
part        a decision -> what is some bodies' business
concern     which notices are about some duties, or facts that they rest on
masked      a message -> without what tells whose case it is
errors      every exception of a call -> canonical code, stable reason, words, details
"""

__all__ = [
    "answers",
    "comparison",
    "concern",
    "errors",
    "masked",
    "packs",
    "part",
    "reasons",
    "requests",
    "wire",
    "words",
]
