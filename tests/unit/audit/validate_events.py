#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""validate_events.py SCHEMA EVENTS: every line of EVENTS is an event as SCHEMA says; exit status 1 if one is not."""
import json
import sys

import jsonschema


def main() -> int:
    schema_path, events_path = sys.argv[1:]
    with open(schema_path, encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    with open(events_path, encoding="utf-8") as file:
        lines = file.read().split("\n")
    count = errors = 0
    for number, line in enumerate(lines, 1):
        if not line:
            continue
        count += 1
        for error in validator.iter_errors(json.loads(line)):
            errors += 1
            print(f"{events_path}:{number}: {error.json_path}: {error.message}", file=sys.stderr)
    if count == 0:
        print(f"{events_path}: no events", file=sys.stderr)
    return 1 if errors or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
