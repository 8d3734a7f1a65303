# SPDX-License-Identifier: Apache-2.0
import os
import subprocess
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def raspctl():
    """Runs the raspctl that the environment names: raspctl("check", path).returncode"""
    binary = os.environ.get("RASPCTL")
    if not binary:
        pytest.fail("set RASPCTL to the raspctl that was built")
    assert Path(binary).is_file(), f"RASPCTL={binary} is no file"

    def run(*arguments, stdin=b""):
        return subprocess.run(
            [binary, *map(str, arguments)], input=stdin, capture_output=True, timeout=120
        )

    return run
