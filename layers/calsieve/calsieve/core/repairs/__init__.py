"""What upstreams get wrong and what becomes of it: one deviation a function, one paragraph in
docs/upstream-quirks.md, one counter in the report."""
