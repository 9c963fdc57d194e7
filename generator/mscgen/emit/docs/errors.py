"""docs/gen/errors.md: what each error means, on which status it comes, and whether trying again can help."""

from __future__ import annotations

from typing import Any

from mscgen.emit.docs.text import blocks, code, field_facts, joined, paragraphs, row, sentence, table, type_link
from mscgen.emit.openapi.problems import STANDARD, reason
from mscgen.model.operation import Error, Operation
from mscgen.model.service import Service


def view(service: Service) -> dict[str, Any]:
    """What the template shows."""
    used: dict[str, list[Operation]] = {}
    for op in service.operations:
        for error in op.errors:
            used.setdefault(error.name.raw, []).append(op)
    errors = list(service.errors.values())
    rest = any(o.http for o in service.operations)
    standard = [row(str(s.status), joined(map(code, s.reasons)), sentence(s.doc)) for s in STANDARD]
    return {
        "domain": code(service.name.raw),
        "summary": table(("error", "HTTP", "gRPC", "try again"), [_summary(e) for e in errors]),
        "errors": {e.name.raw: _section(e, used.get(e.name.raw, [])) for e in errors},
        "standard": table(("status", "reason", ""), standard) if rest else "",
    }


def _summary(error: Error) -> str:
    return row(f"[{error.name.raw}](#error-{error.name.raw})", str(error.status), code(error.code), _retry(error))


def _retry(error: Error) -> str:
    return "yes" if error.retryable else "no"


def _section(error: Error, operations: list[Operation]) -> str:
    by = joined(f"[{o.name.raw}](api.md#op-{o.name.raw})" for o in operations)
    facts = [
        row("REST", f"{error.status}, {code('reason')} is {code(reason(error))}"),
        row("gRPC", code(error.code.upper())),
        row("Trying again", "may help" if error.retryable else "does not help: the same request fails the same way"),
        row("Raised by", by or "no operation"),
    ]
    fields = error.details.fields if error.details is not None else ()
    details = [row(code(f.json), type_link(f.type).replace("(#", "(api.md#"), field_facts(f)) for f in fields]
    return blocks(paragraphs(error.doc), table(("", ""), facts), table(("detail", "type", ""), details))
