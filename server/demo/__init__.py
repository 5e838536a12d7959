"""``linkage demo``: a real service with made-up cases, in two acts, on the screen as a clerk reads it.

In: a language, and which act.
Out: first one case, its call over gRPC, the answer, and what one event more changes; then a week in a
     district in a minute, with a register on disk and a clock that the story moves.

    run, screen                 the first act
    story, week, week_screen    the second: what happens, how it is played, how it looks
    receiver                    whom the service tells in it
"""

__all__ = ["receiver", "run", "screen", "story", "week", "week_screen"]
