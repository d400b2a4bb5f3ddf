"""A user's rules, decided: what they ask of an event (`conditions`), what they do to it (`edits`), in which order
(`judge`), and on series (`occurrences`). Presets are rules under a name. Pure, as all of core.

Most feeds have no rules, and start without these modules: so this one holds only how to tell.
"""

from __future__ import annotations

from calsieve.models import Policy, Show


def has_rules(policy: Policy) -> bool:
    """Tell whether anything of a feed has to be judged: by rules, edits of sources, or what a view has no place for."""
    return bool(policy.rules or policy.view_rules or policy.sources) or policy.show is not Show.FULL
