"""The ways in which callers of a contract prove who they are, each where it is written."""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.diagnostics import Span
from mscgen.model.operation import AuthScheme
from mscgen.model.service import Service


def schemes(service: Service) -> Iterator[tuple[AuthScheme, Span]]:
    """Every scheme of the service and of its operations, once per place."""
    seen: set[tuple[Span, str]] = set()
    for auth in (service.auth, *(op.auth for op in service.operations)):
        span = auth.span or service.span
        for scheme in auth.schemes:
            if (span, scheme.kind) not in seen:
                seen.add((span, scheme.kind))
                yield scheme, span
