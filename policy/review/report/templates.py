"""The HTML pages of what people read and check: one environment, everything escaped."""

from __future__ import annotations


def rendered(template: str, **values: object) -> str:
    """The page that a template of ``policy/review`` (``report/…``, ``book/…``) makes of ``values``."""
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    pages = Environment(
        loader=PackageLoader("policy.review", ""),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return pages.get_template(template).render(**values)
