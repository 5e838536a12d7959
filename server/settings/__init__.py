"""How a process is set: what an operator chooses, what the service takes at most, what it writes of itself.

In: a YAML file, the environment, the command line.
Out: ``Settings`` (config) with their ``Limits`` (limits), and lines of JSON without any fact of a case
     (logs). ``leads`` reads how long before it is due a duty is due soon.
"""

__all__ = ["config", "events", "leads", "limits", "logs"]
