"""Every test has its own HOME, cache and git identity, so that tests neither see nor touch the developer's."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

_CALM = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
settings.register_profile("ci", max_examples=40, deadline=None, derandomize=True, suppress_health_check=_CALM)
settings.register_profile("soak", max_examples=5000, deadline=None, suppress_health_check=_CALM)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

IDENTITY = {
    "GIT_AUTHOR_NAME": "A Tester",
    "GIT_AUTHOR_EMAIL": "tester@localhost",
    "GIT_COMMITTER_NAME": "A Tester",
    "GIT_COMMITTER_EMAIL": "tester@localhost",
}


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory):
    """One cache of compiled templates and generated models for the whole run: content-addressed, so safe to share."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def home(tmp_path_factory, monkeypatch, shared_cache):
    """A HOME of its own; `~/.mscgen`, copier's settings and git's configuration of the developer stay out."""
    path = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(path))
    monkeypatch.setenv("MSCGEN_CACHE_DIR", str(shared_cache))
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "COPIER_SETTINGS_PATH", "MSCGEN_TEMPLATE_SOURCE", "MSCGEN_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in IDENTITY.items():
        monkeypatch.setenv(name, value)
    return path
