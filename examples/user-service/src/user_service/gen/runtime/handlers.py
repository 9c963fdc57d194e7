"""Finds the handlers: one module per operation, named like its function."""

from __future__ import annotations

import importlib
from collections.abc import Iterable

import structlog

_log = structlog.get_logger(__name__)


def load_handlers(package: str, names: Iterable[str]) -> None:
    """Imports `package.<name>` for each name; the decorators in them do the rest.

    A module that does not exist leaves its operation unimplemented. A module that exists and cannot
    be imported is a mistake, and raises whatever it raises.
    """
    for name in names:
        module = f"{package}.{name}"
        try:
            importlib.import_module(module)
        except ModuleNotFoundError as error:
            if error.name not in (module, package):
                raise
            _log.warning("handler module is missing", module=module)
