"""Puts the service together and runs it."""

from typing import Any

from user_service.deps import Deps, Settings
from user_service.gen.app import build
from user_service.gen.runtime.server import Service
from user_service.gen.runtime.settings import load_or_exit


def create(**given: Any) -> Service:
    """The service, ready to start. Settings come from the environment; `given` wins over it.

    `service.app` is its FastAPI application: routes and middlewares of your own go here.
    """
    settings = load_or_exit(Settings, **given)
    return build(settings, Deps(settings))


def main() -> int:
    """Serves until a signal; the exit code."""
    return create().run()
