# SPDX-License-Identifier: Apache-2.0
"""Reads what ModSecurity writes: lines of nginx's error log, and the audit log in its native format."""
import re

LINE = re.compile(r"(?:\[client (?P<client>\S+)\] )?ModSecurity: (?P<verdict>Warning\.|Access denied with .*? \(phase \d\)\.) "
                  r"(?P<match>.*?) ?\[file ")
# A field ends where the next one or nginx's own words begin: libmodsecurity does not escape quotes everywhere.
FIELD = re.compile(r'\[(\w+) "(.*?)"\](?=$| \[\w+ "|, client: | while )')
MARK = re.compile(r"^---(\w{8})---([A-Z])--$", re.M)


class Message:
    """One line: `verdict`, `match` ('Matched "Operator ...'), and its fields; `tags` in order."""

    def __init__(self, line):
        found = LINE.search(line)
        assert found, f"not ModSecurity's format: {line}"
        self.client, self.verdict, self.match = found["client"], found["verdict"], found["match"].strip()
        pairs = FIELD.findall(line[found.end() - len("[file "):])
        self.tags = [value for name, value in pairs if name == "tag"]
        self.fields = {name: value for name, value in pairs if name != "tag"}
        self.id = self.fields.get("id")

    def __repr__(self):
        return f"<{self.verdict} {self.match} {self.fields}>"


def messages(text):
    """The messages of an error log, or of an audit log's part H."""
    return [Message(line) for line in text.splitlines() if "ModSecurity: " in line and '[id "' in line]


def audit_records(text):
    """Each record of an audit log as {part: text}."""
    records = []
    marks = list(MARK.finditer(text))
    for mark, following in zip(marks, marks[1:] + [None]):
        if mark[2] == "A":
            records.append({})
        end = following.start() if following else len(text)
        records[-1][mark[2]] = text[mark.end() + 1:end]
    return records
