"""Decisions as the service makes them: the active rules, a case decided, and decided again.

In: a request understood, and the active rules (active), with their districts in the native core (cores).
Out: an answer by the engine that was chosen (deciding) and its place in the log (evaluation), many of them in
     order (pipeline), what a second engine makes of them (shadow, second), and what became of them, for
     whoever checks (replay) or asks again (repeats).
"""

__all__ = ["active", "cores", "deciding", "evaluation", "pipeline", "repeats", "replay", "second", "shadow"]
