"""Servers killed, cut off, and with clocks that jump, while clients write: nothing acknowledged is lost.

    serving    a server process whose clock a file moves
    clients    sixteen writers that send again, under the same ids, whatever has no answer
    killing    kill -9 at random moments, again and again; then what must hold
    proxy      a way to the database that can be cut

``python -m tests.kills --kills 200 --store both`` runs the whole; a few kills are in the test suite.
"""
