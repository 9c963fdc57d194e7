"""One service in every language that is compared: a contract, an OpenAPI document, a proto file.

The same table of operations is written out three times, so that all tools work on the same thing. Per 30 operations:
6 resources with create, get, list and delete, 3 updates, 3 server streams, 4 events, 24 named types of 4 to 13 fields.

    python benchmarks/specs.py 300 /tmp/spec
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RESOURCES = ("Order", "Customer", "Product", "Shipment", "Payment", "Refund")
STATUSES = ("pending", "active", "closed", "cancelled")
SERVICE = "orders30-service"
PROTO_PACKAGE = "orders30.v1"
PROTO_SERVICE = "Orders30Service"


@dataclass(frozen=True)
class Field:
    """kind: a scalar of the contract, `strings`, `list` or `ref`; low and high are its bounds, ref its type."""

    name: str
    kind: str
    low: int | None = None
    high: int | None = None
    optional: bool = False
    ref: str = ""


@dataclass(frozen=True)
class Resource:
    """`OrderSet2` is the second copy of Order."""

    base: str
    copy: int

    @property
    def name(self) -> str:
        return self.base if self.copy == 1 else f"{self.base}Set{self.copy}"

    @property
    def id(self) -> str:
        return f"{self.base.lower()}_id"

    @property
    def path(self) -> str:
        return f"/v1/{self.base.lower()}s" + ("" if self.copy == 1 else f"-set{self.copy}")


@dataclass(frozen=True)
class Operation:
    """kind: create, get, list, delete, update or watch."""

    kind: str
    name: str
    method: str
    path: str
    resource: Resource


@dataclass(frozen=True)
class Spec:
    """The whole service; `added` is the resource that got one more optional field, or ""."""

    operations: tuple[Operation, ...]
    resources: tuple[Resource, ...]
    events: tuple[Resource, ...]
    added: str = ""


def spec(count: int, add_field: bool = False) -> Spec:
    """The service of so many operations; add_field puts `gift_message` into the first resource."""
    operations: list[Operation] = []
    copy = 0
    while len(operations) < count:
        copy += 1
        operations += [op for place, base in enumerate(RESOURCES) for op in _block(Resource(base, copy), place)]
    kept = tuple(operations[:count])
    resources = tuple(dict.fromkeys(op.resource for op in kept))
    events = tuple(r for place, r in enumerate(resources, 1) if place % 6 in (1, 2, 3, 4))
    return Spec(kept, resources, events, resources[0].name if add_field else "")


def _block(r: Resource, place: int) -> list[Operation]:
    one = f"{r.path}/{{{r.id}}}"
    block = [
        Operation("create", f"Create{r.name}", "POST", r.path, r),
        Operation("get", f"Get{r.name}", "GET", one, r),
        Operation("list", f"List{r.name}s", "GET", r.path, r),
        Operation("delete", f"Delete{r.name}", "DELETE", one, r),
    ]
    if place < 3:
        return [*block, Operation("update", f"Update{r.name}", "PUT", one, r)]
    return [*block, Operation("watch", f"Watch{r.name}", "GET", f"{one}/watch", r)]


def line_fields() -> list[Field]:
    return [
        Field("sku", "string", 1, 32),
        Field("quantity", "int32", 1, 1000),
        Field("price", "decimal"),
        Field("title", "string", 1, 200),
    ]


def address_fields() -> list[Field]:
    return [
        Field("street", "string", 1, 200),
        Field("city", "string", 1, 100),
        Field("postcode", "string", 1, 16),
        Field("country", "string", 2, 2),
    ]


def new_fields(s: Spec, r: Resource) -> list[Field]:
    found = [
        Field("account_id", "uuid"),
        Field("lines", "list", 1, 100, ref=f"{r.name}Line"),
        Field("ship_to", "ref", ref=f"{r.name}Address"),
        Field("currency", "string", 3, 3),
        Field("priority", "int32", 0, 9),
        Field("total", "decimal"),
        Field("reference", "string", 1, 64),
        Field("channel", "string", 1, 32),
        Field("tags", "strings", None, 10),
        Field("note", "string", None, 500, optional=True),
    ]
    if s.added == r.name:
        found.append(Field("gift_message", "string", None, 200, optional=True))
    return found


def record_fields(s: Spec, r: Resource) -> list[Field]:
    status = Field("status", "ref", ref=f"{r.name}Status")
    return [Field(r.id, "uuid"), *new_fields(s, r), status, Field("created_at", "timestamp")]


def event_fields(r: Resource) -> list[Field]:
    return [
        Field(r.id, "uuid"),
        Field("account_id", "uuid"),
        Field("total", "decimal"),
        Field("lines", "list", ref=f"{r.name}Line"),
    ]


# ------------------------------------------------------------------------------------------------ contract


def _contract_type(f: Field) -> str:
    low, high = ("" if bound is None else bound for bound in (f.low, f.high))
    bounds = f"({low}..{high})" if f.low is not None or f.high is not None else ""
    plain = {
        "decimal": "decimal(0..)",
        "strings": f"list<string(1..64)>{bounds}",
        "list": f"list<{f.ref}>{bounds}",
        "ref": f.ref,
    }
    text = plain.get(f.kind, f.kind + bounds)
    return text + ("?" if f.optional else "")


def contract(s: Spec) -> str:
    """The service as a contract of ours."""
    out = ["mscgen: 1", f"service: {SERVICE}", "version: 1.0.0", "owner: team-orders"]
    out += [
        "doc: Orders, customers, products, shipments, payments and refunds of the shop.",
        "auth: public",
        "",
        "types:",
    ]
    for r in s.resources:
        out.append(f"  {r.name}Status:\n    enum: [{', '.join(STATUSES)}]")
        records = {"Line": line_fields(), "Address": address_fields()}
        named = {f"{r.name}{suffix}": fields for suffix, fields in records.items()}
        for name, fields in {**named, f"New{r.name}": new_fields(s, r), r.name: record_fields(s, r)}.items():
            out.append(f"  {name}:")
            out += [f"    {f.name}: {_contract_type(f)}{' = pending' if f.name == 'status' else ''}" for f in fields]
    out += ["", "errors:", *(f"  {r.name}NotFound: not_found" for r in s.resources), "", "operations:"]
    for op in s.operations:
        out += _contract_operation(s, op)
    out += ["", "publishes:"]
    for r in s.events:
        payload = ", ".join(f"{f.name}: {_contract_type(f)}" for f in event_fields(r))
        out += [f"  {r.name}Created:", f"    payload: {{{payload}}}", f"    key: {r.id}"]
    out += [
        "",
        "stores:",
        "  orders: {kind: postgres, owns: [orders]}",
        "",
        "deploy:",
        "  mesh: istio",
        "  replicas: 2..10",
    ]
    return "\n".join(out) + "\n"


def _contract_operation(s: Spec, op: Operation) -> list[str]:
    r = op.resource
    out = [f"  {op.name}:", f"    http: {op.method} {op.path}"]
    if op.kind == "create":
        out += [f"    request: New{r.name}", f"    response: {r.name}", "    idempotency: keyed"]
        return [*out, f"    emits: [{r.name}Created]"] if r in s.events else out
    if op.kind == "list":
        return [
            *out,
            "    request: {account_id: uuid}",
            f"    response: {{items: list<{r.name}>}}",
            "    paginate: items",
        ]
    if op.kind == "update":
        out += [
            "    request:",
            f"      {r.id}: uuid",
            *(f"      {f.name}: {_contract_type(f)}" for f in new_fields(s, r)),
        ]
    else:
        out.append(f"    request: {{{r.id}: uuid}}")
    if op.kind != "delete":
        out.append(f"    response: {'stream ' if op.kind == 'watch' else ''}{r.name}")
    return [*out, f"    errors: [{r.name}NotFound]"]


# ------------------------------------------------------------------------------------------------ proto

_PROTO = {"int32": "int32", "timestamp": "google.protobuf.Timestamp", "strings": "repeated string"}


def _message(name: str, fields: list[Field]) -> list[str]:
    lines = []
    for number, f in enumerate(fields, 1):
        kind = f"repeated {f.ref}" if f.kind == "list" else f.ref or _PROTO.get(f.kind, "string")
        lines.append(f"  {'optional ' if f.optional else ''}{kind} {f.name} = {number};")
    return [f"message {name} {{", *lines, "}", ""]


def proto(s: Spec) -> str:
    """The service as one .proto file that passes `buf lint` STANDARD."""
    out = ['syntax = "proto3";', "", f"package {PROTO_PACKAGE};", "", 'import "google/protobuf/timestamp.proto";', ""]
    out.append(f"service {PROTO_SERVICE} {{")
    for op in s.operations:
        stream = "stream " if op.kind == "watch" else ""
        out.append(f"  rpc {op.name}({op.name}Request) returns ({stream}{op.name}Response);")
    out += ["}", ""]
    for r in s.resources:
        prefix = "".join("_" + c if c.isupper() and i else c for i, c in enumerate(r.name)).upper() + "_STATUS"
        values = [f"  {prefix}_{status.upper()} = {i};" for i, status in enumerate(STATUSES, 1)]
        out += [f"enum {r.name}Status {{", f"  {prefix}_UNSPECIFIED = 0;", *values, "}", ""]
        out += _message(f"{r.name}Line", line_fields()) + _message(f"{r.name}Address", address_fields())
        out += _message(r.name, record_fields(s, r))
    for op in s.operations:
        out += _proto_operation(s, op)
    for r in s.events:
        out += _message(f"{r.name}Created", event_fields(r))
    return "\n".join(out[:-1]) + "\n"


def _proto_operation(s: Spec, op: Operation) -> list[str]:
    r = op.resource
    identity = Field(r.id, "uuid")
    requests = {
        "create": new_fields(s, r),
        "update": [identity, *new_fields(s, r)],
        "list": [Field("account_id", "uuid"), Field("page_size", "int32"), Field("page_token", "string")],
    }
    responses = {
        "list": [Field("items", "list", ref=r.name), Field("next_page_token", "string")],
        "delete": [],
    }
    one = [Field(r.base.lower(), "ref", ref=r.name)]
    request = _message(f"{op.name}Request", requests.get(op.kind, [identity]))
    return request + _message(f"{op.name}Response", responses.get(op.kind, one))


# ------------------------------------------------------------------------------------------------ OpenAPI

Json = dict[str, Any]
_JSON: dict[str, Json] = {
    "string": {"type": "string"},
    "int32": {"type": "integer", "format": "int32"},
    "decimal": {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?$"},
    "uuid": {"type": "string", "format": "uuid"},
    "timestamp": {"type": "string", "format": "date-time"},
}


def _schema(f: Field) -> Json:
    if f.kind == "ref":
        return {"$ref": f"#/components/schemas/{f.ref}"}
    if f.kind in ("list", "strings"):
        item = (
            {"$ref": f"#/components/schemas/{f.ref}"} if f.ref else {"type": "string", "minLength": 1, "maxLength": 64}
        )
        return _bounded({"type": "array", "items": item}, f, "minItems", "maxItems")
    names = ("minimum", "maximum") if f.kind == "int32" else ("minLength", "maxLength")
    return _bounded(dict(_JSON[f.kind]), f, *names)


def _bounded(schema: Json, f: Field, low: str, high: str) -> Json:
    bounds = {low: f.low, high: f.high}
    return schema | {key: value for key, value in bounds.items() if value is not None}


def _object(fields: list[Field]) -> Json:
    required = [f.name for f in fields if not f.optional]
    return {"type": "object", "required": required, "properties": {f.name: _schema(f) for f in fields}}


def openapi(s: Spec) -> Json:
    """The service as an OpenAPI 3.0 document, the version that every peer reads."""
    strings = {"type": {"type": "string"}, "title": {"type": "string"}, "detail": {"type": "string"}}
    schemas: Json = {"Problem": {"type": "object", "properties": {**strings, "status": {"type": "integer"}}}}
    for r in s.resources:
        schemas[f"{r.name}Status"] = {"type": "string", "enum": list(STATUSES)}
        schemas[f"{r.name}Line"], schemas[f"{r.name}Address"] = _object(line_fields()), _object(address_fields())
        schemas[f"New{r.name}"], schemas[r.name] = _object(new_fields(s, r)), _object(record_fields(s, r))
        token = Field("next_page_token", "string", None, 200, optional=True)
        schemas[f"{r.name}Page"] = _object([Field("items", "list", ref=r.name), token])
    paths: Json = {}
    for op in s.operations:
        paths.setdefault(op.path, {})[op.method.lower()] = _openapi_operation(op)
    info = {"title": "Orders30", "version": "1.0.0", "description": "Orders."}
    return {"openapi": "3.0.3", "info": info, "paths": paths, "components": {"schemas": schemas}}


def _openapi_operation(op: Operation) -> Json:
    r = op.resource
    status, ref = {"create": ("201", r.name), "list": ("200", f"{r.name}Page"), "delete": ("204", "")}.get(
        op.kind, ("200", r.name)
    )
    parameters = []
    if "{" in op.path:
        parameters.append({"name": r.id, "in": "path", "required": True, "schema": _JSON["uuid"]})
    if op.kind == "list":
        size = {"type": "integer", "format": "int32", "minimum": 1, "maximum": 1000}
        parameters += [
            {"name": "account_id", "in": "query", "required": True, "schema": _JSON["uuid"]},
            {"name": "page_size", "in": "query", "schema": size},
            {"name": "page_token", "in": "query", "schema": {"type": "string", "maxLength": 200}},
        ]
    found: Json = {"operationId": op.name[0].lower() + op.name[1:], "summary": op.name, "tags": ["orders"]}
    if parameters:
        found["parameters"] = parameters
    if op.kind in ("create", "update"):
        found["requestBody"] = {"required": True, "content": _content(f"New{r.name}")}
    ok: Json = {"description": "ok"} | ({"content": _content(ref)} if ref else {})
    found["responses"] = {status: ok, "default": {"description": "problem", "content": _content("Problem")}}
    return found


def _content(name: str) -> Json:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}


# ------------------------------------------------------------------------------------------------ files


def write(s: Spec, folder: Path) -> None:
    """contract.yaml, openapi.yaml and proto/orders30/v1/orders30.proto with a buf.yaml."""
    import yaml

    class Plain(yaml.CSafeDumper):
        def ignore_aliases(self, _: Any) -> bool:
            return True

    files = {
        "contract.yaml": contract(s),
        "openapi.yaml": yaml.dump(openapi(s), Dumper=Plain, sort_keys=False, width=200),
        "proto/orders30/v1/orders30.proto": proto(s),
        "buf.yaml": "version: v2\nmodules:\n  - path: proto\nlint:\n  use: [STANDARD]\n",
        "buf.gen.yaml": "version: v2\nplugins:\n  - protoc_builtin: python\n    out: out/buf\n",
    }
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    made = spec(int(sys.argv[1]), "--add-field" in sys.argv)
    write(made, Path(sys.argv[2]))
    print(
        json.dumps({"operations": len(made.operations), "resources": len(made.resources), "events": len(made.events)})
    )
