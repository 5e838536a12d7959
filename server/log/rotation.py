"""Changing the key that signs the log: the old one hands over to the new one, in the log itself.

    file: old, new  -->  log: handover, a note; head signed by the new key  -->  file: new

Each step is durable before the next begins, and each may be the last one: whoever opens the log finds in the
file the key that the head names. Services that run follow with their next write, from the file: where each
machine has its own the new key must have been put there before (``prepare``).

What seals the rows and wraps the keys of facts, the master key, stays: it cannot be changed without writing
every row anew.
"""

from __future__ import annotations

from pathlib import Path

from server.log.notes import About, add_note
from server.log.opening import OpenLog
from server.proof import handovers
from server.proof.handovers import Chain, Handover
from server.proof.keys import SigningKey, read_keys, replace_keys
from server.proof.notes import NoteError, Verifier
from server.store.errors import StoreError
from server.store.failures import store_errors
from server.store.ledger import Ledger
from server.store.options import WRITES
from server.store.tree import Kept, Tree


async def chain_of(tree: Tree) -> tuple[Chain, list[Kept]]:
    """The keys of the log as its notes have them, with these.

    What they say is not to be believed for being there: whoever needs to know which keys are the log's begins
    with one that they were given. Raises ``StoreError`` (LNK875) where they do not lead to the head's key.
    """
    head, kept = await tree.head(), await tree.handovers()
    try:
        chain = Chain.of_notes(Verifier.of_text(head.verifier), (each.note for each in kept))
        if str(chain.newest) != head.verifier:
            raise NoteError("chain")
    except NoteError as error:
        raise StoreError("LNK875") from error
    return chain, kept


async def prepare(log: OpenLog, path: Path) -> SigningKey:
    """The next key, which waits in the file of the keys; made where there is none.

    Raises ``StoreError`` and ``KeyFileError``.
    """
    keys, (chain, _) = log.keys, await chain_of(Tree(log.engine))
    if not keys.follow(str(chain.newest)):
        raise StoreError("LNK874")
    held = read_keys(path).signing
    # One that has signed before is left over from a change that was broken off, and signs no more.
    waiting = [each for each in held if each.signer.verifier not in chain.keys]
    new = waiting[0] if waiting else SigningKey.made(keys.verifier.name)
    own = next(each for each in keys.signing if each.signer.verifier == keys.verifier)
    keys.signing = (own, new)
    if held != keys.signing:
        replace_keys(keys, path)
    return new


async def rotate(log: OpenLog, path: Path) -> Handover:
    """Has the next key sign from now on; the handover. Raises ``StoreError`` and ``KeyFileError``."""
    keys = log.keys
    new = await prepare(log, path)
    old = keys.signer
    try:
        with store_errors():
            async with log.engine.execution_options(**WRITES).begin() as connection:
                ledger = Ledger(keys)
                frontier = await ledger.locked(connection)
                if keys.verifier != old.verifier:  # another has been quicker
                    raise StoreError("LNK961")
                made = handovers.made(old, new.signer, frontier.size, frontier.root())
                keys.signer = new.signer
                detail = {"note": made.note, "places": []}
                await add_note(connection, ledger, frontier, About.HANDOVER, detail)
    except BaseException:
        keys.signer = old
        raise
    keys.signing = (new,)
    replace_keys(keys, path)
    return made
