"""Print the JSON Schema of feeds.yaml: ``python -m calsieve.config > docs/feeds.schema.json``."""

import json

from calsieve.config.schema import json_schema

print(json.dumps(json_schema(), indent=2, ensure_ascii=False))
