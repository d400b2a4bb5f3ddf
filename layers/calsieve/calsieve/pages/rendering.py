"""Templates filled in. All that goes into one is escaped, unless picture.py made it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from calsieve.pages import picture, security
from calsieve.pages.style import stylesheet

if TYPE_CHECKING:
    from jinja2 import Environment

    from calsieve.models import Colour

CONTENT_TYPE = "text/html; charset=utf-8"


def rendered(template: str, root: str, colour: Colour | None, **values: object) -> bytes:
    """Return a page as UTF-8 HTML; ``root`` is where the stylesheet lies, seen from the page."""
    text = (
        _environment()
        .get_template(template)
        .render(
            policy=security.IN_PAGE,
            style=f"{root}/{stylesheet().path}",
            icon=picture.icon(colour),
            mark=picture.mark(colour),
            **values,
        )
    )
    return text.encode(errors="replace")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("calsieve.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
