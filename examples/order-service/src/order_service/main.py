"""Puts the service together and runs it."""

from typing import Any

from order_service.deps import Deps, Settings
from order_service.gen.app import build
from order_service.gen.runtime.server import Service
from order_service.gen.runtime.settings import load_or_exit


def create(**given: Any) -> Service:
    """The service, ready to start. Settings come from the environment; `given` wins over it.

    `service.app` is its FastAPI application: routes and middlewares of your own go here.
    """
    settings = load_or_exit(Settings, **given)
    return build(settings, Deps(settings))


def main() -> int:
    """Serves until a signal; the exit code."""
    return create().run()
