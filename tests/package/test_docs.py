# SPDX-License-Identifier: Apache-2.0
"""Every command in the documents runs: each ```sh block, in order, on a fresh machine with the package installed.

A block may be followed by an HTML comment `<!-- expect: TEXT -->`: its output must hold that text. Blocks of other
languages (nginx, json, text) are not commands; an ```nginx block that follows `<!-- file: PATH -->` is written there.
"""
import pathlib
import re
import shlex

import pytest

from machine import ROOT

DOCUMENTS = ["operating.md", "tuning.md", "reviewing.md"]
BLOCK = re.compile(r"(?:<!-- file: (?P<file>\S+) -->\n)?```(?P<language>\w+)\n(?P<text>.*?)```\n(?:<!-- expect: (?P<expect>.*?) -->)?", re.S)


def script_of(document):
    """The document's blocks as one shell script that marks where each command block begins and ends."""
    lines, expected, number = ["exec 2>&1"], {}, 0
    for block in BLOCK.finditer((ROOT / "docs" / document).read_text()):
        if block["file"]:
            path = shlex.quote(block["file"])
            lines.append(f"mkdir -p $(dirname {path}); cat > {path} <<'END-OF-FILE'\n{block['text']}END-OF-FILE")
        elif block["language"] == "sh":
            number += 1
            lines.append(f"echo @@begin {number}\n{block['text']}\necho @@end {number}")
            expected[number] = (block["text"], block["expect"])
    return "\n".join(lines), expected


@pytest.mark.parametrize("document", DOCUMENTS)
def test_commands_run(installed, document):
    script, expected = script_of(document)
    assert expected, f"docs/{document} has no command"
    try:
        output = installed.sh(script, timeout=300)
    finally:
        installed.sh("rm -f /etc/nginx/conf.d/*.conf /var/log/nginx/rasp.json*")
    for number, (text, wanted) in expected.items():
        part = re.search(rf"@@begin {number}\n(.*?)@@end {number}\n", output, re.S)
        assert part, f"did not finish:\n{text}\n{output[-3000:]}"
        assert wanted is None or wanted in part[1], f"{text}\nprinted:\n{part[1]}\nwithout: {wanted}"
