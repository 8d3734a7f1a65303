# SPDX-License-Identifier: Apache-2.0
"""The demonstration holds what it promises: demo.sh itself checks every attack and every honest request."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "nginx-conf" / "demo"
MIN_HONEST = 25
MIN_ATTACKS = 25

sys.path.insert(0, str(DEMO))


@pytest.fixture(scope="module")
def scratch():
    """Where the demonstration keeps its files; open to the user that the shop runs as."""
    path = Path(tempfile.mkdtemp(prefix="ngx-rasp-e2e-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="module")
def output(scratch) -> str:
    run = subprocess.run([ROOT / "demo.sh", "--once"], capture_output=True, text=True, timeout=900, check=False,
                         env={**os.environ, "COLUMNS": "220", "TMPDIR": str(scratch)})
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def test_every_honest_request_passes(output):
    passed, sent = re.search(r"Honest requests: (\d+) of (\d+)", output).groups()
    assert passed == sent
    assert int(sent) >= MIN_HONEST


def test_every_attack_works_without_and_fails_with_protection(output):
    stopped, sent = re.search(r"Attacks: (\d+) of (\d+)", output).groups()
    assert stopped == sent
    assert int(sent) >= MIN_ATTACKS
    assert "FAILED" not in output


def test_every_attack_has_its_row(output):
    from attacks import ATTACKS
    for attack in ATTACKS:
        row = next((line for line in output.splitlines() if line.startswith(f"{attack.kind}: {attack.name}"[:40])), None)
        assert row is not None, attack.name
        assert re.search(r"\b403\b", row), row


def test_nothing_is_left_behind(output, scratch):
    del output
    assert list(scratch.iterdir()) == []
    commands = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]
    assert not [c for c in commands if str(scratch).encode() in c]


def test_an_unknown_option_is_refused():
    run = subprocess.run([ROOT / "demo.sh", "--twice"], capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 2
    assert "unknown option" in run.stderr


def tour_with(replacement: str, tmp_path: Path) -> subprocess.CompletedProcess:
    """The tour with something changed first, to see that its checks can fail."""
    module = os.environ.get("RASP_MODULE", ROOT / "build" / "release" / "module" / "ngx_http_rasp_module.so")
    script = tmp_path / "changed.py"
    script.write_text(f"import sys\nsys.path.insert(0, {str(DEMO)!r})\nimport attacks, benign, tour\n{replacement}\n"
                      f"sys.argv = ['tour', '--once', '--module', {str(module)!r}, '--rules', {str(ROOT / 'rulesets/owasp-top10')!r}]\n"
                      "sys.exit(tour.main())\n", encoding="utf-8")
    return subprocess.run(["/usr/bin/python3", script], capture_output=True, text=True, timeout=300, check=False)


@pytest.mark.parametrize("change, complaint", [
    ("tour.ATTACKS = (attacks.Attack('x', 'harmless', (attacks.get('/'),), 'Harbour Supply'),); tour.BENIGN = ()",
     "x: harmless: was answered with 200 by the protected shop"),
    ("tour.ATTACKS = (attacks.Attack('x', 'in vain', (attacks.get('/search', q=\"<script>alert(1)</script>\"),), 'no such loot'),);"
     " tour.BENIGN = ()", "x: in vain: did not succeed on the unprotected shop"),
    ("tour.ATTACKS = attacks.ATTACKS[:1]; tour.BENIGN = (('a wolf', attacks.ATTACKS[0].shots[0]),)", "a wolf: 403 instead of 200"),
], ids=["attack that passes", "attack that does not work", "honest request that is refused"])
def test_the_tour_notices(output, tmp_path, change, complaint):
    del output  # the module is built by now
    run = tour_with(change, tmp_path)
    assert run.returncode == 1, run.stdout + run.stderr
    assert f"FAILED  {complaint}" in run.stdout
