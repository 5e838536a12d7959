"""Notices: what became of obligations is told to those whose it is, whether they watch or subscribe.

In: the register's streams of changes; the subscriptions of a file; the rules that serve; a clock, a source of
     chance, and channels that carry notices.
Out: each change of its own to every watch and every subscription, in order, and what became of each delivery.

    ports           what delivering needs of the world: Notice, Channel and its answers, Outbox, Audience
    subscriptions   who is told of what, and how: read from a file
    audience        who may see a change, and what it is called, under the rules that serve
    patience        when what failed is tried again, and when it is given up
    outbox          the rows: made from the streams, claimed, sent, tried again, dead, sent anew
    delivering      the engine: claims, sends, and notes what became of it
    replaying       sending anew what was given up, or had been sent
    standing        how each subscription does, for those who run the service
    feed            what this process knows of the streams, and what wakes who waits
    watching        one watch: changes after a place, and that nothing happened
    tokens          places in a stream, as texts that others keep
    rounds          the work of a running server: spreads and delivers until it is told to stop
    kinds           what a change is called when it is told
    cloud           a notice as a CloudEvent, signed by the Standard Webhooks scheme
    addresses       which addresses of others may be called
    webhook         the channel that calls a URL
    mail            the channel that sends mail
    letters         a notice as a letter, with its calendar entry
    correspondence  who is written to, and what of a duty is said

The stream is the outbox: it is written in the transaction of what it tells, so that nothing is told which did
not happen, and nothing happens untold. A subscription reads it in order and makes a row for each change that
concerns it; a row is sent until it is taken or given up, and of one obligation the later waits for the
earlier. On the wire a notice may come twice (who sends may die before it has noted that); its id is the same
then, always.

A channel is anything with ``async send(notice) -> Delivered | TryAgain | Refused | Gone``, and ``trial`` and
``close`` beside it. It raises nothing that it expects, ends by itself within ``delivering.SEND_SECONDS``, and
sends nothing of its own accord. A further one is a further key of a subscription (``subscriptions``) beside
``webhook``, and what reads it. A made-up world gives ``delivering.Deliverer`` an ``Outbox``, an
``Audience``, a clock and a source of chance of its own, and calls ``spread`` and ``deliver`` as it likes.

Delivery engines were looked at and not taken: Svix and Convoy are services of their own, with a database
and a queue; procrastinate and its like need PostgreSQL. Here the queue is the register itself, in its own
transaction, on SQLite too, with nothing else installed. What is about formats and the wire is a library's:
``standardwebhooks`` signs, ``httpcore`` speaks HTTP.
"""

__all__ = [
    "addresses",
    "audience",
    "cloud",
    "correspondence",
    "delivering",
    "feed",
    "kinds",
    "letters",
    "mail",
    "outbox",
    "patience",
    "ports",
    "replaying",
    "rounds",
    "standing",
    "subscriptions",
    "tokens",
    "watching",
    "webhook",
]
