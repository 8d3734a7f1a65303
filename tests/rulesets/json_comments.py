# SPDX-License-Identifier: Apache-2.0
"""Rulesets as Python sees them: JSON without the comments that the loader allows."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RULESETS = ROOT / "rulesets"
SCHEMA = RULESETS / "schema" / "ruleset.schema.json"

_STRING_OR_COMMENT = re.compile(r'"(?:\\.|[^"\\])*"|//[^\n]*|/\*.*?\*/', re.DOTALL)


def strip_comments(text: str) -> str:
    """Comments become a space; what looks like one within a string stays."""
    return _STRING_OR_COMMENT.sub(lambda m: m.group() if m.group()[0] == '"' else " ", text)


def parse(text: str):
    return json.loads(strip_comments(text))


def ruleset_files() -> list[Path]:
    return sorted(p for p in RULESETS.rglob("*.json") if not p.name.endswith(".schema.json"))
