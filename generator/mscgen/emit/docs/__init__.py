"""docs/gen/*.md: what an engineer who is woken up at night needs to know of the service, on four pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mscgen.emit.docs import api, dependencies, errors, events
from mscgen.emit.docs.text import blocks, paragraphs, sentence
from mscgen.emit.file import File
from mscgen.emit.render import render
from mscgen.model.service import Service


def emit(service: Service) -> Iterator[File]:
    """A page per subject that the contract has something about."""
    pages = {
        "api": api.view(service) if service.operations else None,
        "errors": errors.view(service) if service.operations else None,
        "events": events.view(service) if service.publishes or service.subscribes else None,
        "dependencies": dependencies.view(service) if service.dependencies else None,
    }
    shared = {
        "title": sentence(f"{service.name.raw} {service.version}"),
        "lead": blocks(paragraphs(service.doc), f"Owner: {sentence(service.owner) or 'nobody'}. {_others(pages)}"),
    }
    for name, view in pages.items():
        if view is not None:
            yield File(f"docs/gen/{name}.md", render(f"managed/service/docs/gen/{name}.md", **shared, **view))


def _others(pages: dict[str, Any]) -> str:
    names = [name for name, view in pages.items() if view is not None and name != "api"]
    return "See also " + ", ".join(f"[{name}]({name}.md)" for name in names) + "."
