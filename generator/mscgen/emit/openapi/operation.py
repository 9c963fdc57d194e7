"""One operation of the document: parameters, body, answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from mscgen.emit.jsonschema import Lowering, Schema
from mscgen.emit.openapi import problems
from mscgen.emit.openapi.security import requirement
from mscgen.model.derived import record_of, resolve_alias
from mscgen.model.operation import HttpBinding, IdempotencyMode, Kind, Operation
from mscgen.model.service import Service
from mscgen.model.types import Field, PartialType, Scalar, ScalarType, TypeRef

# Bare, or the quoted string of RFC 9651 that draft-ietf-httpapi-idempotency-key-header asks for.
_IDEMPOTENCY_KEY: Schema = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "A key of the caller's choice for one effect; a repeated request gets the first answer again.",
    "schema": {
        "type": "string",
        "minLength": 1,
        "maxLength": 255,
        "pattern": r'^(?:[!#-~](?:[ -~]*[!-~])?|"(?:[ !#-\[\]-~]|\\["\\])+")$',
        "examples": ["b9f1a7a2-5c86-4a86-8a59-0b9f6f1f6a55"],
    },
}
_IF_NONE_MATCH: Schema = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The entity tag of an answer that the caller has.",
    "schema": {"type": "string"},
}
_IF_MATCH: Schema = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "The entity tag of what the caller wants to change.",
    "schema": {"type": "string"},
}
PARAMETERS = {"IdempotencyKey": _IDEMPOTENCY_KEY, "IfMatch": _IF_MATCH, "IfNoneMatch": _IF_NONE_MATCH}

_ETAG: Schema = {"description": "The entity tag of the answer.", "required": True, "schema": {"type": "string"}}
_REPLAYED: Schema = {
    "description": "Present when this is the first answer again.",
    "schema": {"type": "string", "const": "true"},
}


def routes(op: Operation) -> list[tuple[str, str]]:
    """Method in lower case and path of every way to the operation; the first is the main one."""
    if op.http is None:
        return []
    return [(r.method.lower(), r.path) for r in (op.http.route, *op.http.also)]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an operation object depends on beside its operation. tagged: the paths whose GET has an entity tag."""

    service: Service
    lowering: Lowering
    tagged: frozenset[str]


def surroundings(service: Service, lowering: Lowering) -> Surroundings:
    """Made once per document."""
    tagged = {o.http.route.path for o in service.operations if o.http and _revalidates(o, o.http, lowering)}
    return Surroundings(service, lowering, frozenset(tagged))


def operation(around: Surroundings, op: Operation, place: int, tag: str) -> dict[str, Any]:
    """The OpenAPI operation object. place: 0 for the main route, else the number of the further one."""
    http, lowering = op.http, around.lowering
    assert http is not None
    conditional = _conditional(op, http, around)
    found: dict[str, Any] = {
        "operationId": op.name.raw if place == 0 else f"{op.name.raw}_{place + 1}",
        "summary": _summary(op.doc) or op.name.snake.replace("_", " ").capitalize(),
        "description": op.doc if op.doc != _summary(op.doc) else "",
        "tags": [tag],
        "deprecated": op.deprecated,
        "parameters": _parameters(op, http, lowering, conditional),
        "requestBody": _body(op, http, lowering),
        "responses": {**_successes(op, http, lowering), **problems.of(op, conditional)},
        "x-idempotency": op.idempotency.mode.value,
        "x-deadline": f"{op.deadline:g}s" if op.deadline is not None else "",
        **op.extensions,
    }
    if op.auth != around.service.auth:
        found["security"] = requirement(op.auth)
    return {key: value for key, value in found.items() if key == "security" or value not in ("", None, False, [])}


def _summary(doc: str) -> str:
    """The first sentence, which lists of operations show."""
    line = " ".join(doc.split("\n\n")[0].split())
    end = line.find(". ")
    return line if end < 0 else line[: end + 1]


def _parameters(op: Operation, http: HttpBinding, lowering: Lowering, conditional: bool) -> list[Schema]:
    headers = dict(http.header_fields)
    found = [_parameter(f, "path", f.name.raw, lowering) for f in op.request_fields(http.path_fields)]
    found += [_parameter(f, "query", f.json, lowering) for f in op.request_fields(http.query_fields)]
    found += [_parameter(f, "header", headers[f.name.raw], lowering) for f in op.request_fields(tuple(headers))]
    if op.idempotency.mode is IdempotencyMode.KEYED:
        found.append({"$ref": "#/components/parameters/IdempotencyKey"})
    if _revalidates(op, http, lowering):
        found.append({"$ref": "#/components/parameters/IfNoneMatch"})
    if conditional:
        found.append({"$ref": "#/components/parameters/IfMatch"})
    return found


def _tagged(ref: TypeRef | None, lowering: Lowering) -> bool:
    """Whether the answer carries an entity tag."""
    record = record_of(ref, lowering.types) if ref is not None else None
    return record is not None and record.etag is not None


def _revalidates(op: Operation, http: HttpBinding, lowering: Lowering) -> bool:
    """Whether a caller that has the answer already may be told just that (RFC 9110 §13.1.2)."""
    tagged = any(_tagged(ref, lowering) for _, ref in http.responses)
    return tagged and op.kind is Kind.UNARY and http.route.method == "GET"


