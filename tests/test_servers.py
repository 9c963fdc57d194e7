"""The servers that tests start: a missing one is a visible skip, and a failure in CI."""

from __future__ import annotations

import socket
import urllib.parse

import pytest
import servers


def test_a_missing_server_is_skipped_with_its_reason(monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="redis-server is not installed"):
        servers.unavailable("redis-server is not installed")


def test_a_missing_server_fails_in_ci_and_says_what_to_run(monkeypatch):
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match=r"\.ci/services"):
        servers.unavailable("redis-server is not installed")


@pytest.mark.parametrize("start", [servers.redis_server, servers.postgres_server])
def test_a_server_listens_while_it_is_wanted_and_leaves_nothing_behind(start):
    with start() as server:
        port = urllib.parse.urlsplit(server.url).port
        folder = server.log.parent.parent
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
        process = server.process
    assert process.poll() is not None
    assert not folder.exists()
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", port), timeout=5)
