"""Rule tests: what a reviewer expects of a case, run against the rules.

    text --read--> RuleTest --run--> Result (mismatches by compare)
                                  +--watch--> Coverage

``words`` says a result for people, ``junit`` for build servers. See docs/pack-format.md, section Rule tests.
"""
