"""From decisions to messages: the only place that knows both ``policy``'s objects and ``linkage.v1``.

wire        protobuf's wire format, for answers put together from parts
words       enums, moments and coded names
answers     Decision -> linkage.v1.Decision, serialized
reasons     Explanation -> linkage.v1.Explanation
packs       PackProgram -> PackSummary, GetPackResponse
"""
