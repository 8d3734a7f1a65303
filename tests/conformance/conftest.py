# SPDX-License-Identifier: Apache-2.0
"""The shipped rules in front of an application that counts what reaches it, in one nginx for all tests."""
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "module"))
from client import Client, Closed, Response  # noqa: E402
from server import Nginx  # noqa: E402
from upstream import Upstream  # noqa: E402

# The time limit is for a machine that runs other tests besides.
CONF = """
    rasp block; rasp_rules {rules}/*.json; rasp_log {dir}/events.log; client_max_body_size 8m;
    rasp_limits time=10s;
    large_client_header_buffers 8 64k;
    server { listen 127.0.0.1:{port}; location / { proxy_pass http://127.0.0.1:{up}; } }
"""


class Protected:
    def __init__(self, nginx, upstream):
        self.nginx, self.upstream = nginx, upstream
        self.client = None

    def application_requests(self):
        return len(self.upstream.seen)

    def exchange(self, raw, close=False):
        """Sends the bytes and reads one answer; status 0 if there was none. Keeps the connection where it can."""
        for _ in range(2):
            fresh = self.client is None
            if fresh:
                self.client = Client(self.nginx.port)
            try:
                try:
                    self.client.send(raw)
                except (BrokenPipeError, ConnectionResetError):
                    pass  # nginx answered and closed before it had read everything
                answer = self.client.read()
                if close or (answer.header("Connection") or "").lower() == "close":
                    self.hang_up()
                return answer
            except (Closed, IndexError, ValueError):
                self.hang_up()
                if fresh:
                    break
        return Response(0, [], b"")

    def hang_up(self):
        if self.client:
            self.client.socket.close()
        self.client = None


@pytest.fixture(scope="session")
def protected(tmp_path_factory):
    directory = tmp_path_factory.mktemp("protected")
    directory.chmod(0o755)
    with Upstream() as upstream:
        nginx = Nginx(directory, upstream.port)
        nginx.start(CONF)
        try:
            yield Protected(nginx, upstream)
        finally:
            nginx.stop()
        nginx.assert_clean()
