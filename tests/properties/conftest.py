"""How hard the properties are tried: HYPOTHESIS_PROFILE=deep tries many more, at random."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("small", max_examples=15, deadline=None, derandomize=True, suppress_health_check=_SLOW)
settings.register_profile(
    "deep",
    max_examples=int(os.environ.get("EXAMPLES", "1000")),
    deadline=None,
    print_blob=True,
    suppress_health_check=_SLOW,
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "small"))
