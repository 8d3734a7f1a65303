# SPDX-License-Identifier: Apache-2.0
"""The same requests with their bodies inspected in a thread pool: same verdicts, same events, same bytes upstream."""
import pytest

import test_events
import test_http2
import test_request
import test_streaming
from server import Nginx

for module in (test_events, test_http2, test_request, test_streaming):
    for name, thing in list(vars(module).items()):
        if name.startswith("test_"):
            globals()[name.replace("test_", f"test_{module.__name__[5:]}_", 1)] = thing
        elif hasattr(thing, "_pytestfixturefunction") or type(thing).__name__ == "FixtureFunctionDefinition":
            globals()[name] = thing


@pytest.fixture
def nginx(tmp_path, upstream):
    upstream.reset()
    tmp_path.chmod(0o755)
    instance = Nginx(tmp_path, upstream.port)
    instance.pooled = True
    try:
        yield instance
    finally:
        instance.stop()
    instance.assert_clean()
