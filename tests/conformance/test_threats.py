# SPDX-License-Identifier: Apache-2.0
"""The ways in which other engines were passed by, through a real nginx; docs/reference/threats.md is their index."""
import re
import pathlib

import pytest

import threats

ROOT = pathlib.Path(__file__).resolve().parents[2]
STOPPED = {400, 403, 405, 413, 415, 431, 494, 501, 505}


@pytest.mark.parametrize("raw, expectation", [pytest.param(raw, expectation, id=f"{topic}-{name}")
                                              for topic, name, raw, expectation in threats.ROWS])
def test_threat(protected, raw, expectation):
    before = protected.application_requests()
    answer = protected.exchange(raw, close=True)
    reached = protected.application_requests() - before
    if expectation == "stopped":
        # HTTP/0.9 has no status line: what counts is that the application saw nothing.
        assert reached == 0 and (answer.status in STOPPED or answer.status == 0), answer
    else:
        assert (answer.status, reached) == (200, 1), answer


def test_index_names_every_topic_and_tests_that_exist():
    text = (ROOT / "docs/reference/threats.md").read_text()
    topics = {topic for topic, _, _, _ in threats.ROWS}
    listed = set(re.findall(r"^\| ([\w-]+) \|", text, re.M))
    assert topics <= listed, topics - listed
    for path, name in re.findall(r"`(tests/[\w/.]+)::([\w.]+)`", text):
        assert name in (ROOT / path).read_text(), f"{path} has no {name}"
