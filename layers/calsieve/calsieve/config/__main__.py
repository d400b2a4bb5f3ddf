"""Print what is made of the shape of feeds.yaml.

``python -m calsieve.config > docs/feeds.schema.json``: the JSON Schema.
``python -m calsieve.config rules < docs/rules.head.md > docs/rules.md``: the rule reference.
"""

import json
import sys

from calsieve.config.schema import json_schema

if sys.argv[1:] == ["rules"]:
    from calsieve.config.reference.page import page

    print(page(sys.stdin.read()), end="")
else:
    print(json.dumps(json_schema(), indent=2, ensure_ascii=False))