def _parameter(f: Field, place: str, name: str, lowering: Lowering) -> Schema:
    schema = _bare(f, lowering)
    # No value in the query is how an empty list is sent.
    may_be_empty = place == "query" and schema.get("type") == "array" and not schema.get("minItems")
    said: Schema = {"name": name, "in": place, "required": place == "path" or (f.required and not may_be_empty)}
    for key in ("description", "deprecated"):
        if key in schema:
            said[key] = schema.pop(key)
    if place == "path" and _is_text(f.type, lowering):
        # An empty segment is another path.
        schema["minLength"] = max(1, schema.get("minLength", 0))
    return {**said, "schema": schema}


def _bare(f: Field, lowering: Lowering) -> Schema:
    """The schema of a field outside JSON, where there is no null."""
    return lowering.field(replace(f, nullable=False))


def _is_text(ref: TypeRef, lowering: Lowering) -> bool:
    target = resolve_alias(ref, lowering.types)
    return isinstance(target, ScalarType) and target.scalar is Scalar.STRING


def _conditional(op: Operation, http: HttpBinding, around: Surroundings) -> bool:
    """Whether it changes something that has an entity tag, so that If-Match means something (RFC 9110 §13.1.1)."""
    if op.kind is not Kind.UNARY or http.route.method not in ("PUT", "PATCH", "DELETE"):
        return False
    return http.route.path in around.tagged or any(_tagged(ref, around.lowering) for _, ref in http.responses)


def _body(op: Operation, http: HttpBinding, lowering: Lowering) -> dict[str, Any] | None:
    if http.body is None:
        return None
    fields = op.request_fields(http.body_fields)
    media_types = ["application/json"]
    if http.body == "*":
        required = any(f.required for f in fields)
        whole = len(fields) == len(op.request.fields)
        part = replace(op.request, fields=fields, doc="")
        schema = lowering.ref(op.request.name) if whole else lowering.record(part)
    else:
        (field,) = op.request_fields((http.body,))
        required = field.required
        schema = lowering.field(field)
        if isinstance(resolve_alias(field.type, lowering.types), PartialType):
            media_types.insert(0, "application/merge-patch+json")
    media: dict[str, Any] = {"schema": schema}
    examples = _examples(op, http, lowering)
    if examples:
        media["examples"] = examples
    return {"required": required, "content": dict.fromkeys(media_types, media)}


def _examples(op: Operation, http: HttpBinding, lowering: Lowering) -> dict[str, Any]:
    """The examples of the contract, each as far as it travels in the body."""
    by_name = {f.name.raw: f for f in op.request.fields}
    found: dict[str, Any] = {}
    for number, example in enumerate(op.examples, 1):
        if not isinstance(example, dict):
            continue
        if http.body == "*":
            names = [n for n in example if n in http.body_fields]
            value: Any = {by_name[n].json: lowering.literal(by_name[n].type, example[n]) for n in names}
        elif http.body in example and http.body is not None:
            value = lowering.literal(by_name[http.body].type, example[http.body])
        else:
            continue
        found[f"example{number}"] = {"value": value}
    return found


def _successes(op: Operation, http: HttpBinding, lowering: Lowering) -> dict[str, Any]:
    found = {str(status): _success(op, http, status, ref, lowering) for status, ref in http.responses}
    if _revalidates(op, http, lowering):
        found["304"] = {"description": "The caller has the latest answer.", "headers": {"ETag": _ETAG}}
    return found


def _success(op: Operation, http: HttpBinding, status: int, ref: TypeRef | None, lowering: Lowering) -> dict[str, Any]:
    found: dict[str, Any] = {"description": _outcome(op, status, ref)}
    headers = _reply_headers(op, http, ref, lowering)
    if headers:
        found["headers"] = headers
    if ref is None:
        return found
    schema = lowering.type(ref)
    if op.kind is Kind.SERVER_STREAM:
        found["content"] = {"text/event-stream": {"schema": _event(schema)}}
    else:
        found["content"] = {"application/json": {"schema": schema}}
    return found


def _event(message: Schema) -> Schema:
    """One server-sent event: before OpenAPI 3.2, the schema of a stream describes each of its events."""
    data = {"type": "string", "contentMediaType": "application/json", "contentSchema": message}
    number = {"type": "string", "description": "Counts on from Last-Event-ID."}
    kind = {"type": "string", "description": "`error` when the stream ends with a problem, which is then the data."}
    return {"type": "object", "properties": {"data": data, "id": number, "event": kind}, "required": ["data"]}


def _outcome(op: Operation, status: int, ref: TypeRef | None) -> str:
    if op.kind is Kind.SERVER_STREAM:
        return "A stream of messages."
    if ref is None:
        return "Done; there is nothing to say."
    return HTTPStatus(status).phrase


def _reply_headers(op: Operation, http: HttpBinding, ref: TypeRef | None, lowering: Lowering) -> dict[str, Any]:
    record = record_of(ref, lowering.types) if ref is not None else None
    found: dict[str, Any] = {}
    for name, header in http.reply_headers:
        field = record.field(name) if record is not None else None
        if field is not None:
            schema = _bare(field, lowering)
            doc = schema.pop("description", "")
            found[header] = {**({"description": doc} if doc else {}), "required": field.required, "schema": schema}
    if _tagged(ref, lowering) and op.kind is Kind.UNARY:
        found["ETag"] = _ETAG
    if op.idempotency.mode is IdempotencyMode.KEYED:
        found["Idempotency-Replayed"] = _REPLAYED
    return found
