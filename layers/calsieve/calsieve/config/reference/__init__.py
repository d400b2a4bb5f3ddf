"""The rule reference, docs/rules.md: made from the shape, the presets, and examples that are run as tests.

Nothing at run time imports it.
"""
