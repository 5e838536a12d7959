"""The facts of a case: read from YAML or JSON (parsing), checked and made a view (reading, views)."""
