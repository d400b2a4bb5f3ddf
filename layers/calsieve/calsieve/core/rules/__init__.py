"""A user's rules, decided: what they ask of an event (`conditions`), what they do to it (`edits`), and in which order
(`judge`). Presets are rules under a name. Pure, as all of core."""
