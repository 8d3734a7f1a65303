#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""JUnit reports of all stages as one closing line.

  report.py case FILE NAME STATUS       writes the report of a command that is one test case
  report.py summary FOLDER FAILED       prints 'N passed, N failed, N skipped'; exits 1 if anything failed or none ran
"""
import pathlib
import re
import sys
import xml.etree.ElementTree as ET


def write_case(path, name, status):
    suite = ET.Element("testsuite", name=name, tests="1", failures=str(int(status != 0)), errors="0", skipped="0")
    case = ET.SubElement(suite, "testcase", name=name, classname=name)
    if status != 0:
        ET.SubElement(case, "failure", message=f"exit status {status}")
    ET.ElementTree(suite).write(path)


def readable(path):
    """The report's text. GoogleTest writes the bytes of its parameters as they are, also those that no XML may hold."""
    text = pathlib.Path(path).read_bytes().decode("utf-8", "replace")
    return re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|&#x?[0-9A-Fa-f]+;", "?", text)


def count(path):
    """(passed, failed, skipped) of one report; of GoogleTest's and pytest's dialects alike."""
    passed = failed = skipped = 0
    for case in ET.fromstring(readable(path)).iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif case.find("skipped") is not None or case.get("status") == "notrun":
            skipped += 1
        else:
            passed += 1
    return passed, failed, skipped


def summary(folder, failed_stages):
    passed = failed = skipped = 0
    for path in sorted(pathlib.Path(folder).glob("*.xml")):
        counts = count(path)
        print(f"  {path.stem:28} {counts[0]:6} passed {counts[1]:4} failed {counts[2]:4} skipped")
        passed, failed, skipped = passed + counts[0], failed + counts[1], skipped + counts[2]
    # A stage that died before it could report a case is a failure too.
    failed = max(failed, failed_stages)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or not passed else 0


def main(arguments):
    if len(arguments) == 4 and arguments[0] == "case":
        write_case(arguments[1], arguments[2], int(arguments[3]))
        return 0
    if len(arguments) == 3 and arguments[0] == "summary":
        return summary(arguments[1], int(arguments[2]))
    print(__doc__, file=sys.stderr)
    return 2


sys.exit(main(sys.argv[1:]))
