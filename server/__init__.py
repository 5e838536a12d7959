"""The policy service over gRPC.

    cli -> app ----> service -> convert, errors          handlers translate and call policy
            |           |
            +-> active  +-> log (group commit) -> store  the decision log
            +-> replay ------------------------> store

Import directions go downwards only; ``policy`` knows nothing of this package.
"""
