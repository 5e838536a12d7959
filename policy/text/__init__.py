"""Text with positions, and coded faults in two languages.

In: files, and what is wrong with them.
Out: ``Source`` and ``Span`` (source), trees of nodes that know their place (nodes), faults with a caret and
     a did-you-mean (diagnostics, suggest, messages), files written whole (files).
"""

__all__ = ["diagnostics", "files", "messages", "nodes", "source", "suggest", "yaml_errors"]
