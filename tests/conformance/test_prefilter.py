# SPDX-License-Identifier: Apache-2.0
"""Rules that no byte of a value can match are not run on it; whoever reads the events must not be able to tell. CRS_DIR
names an unpacked CRS 4; RASP_PREFILTER_MUTATIONS says how many mutations of its tests are tried."""
import os
import re

import pytest

import prefilter
from crs_requests import Exchange, crs_directory, reflected_response

MUTATIONS = int(os.environ.get("RASP_PREFILTER_MUTATIONS", "20000"))
BATCH = 50000  # that many are held in memory
LONG_SHARE = 150  # one long value for so many mutations

needs_crs = pytest.mark.skipif(crs_directory() is None, reason="CRS_DIR is not set: CRS is not run with and without the prefilter")


def assert_the_same(run):
    told = "\n".join(prefilter.told(line, run.requests[line["exchange"]]) for line in run.lines[:8])
    assert run.sums["differing"] == 0, "%d of %d events differ:\n%s" % (run.sums["differing"], run.sums["compared"], told)


@needs_crs
def test_crs_at_level_4_says_the_same(tmp_path):
    rules = prefilter.crs_rules(str(tmp_path))
    compared = 0
    for number, first in enumerate(range(0, MUTATIONS, BATCH)):
        count = min(BATCH, MUTATIONS - first)
        messages = prefilter.corpus(count, count // LONG_SHARE, prefilter.SEED + number, with_base=number == 0)
        run = prefilter.compare(rules, messages, prefilter.SEED + number)
        assert_the_same(run)
        # No empty comparison: nearly all went through, most matched rules and came in pieces.
        assert run.sums["compared"] > 0.95 * len(messages) and run.sums["unreachable"] < 0.05 * len(messages)
        assert run.sums["matches"] > 4 * run.sums["compared"] and run.sums["refused"] > run.sums["compared"] // 2
        assert run.sums["in_pieces"] > run.sums["compared"] // 4
        compared += run.sums["compared"]
    print("\n%d requests compared" % compared)


def test_the_shipped_rules_say_the_same():
    count = max(2000, MUTATIONS // 5)
    run = prefilter.compare(prefilter.own_rules(), prefilter.corpus(count, count // 50))
    assert_the_same(run)
    assert run.sums["compared"] > count and run.sums["matches"] > run.sums["compared"] // 4
    assert run.sums["in_pieces"] > run.sums["compared"] // 4


RULE = """SecRuleEngine DetectionOnly
SecRequestBodyAccess On
SecRule ARGS "@rx %s" "id:1,phase:2,log,pass,capture,t:none,t:lowercase,setvar:tx.seen=%%{TX.0},logdata:'%%{MATCHED_VAR}'"
SecRule TX:seen "!@streq x" "id:2,phase:2,log,pass"
"""


def test_a_difference_would_be_seen(tmp_path):
    """Two rulesets that differ in one rule, one with the prefilter and the other without: the program tells them apart."""
    first, second = tmp_path / "first.conf", tmp_path / "second.conf"
    first.write_text(RULE % "needle")
    second.write_text(RULE % "ne+dle")
    messages = [Exchange(str(i), b"GET /?a=%s HTTP/1.1\r\nHost: x\r\n\r\n" % value, reflected_response(b""))
                for i, value in enumerate([b"needle", b"NEEEDLE", b"hay"])]
    run = prefilter.compare([str(first)], messages, plain_rules=[str(second)])
    # The first differs in the operator's argument, the second in a match; both show, and the third does not.
    assert [line["exchange"] for line in run.lines] == [0, 1] and run.sums["compared"] == 3
    text = prefilter.told(run.lines[1], run.requests[1])
    assert re.search(r"only without: .*neeedle", text)
