"""Figures as people read them."""

from __future__ import annotations


def seconds(value: float) -> str:
    if value < 0.0995:
        return f"{1_000 * value:.0f} ms"
    return f"{value:.0f} s" if value >= 99.5 else f"{value:.1f} s" if value >= 9.95 else f"{value:.2f} s"


def size(value: float) -> str:
    """Return bytes in the decimal unit that fits."""
    for unit, factor in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if value >= factor:
            return f"{value / factor:.{int(value < 9.95 * factor)}f} {unit}"
    return f"{value:.0f} B"


def times(value: float) -> str:
    return f"{value:.0f}" if value >= 9.95 else f"{value:.1f}" if value >= 0.95 else f"{value:.2f}"
