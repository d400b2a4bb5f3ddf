"""What browsers may do with a page: show it, with its stylesheet, and nothing else."""

from __future__ import annotations

# The same in the template's ResponseHeaders; a test compares them. Icons are `data:`.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# In the page too, for other web servers. There browsers ignore frame-ancestors, and say so.
IN_PAGE = CONTENT_SECURITY_POLICY.partition("; frame-ancestors")[0]
