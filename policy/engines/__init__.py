"""The engines: ``compiled`` (default, fast) and ``three`` (three-valued, keeps every step)."""
