"""Time zones: their names, their offsets, and how they are published as VTIMEZONE."""
