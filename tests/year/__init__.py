"""A scripted year of five districts, sent to a real server, time moved by a clock of its own; then recounted.

    rule tests of the packs --stories--> what courts send of each case, and when they come to know it
    duties that arise --departments--> accepted, returned, reported, confirmed, objected to, or left
    both, in the order of time --run--> a server on either database, whose rules change in the middle
    the database --proof, recount--> every state as replayed, every stream whole, counted again in SQL

``python -m tests.year --cases 5000 --store postgresql`` runs the whole; a small one is in the test suite.
"""
