"""Texts of a fixed form that many keys share: names, durations, references, type strings."""

from __future__ import annotations

from mscgen.read.shape import choice, text

PASCAL = text("a Pascal name such as `CreateOrder`", r"[A-Z][A-Za-z0-9]{0,99}", "bad-name", "pascal")
SNAKE = text("a snake name such as `customer_id`", r"(?=.{1,100}$)[a-z][a-z0-9]*(_[a-z0-9]+)*", "bad-name", "snake")
KEBAB = text(
    "a kebab name such as `order-service` (at most 63 characters)",
    r"(?=.{1,63}$)[a-z][a-z0-9]*(-[a-z0-9]+)*",
    "bad-name",
    "kebab",
)
VERSION = text(
    "a version such as `1.4.0`",
    r"(0|[1-9][0-9]{0,5})(\.(0|[1-9][0-9]{0,5})){0,2}(-[0-9A-Za-z.-]{1,40})?(\+[0-9A-Za-z.-]{1,40})?",
)
DURATION = text("a duration such as `300ms`, `2s`, `5m`, `24h` or `7d`", r"[0-9]{1,9}(\.[0-9]{1,9})?(ms|s|m|h|d)")
TIME = text(
    "a time above 0 such as `300ms`, `2s`, `5m`, `24h` or `7d`",
    r"(?=[0-9.]*[1-9])[0-9]{1,9}(\.[0-9]{1,9})?(ms|s|m|h|d)",
)
TYPE = text("a type such as `uuid`, `string(1..32)?` or `list<Item>`")
CALL = text("a call such as `inventory.Reserve`", r"[a-z][a-z0-9_]*\.[A-Z][A-Za-z0-9]*")
ROUTE = text("a method and a path such as `GET /v1/orders/{order_id}`", r"(GET|HEAD|POST|PUT|PATCH|DELETE) +/[^\s]*")
METHOD = choice("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
PATH = text("a path such as `/v1/orders/{order_id}`", r"/[^\s]*")
HEADER = text("a header name such as `X-Request-Source`", r"[A-Za-z][A-Za-z0-9-]{0,63}")
RATE = text("a rate such as `100/s`", r"[1-9][0-9]{0,8}/(s|m|h|d)")
FILE = text("a relative path with `/`", r"[^\\\x00-\x1f]{1,400}")
URL = text("an http or https address", r"https?://[^\s\x00-\x1f\"'<>\\]{1,1000}")
CODE = choice(
    "invalid_argument",
    "failed_precondition",
    "out_of_range",
    "unauthenticated",
    "permission_denied",
    "not_found",
    "already_exists",
    "aborted",
    "resource_exhausted",
    "cancelled",
    "unknown",
    "internal",
    "data_loss",
    "unimplemented",
    "unavailable",
    "deadline_exceeded",
    says="a gRPC code such as `not_found`",
)
