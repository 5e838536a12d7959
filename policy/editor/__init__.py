"""What an editor is told of the files that staff write: JSON Schemas, one canonical form, a language server.

In: the files of a rules folder, saved or half typed.
Out: schemas as plain data, formatted texts, and the answers of the language server (``linkage lsp``).

    shapes, grammar   what may stand where, over the keys of the readers' own schemas
      json_schema     grammar, vocabulary -> JSON Schema (draft 2020-12)
"""

__all__ = ["grammar", "json_schema", "shapes"]
