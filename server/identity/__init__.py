"""Who calls, over what, and what they may do: identity, transport, rights, limits of a caller.

In: what a call brings of its caller (certificate, token, API key), and the files in which an operator says
    who callers are (callers, keys, tokens, certificates, transport; made by development and keys).
Out: a caller (authentication), what they may do and see of it (rights), whether now (meter), or a refusal.

Nothing here reads a case. All cryptography is that of gRPC, PyJWT, cryptography and the standard library.
"""

__all__ = [
    "asking",
    "authentication",
    "caller",
    "callers",
    "development",
    "exposure",
    "failures",
    "keys",
    "meter",
    "peers",
    "refusals",
    "rights",
    "tally",
    "transport",
    "watched",
]
