"""What an editor is told of the files that staff write: JSON Schemas, one canonical form, a language server.

In: the files of a rules folder, saved or half typed.
Out: schemas as plain data, formatted texts, the answers of the language server.

    shapes, grammar   what may stand where, over the keys of the readers' own schemas
      json_schema     grammar, vocabulary -> JSON Schema (draft 2020-12)
    layout            where the tokens of a YAML text stand in canonical form
      formatting      a file laid out anew, or left alone
    workspace         a rules folder with what is not saved yet: its faults, its names (marks)
      asking          completion, hover, definition, another name (cursor: the place in a half-typed file)
        server        the same over the Language Server Protocol; needs the extra ``editor``
"""

__all__ = ["formatting", "grammar", "json_schema", "server", "shapes"]
