"""gen/rest.py: method, path, and where each request field travels, for every operation on REST."""

from __future__ import annotations

from collections.abc import Iterator

from mscgen.emit.annotations import Annotations
from mscgen.emit.file import File
from mscgen.emit.imports import Imports
from mscgen.emit.layout import bracket, lines_of, tuple_of
from mscgen.emit.quote import python_string
from mscgen.emit.render import render
from mscgen.model.derived import local_name, record_of, resolve_alias
from mscgen.model.operation import HttpBinding, HttpRoute, Kind, Operation
from mscgen.model.service import Service
from mscgen.model.types import (
    INTEGERS,
    Declared,
    Enum,
    Field,
    ListType,
    NamedType,
    PartialType,
    Scalar,
    ScalarType,
    TypeRef,
)

_ROUTE = ".runtime.route"
_PARAMETERS = ".runtime.parameters"
_FORMS = {Scalar.FLOAT: "NUMBER", Scalar.DOUBLE: "NUMBER", Scalar.BOOL: "BOOLEAN", Scalar.JSON: "JSON"}


def emit(service: Service) -> Iterator[File]:
    """The module; nothing for a service without REST operations."""
    bound = [(o, o.http) for o in service.operations if o.http is not None]
    if not bound:
        return
    imports = Imports()
    imports.name(_ROUTE, "Route")
    imports.name(".", "operations")
    routes = [
        _route(service, operation, http, route, imports)
        for operation, http in bound
        for route in (http.route, *http.also)
    ]
    text = render("managed/service/src/package/gen/rest.py", routes=lines_of(routes, column=28), imports=imports.text())
    yield File(f"src/{service.package}/gen/rest.py", text)


def _route(service: Service, operation: Operation, http: HttpBinding, route: HttpRoute, imports: Imports) -> str:
    arguments = [
        f"operations.{operation.function}",
        python_string(route.method),
        python_string(route.path),
        tuple_of("responses=", _responses(service, http, imports), 8),
    ]
    parameters = [_parameter(f, place, name, service.types, imports) for f, place, name in _placed(operation, http)]
    if parameters:
        arguments.append(tuple_of("parameters=", parameters, 8))
    arguments += _body(operation, http, service.types, imports)
    arguments += _answer(service, operation, http)
    return "Route(" + "".join(f"\n        {a}," for a in arguments) + "\n    )"


def _responses(service: Service, http: HttpBinding, imports: Imports) -> list[str]:
    types = Annotations(service.types, imports, ".models", ".runtime.scalars")
    return [f"({status}, {types.of(ref)})" for status, ref in http.responses]


def _placed(operation: Operation, http: HttpBinding) -> Iterator[tuple[Field, str, str]]:
    """The request fields outside the body: field, function that places it, name where it travels."""
    headers = dict(http.header_fields)
    for f in operation.request_fields(http.path_fields):
        yield f, "in_path", f.name.raw
    for f in operation.request_fields(http.query_fields):
        yield f, "in_query", f.json
    for f in operation.request_fields(tuple(headers)):
        yield f, "in_header", headers[f.name.raw]


def _parameter(f: Field, place: str, name: str, types: dict[str, Declared], imports: Imports) -> str:
    form, many = _form(f.type, types)
    arguments = [python_string(f.json)]
    if place == "in_header":
        arguments.append(python_string(name))
    if form != "TEXT":
        arguments.append(f"{imports.name(_PARAMETERS, 'Form')}.{form}")
    if place != "in_header" and name != f.json:
        arguments.append(f"name={python_string(name)}")
    if many:
        arguments.append("many=True")
        if f.required and place == "in_query":
            arguments.append("needed=True")
    return bracket(f"{imports.name(_PARAMETERS, place)}(", arguments, ")", 12)


def _form(ref: TypeRef, types: dict[str, Declared]) -> tuple[str, bool]:
    """How the text of a parameter stands for a JSON value, and whether there may be many."""
    target = resolve_alias(ref, types)
    if isinstance(target, ListType):
        form, nested = _form(target.item, types)
        return ("JSON", False) if nested or form == "JSON" else (form, True)
    if isinstance(target, ScalarType):
        return ("INTEGER" if target.scalar in INTEGERS else _FORMS.get(target.scalar, "TEXT")), False
    is_enum = isinstance(target, NamedType) and isinstance(types.get(local_name(target)), Enum)
    return ("TEXT" if is_enum else "JSON"), False


def _body(operation: Operation, http: HttpBinding, types: dict[str, Declared], imports: Imports) -> list[str]:
    if http.body is None:
        return []
    if http.body == "*":
        return ['body="*"']
    (field,) = operation.request_fields((http.body,))
    found = [f"body={python_string(field.json)}"]
    if isinstance(resolve_alias(field.type, types), PartialType):
        names = [imports.name(_ROUTE, "MERGE_PATCH"), imports.name(_ROUTE, "JSON")]
        found.append(tuple_of("media_types=", names, 8))
    return found


def _answer(service: Service, operation: Operation, http: HttpBinding) -> list[str]:
    """What the answer carries beside its body."""
    found: list[str] = []
    if operation.kind is not Kind.UNARY:
        return found
    record = record_of(operation.response, service.types) if operation.response is not None else None
    headers = [
        f"({python_string(f.python)}, {python_string(name)})"
        for key, name in http.reply_headers
        if record is not None and (f := record.field(key)) is not None
    ]
    if headers:
        found.append(tuple_of("reply_headers=", headers, 8))
    tag = record.field(record.etag) if record is not None and record.etag else None
    if tag is not None:
        found.append(f"etag={python_string(tag.python)}")
    if operation.cache is not None:
        found.append(f"cache={python_string(_cache_control(operation))}")
    return found


def _cache_control(operation: Operation) -> str:
    assert operation.cache is not None
    words = ["public" if operation.auth.public else "private", f"max-age={int(operation.cache.max_age)}"]
    if operation.cache.stale_if_error:
        words.append(f"stale-if-error={int(operation.cache.stale_if_error)}")
    return ", ".join(words)
