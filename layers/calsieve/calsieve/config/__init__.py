"""feeds.yaml → values. Reads no file, resolves no secret, knows no clock.

``load`` gives the values or every problem at once; ``json_schema`` is for editors; ``secrets_of`` and
``replace_secrets`` are for whoever stores secrets elsewhere.
"""

from calsieve.config.reading import read
from calsieve.config.rewrite import replace_secrets
from calsieve.config.schema import json_schema
from calsieve.config.secret import secrets_of
from calsieve.config.values import config_of
from calsieve.models import Config

__all__ = ["json_schema", "load", "replace_secrets", "secrets_of"]


def load(text: str) -> Config:
    """Return the configuration that the text of a feeds.yaml describes.

    Does not look whether sources can be reached or secrets resolved. Raises ConfigError with all
    problems in the order of the file; no message holds an address, a credential or a header's value.
    """
    values, _ = read(text.removeprefix("\ufeff"))
    return config_of(values)
