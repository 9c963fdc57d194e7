"""The REST mapping of an operation: where each request field travels, and which status answers with what."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mscgen.diagnostics import Span
from mscgen.model.derived import local_name
from mscgen.model.operation import HttpBinding, HttpRoute
from mscgen.model.types import Enum, Field, ListType, NamedType, PartialType, Record, Scalar, ScalarType, TypeRef
from mscgen.read.node import MAPPING, SCALAR, Node
from mscgen.read.spelling import closest
from mscgen.resolve.answers import check_told_apart
from mscgen.resolve.fields import bare_type
from mscgen.resolve.paths import check_path

if TYPE_CHECKING:
    from mscgen.resolve.messages import Messages
    from mscgen.resolve.scope import Scope

BODILESS = frozenset({"GET", "HEAD", "DELETE"})


@dataclass(frozen=True, slots=True)
class Operation:
    """What the mapping needs to know of its operation."""

    key: Node
    messages: Messages


def resolve_http(
    scope: Scope, node: Node, operation: Operation
) -> tuple[HttpBinding | None, list[tuple[str, str, str]]]:
    """The mapping and the defaults that took effect; None after reporting what is wrong with it."""
    return _Mapping(scope, node, operation).resolve()


class _Mapping:
    def __init__(self, scope: Scope, node: Node, operation: Operation) -> None:
        self.scope = scope
        self.node = node
        self.name = operation.key.text
        self.messages = operation.messages
        self.request = operation.messages.request
        self.long = node if node.kind == MAPPING else None
        self.defaults: list[tuple[str, str, str]] = []
        self.good = True

    def report(self, rule: str, message: str, span: Span, help: str) -> None:
        """Adds an error and gives the mapping up."""
        self.scope.report(rule, message, span, help)
        self.good = False

    def get(self, key: str) -> Node | None:
        """A key of the long form."""
        return self.long.get(key) if self.long is not None else None

    def resolve(self) -> tuple[HttpBinding | None, list[tuple[str, str, str]]]:
        """Routes, then fields, then answers."""
        route = self.route()
        also = self.also(route)
        headers = self.headers("in", self.request)
        path = self.path_fields(route, also)
        placed = {*path, *(name for name, _ in headers)}
        query, body, body_fields = self.rest(route, placed)
        reply_headers = self.headers("out", self.scope.record(self.messages.response))
        responses = self.responses(route)
        self.check_stream(route)
        if not self.good:
            return None, []
        binding = HttpBinding(
            route=route,
            also=also,
            path_fields=path,
            query_fields=query,
            header_fields=headers,
            body=body,
            body_fields=body_fields,
            responses=responses,
            reply_headers=reply_headers,
        )
        return binding, self.defaults

    def route(self) -> HttpRoute:
        """The main route."""
        if self.long is None:
            method, path = self.node.text.split(None, 1)
            return self.checked(HttpRoute(method, path, self.node.span), self.node, len(self.node.text) - len(path))
        method_node, path_node = self.long.get("method"), self.long.get("path")
        assert method_node is not None
        assert path_node is not None
        return self.checked(HttpRoute(method_node.text, path_node.text, path_node.span), path_node, 0)

    def checked(self, route: HttpRoute, node: Node, offset: int) -> HttpRoute:
        """The route; with the path `/` after reporting what is wrong with its own."""
        if check_path(self.scope, route.path, node, offset):
            return route
        self.good = False
        return replace(route, path="/")

    def also(self, main: HttpRoute) -> tuple[HttpRoute, ...]:
        """The further routes, which carry the same path fields."""
        node = self.get("also")
        routes = []
        for item in node.items if node is not None else ():
            method, path = item.text.split(None, 1)
            route = self.checked(HttpRoute(method, path, item.span), item, len(item.text) - len(path))
            if set(route.parameters) != set(main.parameters):
                help = "use the same path fields, or declare another operation"
                self.report("bad-path", "a further route needs the path fields of the first", item.span, help)
            if (method in BODILESS) != (main.method in BODILESS):
                help = f"use {main.method}, or declare another operation"
                self.report("bad-path", f"{method} carries its fields elsewhere than {main.method}", item.span, help)
            routes.append(route)
        return tuple(routes)

    def path_fields(self, route: HttpRoute, also: tuple[HttpRoute, ...]) -> tuple[str, ...]:
        """The request fields in the path: each declared, required, and one value."""
        names = route.parameters
        for name in dict.fromkeys(n for n in names if names.count(n) > 1):
            self.report("bad-path", f"`{{{name}}}` stands in the path twice", route.span, "name each path field once")
        for name in names:
            field = self.request_field(name, self.parameter_span(route, name), "path-field-unknown")
            if field is None:
                continue
            under = self.scope.underlying(field.type)
            scalar = under.scalar if isinstance(under, ScalarType) else None
            if scalar in (Scalar.JSON, Scalar.BYTES) or (scalar is None and not self.is_enum(under)):
                help = "a path field is a scalar or an enum; send the others in the query or the body"
                self.report("wrong-type", f"`{name}` cannot stand in a path", field.span, help)
        return names

    def parameter_span(self, route: HttpRoute, name: str) -> Span:
        """Where `{name}` stands in the file."""
        node = self.node if self.long is None else self.long.get("path")
        assert node is not None
        at = node.text.find("{" + name + "}")
        return node.part(at, at + len(name) + 2) if at >= 0 else route.span

    def request_field(self, name: str, span: Span, rule: str = "unknown-field") -> Field | None:
        """A request field by name; None after reporting that there is none."""
        field = self.request.field(name)
        if field is None:
            guess = closest(name, [f.name.raw for f in self.request.fields])
            help = f"did you mean `{guess}`?" if guess else f"add `{name}` to the request of {self.name}"
            self.report(rule, f"`{name}` is not a field of `{self.request.name}`", span, help)
        return field

    def is_enum(self, type: TypeRef) -> bool:
        """Whether a type is an enum."""
        return isinstance(type, NamedType) and isinstance(self.scope.types.get(local_name(type)), Enum)

    def headers(self, direction: str, record: Record | None) -> tuple[tuple[str, str], ...]:
        """`headers.in` or `headers.out`: field → header name."""
        both = self.get("headers")
        node = both.get(direction) if both is not None else None
        out: list[tuple[str, str]] = []
        for key, value in node.entries if node is not None else ():
            field = record.field(key.text) if record is not None else None
            if field is None:
                what = "request" if direction == "in" else "response"
                help = f"name a field of the {what}, on the left of its header"
                self.report("unknown-field", f"`{key.text}` is not a field of the {what}", key.span, help)
                continue
            under = self.scope.underlying(field.type)
            scalar = under.scalar if isinstance(under, ScalarType) else None
            if scalar in (Scalar.JSON, Scalar.BYTES) or (scalar is None and not self.is_enum(under)):
                help = "a header carries a scalar or an enum"
                self.report("wrong-type", f"`{key.text}` cannot travel in a header", key.span, help)
            if value.text.lower() in [h.lower() for _, h in out]:
                help = "give each field a header of its own"
                self.report("duplicate-value", f"two fields travel in `{value.text}`", value.span, help)
            out.append((key.text, value.text))
        return tuple(out)

    def rest(self, route: HttpRoute, placed: set[str]) -> tuple[tuple[str, ...], str | None, tuple[str, ...]]:
        """Query fields, the body, and the fields of an object body, for the fields not yet placed."""
        left = [f for f in self.request.fields if f.name.raw not in placed]
        query = self.listed_query(placed)
        left = [f for f in left if f.name.raw not in query]
        body = self.get("body")
        if body is None and route.method == "PATCH":
            partial = next((f for f in left if isinstance(f.type, PartialType)), None)
            if partial is not None:
                others = [f for f in left if f is not partial]
                self.defaults.append(("http.body", partial.name.raw, "a PATCH with one `partial` carries it bare"))
                return (*query, *self.in_query(others)), partial.name.raw, ()
        if body is not None and body.text != "*":
            return self.whole_body(body, left, query, placed)
        if route.method in BODILESS and body is None:
            return (*query, *self.in_query(left)), None, ()
        names = tuple(f.name.raw for f in left)
        return query, ("*" if names else None), names

    def listed_query(self, placed: set[str]) -> tuple[str, ...]:
        """The fields that `query:` lists."""
        node = self.get("query")
        out: list[str] = []
        for item in node.items if node is not None else ():
            field = self.request_field(item.text, item.span)
            if field is None:
                continue
            if item.text in placed or item.text in out:
                self.report("bad-value", f"`{item.text}` is placed twice", item.span, "remove one of the two places")
            out += self.in_query([field])
        return tuple(out)

    def whole_body(
        self, body: Node, left: list[Field], query: tuple[str, ...], placed: set[str]
    ) -> tuple[tuple[str, ...], str | None, tuple[str, ...]]:
        """`body: field`: that field alone is the body, the others go to the query."""
        field = self.request_field(body.text, body.span)
        if field is not None and (body.text in placed or body.text in query):
            self.report("bad-value", f"`{body.text}` is placed twice", body.span, "remove one of the two places")
        others = [f for f in left if f.name.raw != body.text]
        return (*query, *self.in_query(others)), body.text, ()

    def in_query(self, fields: list[Field]) -> tuple[str, ...]:
        """The names of fields that a query string can carry; the others are reported."""
        for field in fields:
            under = self.scope.underlying(field.type)
            if isinstance(under, ListType):
                under = self.scope.underlying(under.item)
            scalar = under.scalar if isinstance(under, ScalarType) else None
            if scalar is Scalar.JSON or (scalar is None and not self.is_enum(under)):
                help = "a query carries scalars, enums and lists of them; use POST, or split the field"
                self.report("wrong-type", f"`{field.name}` cannot travel in the query", field.span, help)
        return tuple(f.name.raw for f in fields)

    def responses(self, route: HttpRoute) -> tuple[tuple[int, TypeRef | None], ...]:
        """Success statuses and what they answer with."""
        status = self.get("status")
        response = self.messages.response
        if status is None:
            return ((self.default_status(route), response),)
        if status.kind == SCALAR:
            code = int(status.text)
            return ((code, response),)
        out: list[tuple[int, TypeRef | None]] = []
        answers: list[tuple[Node, TypeRef]] = []
        for key, value in status.entries:
            bound = None if value.is_null else bare_type(self.scope, value)
            if bound is None and not value.is_null:
                self.good = False
                continue
            out.append((int(key.text), bound[0] if bound is not None else None))
            answers += [(value, bound[0])] if bound is not None else []
        self.good &= check_told_apart(self.scope, answers)
        if not out:
            self.report("bad-value", "no success status is left", status.span, "write one, such as `{200: Order}`")
        return tuple(out)

    def default_status(self, route: HttpRoute) -> int:
        """201 for a POST that creates, 204 for nothing to say, else 200."""
        if self.messages.response is None:
            code, why = 204, "no response"
        elif route.method == "POST" and self.name.startswith("Create") and not self.messages.response_stream:
            code, why = 201, "a POST named Create…"
        else:
            code, why = 200, "a response with a body"
        self.defaults.append(("http.status", str(code), why))
        return code

    def check_stream(self, route: HttpRoute) -> None:
        """REST knows streams of responses only, as server-sent events of a GET or POST."""
        if self.messages.request_stream:
            help = "remove `http`: the operation stays on gRPC; or take a list"
            self.report("stream-on-rest", "a streamed request has no REST form", self.node.span, help)
        elif self.messages.response_stream and route.method not in ("GET", "POST"):
            help = "use GET, or POST when the request needs a body"
            self.report("stream-on-rest", "server-sent events answer GET or POST", self.node.span, help)
