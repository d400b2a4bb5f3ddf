"""The shape of feeds.yaml, said once: reading, the JSON Schema, the rule reference and the docs' tests all go by it.

A mapping is a TypedDict, so a key that was not given is simply absent and defaults can be laid
under it. Its docstring and the Keys describe it to people. (No ``from __future__ import
annotations`` in these modules: the required keys could not be told from the others.)
"""
