# SPDX-License-Identifier: Apache-2.0
"""Fixtures: an nginx for each test that asks for one, and one upstream behind all of them."""
import pytest

from server import Nginx
from upstream import Upstream


@pytest.fixture(scope="session")
def upstream():
    with Upstream() as server:
        yield server


@pytest.fixture
def nginx(tmp_path, upstream):
    upstream.reset()
    tmp_path.chmod(0o755)
    instance = Nginx(tmp_path, upstream.port)
    try:
        yield instance
    finally:
        instance.stop()
    instance.assert_clean()
