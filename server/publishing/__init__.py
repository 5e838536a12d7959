"""Rules that are signed: who approved them, and whether they are the newest that were (The Update Framework).

In: a bundle (``policy.bundle``), keys of persons, a repository: a folder, or its address over HTTP.
Out: a publication that two persons signed; for a service the newest one, verified.

    errors      what is refused, coded
    keys        a person's key, in a file under a passphrase
    persons     whose keys count, and what is asked of what they sign (the root of a repository)
    record      what is said of a publication, and signed with it
    repository  the files of a repository
    desk        begin, propose, sign, issue, refresh
    checking    what rules must pass before they are proposed
    history     every publication that there was
    following   which publication serves
    kept        the last good publication, on the disk of a service
    pulling     the newest publication of a repository

Roles, metadata and every check of versions, digests and dates are those of TUF 1.0, by its reference
implementation; ``docs/publishing.md`` says what is ours beside it.
"""

__all__ = [
    "checking",
    "desk",
    "errors",
    "following",
    "history",
    "kept",
    "keys",
    "persons",
    "pulling",
    "record",
    "repository",
]
