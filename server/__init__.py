"""The policy service over gRPC. ``cli`` is the way in; a room imports only from the rooms beneath it.

demo, commands    what an operator types
process           the running server: started and drained in order; workers on one port
api               the calls: handlers, and what every call has around it
decisions         the active rules; a case decided, beside it decided again, and later once more
convert           between messages and ``policy``'s objects, both ways
identity          who calls, over what, and what they may do
log               the decision log: group commit
store             what is kept: SQLite or PostgreSQL
proof             what makes the log provable: hashes, signatures, keys; without a database
telemetry         what an operator sees of the running service: figures, readiness, traces
settings          what an operator sets, what a call may have at most, structured logs

``policy`` knows nothing of this package.
"""
