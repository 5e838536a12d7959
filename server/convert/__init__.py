"""From decisions to messages: the only place that knows both ``policy``'s objects and ``linkage.v1``.

words       enums, moments and coded names
answers     Decision -> linkage.v1.Decision
reasons     Explanation -> linkage.v1.Explanation
packs       PackProgram -> PackSummary, GetPackResponse
"""
