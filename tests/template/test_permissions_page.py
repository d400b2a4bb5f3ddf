"""docs/permissions.md lists what the template gives, and says of each permission how it is shown to be needed."""

from __future__ import annotations

import re
from pathlib import Path

from tests.template.test_template import ROLES, grants

_PAGE = Path(__file__).parents[2] / "docs" / "permissions.md"
_ROW = re.compile(r"^\| (\w+Role) \| `([\w:]+)` \| `([^`]+)` \| (removed|403|Lambda) \| \S.* \|$", re.MULTILINE)


def listed() -> dict[tuple[str, str, str], str]:
    """Return how each permission is shown to be needed."""
    return {row[:3]: row[3] for row in _ROW.findall(_PAGE.read_text(encoding="utf-8"))}


def test_the_page_lists_what_the_roles_have() -> None:
    given = [(role, *grant) for role in ROLES for grant in grants(role)]
    assert len(given) == len(set(given))
    assert listed().keys() == set(given)
