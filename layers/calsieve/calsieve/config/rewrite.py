"""Replaces secrets in the text of a feeds.yaml, and nothing else of it."""

from __future__ import annotations

from collections.abc import Callable

from calsieve.config.reading import read
from calsieve.config.secret import reference
from calsieve.config.tree import Scalar
from calsieve.models import Secret

_MARK = "\ufeff"


def replace_secrets(text: str, rename: Callable[[Secret], Secret | None]) -> str:
    """Return ``text`` with each secret written as the reference that ``rename`` gives for it.

    ``rename`` is asked once for each place, in the order of the file; None leaves it as it is. Comments,
    quotes and layout stay. Does not store anything anywhere. Raises ConfigError if the text has
    problems, ValueError if ``rename`` gives something that is no reference.
    """
    body = text.removeprefix(_MARK)
    _, secrets = read(body)
    parts, done = [], 0
    for node, secret in secrets:
        new = rename(secret)
        if new is not None and new != secret:
            parts += [body[done : node.start], _written(new, node, body)]
            done = node.end
    return _MARK * text.startswith(_MARK) + "".join(parts) + body[done:]


def _written(new: Secret, node: Scalar, body: str) -> str:
    plain = f"{new.scheme}:{new.value}"
    if reference(plain) != new:
        raise ValueError(f"a {new.scheme} secret can't be written as a reference")
    old = body[node.start : node.end]
    quote = '"' if node.quoted else ""
    # A block scalar ends after its last line break, which the next key needs.
    return f"{quote}{plain}{quote}{old[len(old.rstrip()) :]}"
