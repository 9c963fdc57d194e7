"""`errors:`, `auth:` and `operations:`."""

from __future__ import annotations

from mscgen.read.language.forms import (
    CALL,
    CODE,
    DURATION,
    HEADER,
    METHOD,
    PASCAL,
    PATH,
    RATE,
    ROUTE,
    SNAKE,
    TIME,
    TYPE,
    URL,
)
from mscgen.read.language.types import FIELDS
from mscgen.read.shape import (
    ANY,
    BOOLEAN,
    NOTHING,
    TEXT,
    Key,
    choice,
    either,
    integer,
    later,
    list_of,
    map_of,
    section,
    text,
)

RECORD_OR_FIELDS = either(PASCAL, FIELDS, says="a record type, or a mapping of fields")

ERROR = either(
    CODE,
    section(
        "error",
        "The long form of an error.",
        {
            "code": Key(CODE, "The gRPC status code.", required=True),
            "status": Key(integer("an HTTP status from 400 to 599", 400, 599), "The HTTP status.", "by the code"),
            "doc": Key(TEXT, "When it happens."),
            "details": Key(RECORD_OR_FIELDS, "What the error carries, as fields or a record type.", "nothing"),
            "retryable": Key(BOOLEAN, "Whether the same call may succeed later.", "by the code"),
        },
    ),
    says="a gRPC code such as `not_found`, or a mapping with `code`",
)

_SCOPES = list_of(text("a scope such as `orders:write`", r"[\x21\x23-\x5b\x5d-\x7e]{1,200}"), "a list of scopes")
AUTH = either(
    choice("public", "jwt", "api_key", "mtls"),
    section(
        "auth",
        "Who may call. Several schemes are alternatives.",
        {
            "jwt": Key(
                section(
                    "jwt",
                    "A bearer token, checked for signature, issuer, audience and time.",
                    {
                        "issuer": Key(TEXT, "The `iss` that a token must carry.", required=True),
                        "audience": Key(TEXT, "The `aud` that a token must carry.", required=True),
                        "jwks_url": Key(URL, "Where the issuer publishes its keys.", required=True),
                    },
                ),
                "A signed token.",
            ),
            "api_key": Key(
                section(
                    "api_key",
                    "A shared secret in a header.",
                    {"header": Key(HEADER, "The header that carries the key.", "x-api-key")},
                ),
                "A key in a header.",
            ),
            "mtls": Key(section("mtls", "A client certificate.", {}, says="`{}`"), "A client certificate."),
            "scopes": Key(_SCOPES, "Scopes that the caller must have.", "none"),
        },
    ),
    says="`public`, a scheme (`jwt`, `api_key`, `mtls`), or a mapping of schemes",
)

_STATUS = text("a success status such as `201`", r"2[0-9][0-9]")
_ALSO = list_of(ROUTE, "a list of further routes")
HTTP = section(
    "http",
    "The long form of a REST mapping.",
    {
        "method": Key(METHOD, "The method.", required=True),
        "path": Key(PATH, "The path; `{names}` are request fields.", required=True),
        "status": Key(
            either(
                integer("a success status such as `201`", 200, 299),
                map_of(_STATUS, either(TYPE, NOTHING), "a mapping of statuses to types"),
            ),
            "The success status, or a mapping of success statuses to response types.",
            "201 for a POST named Create…, 204 without a response, else 200",
        ),
        "body": Key(
            text("a request field, or `*`", r"\*|[a-z][a-z0-9_]*"),
            "The request field that is the whole body.",
            "all fields not placed elsewhere",
        ),
        "query": Key(
            list_of(SNAKE, "a list of request fields"),
            "Request fields in the query.",
            "for GET, HEAD and DELETE those not placed elsewhere",
        ),
        "headers": Key(
            section(
                "headers",
                "Fields that travel in headers.",
                {
                    "in": Key(
                        map_of(SNAKE, HEADER, "a mapping of request fields to headers"), "Request field → header."
                    ),
                    "out": Key(
                        map_of(SNAKE, HEADER, "a mapping of response fields to headers"), "Response field → header."
                    ),
                },
            ),
            "Fields that travel in headers, not in the body.",
        ),
        "also": Key(_ALSO, "Further routes to the same operation.", "none"),
        "form": Key(later("form bodies"), "A form body (comes with a later version)."),
    },
)

_CALL = either(
    CALL,
    section(
        "each",
        "A bounded fan-out: one call per item.",
        {
            "each": Key(CALL, "The call.", required=True),
            "max": Key(integer("a whole number from 1 to 10000", 1, 10000), "At most so many calls.", "none"),
        },
    ),
)
CALLS = list_of(
    either(*_CALL.options, list_of(_CALL, "an inner list, run in parallel"), says="a call, `each:`, or an inner list"),
    "a list of calls",
)
EMITS = list_of(PASCAL, "a list of events")

FALLBACK = either(
    choice("omit", "stale", "handler"),
    section(
        "fallback",
        "What to answer when the call fails.",
        {
            "value": Key(ANY, "A fixed answer; checked against the response."),
            "stale": Key(DURATION, "The last good answer, no older than this."),
        },
    ),
    says="`omit`, `stale`, `handler` or `{value: …}`",
)
_BRANCH = section(
    "branch",
    "One field of a composed response.",
    {
        "call": Key(CALL, "The operation that supplies it.", required=True),
        "with": Key(
            map_of(SNAKE, SNAKE, "a mapping of its request fields to ours"), "Its request field → our request field."
        ),
        "fallback": Key(FALLBACK, "What stands in when the call fails.", "the whole response fails"),
    },
)

OPERATION = section(
    "operation",
    "One thing that the service does.",
    {
        "http": Key(either(ROUTE, HTTP), "The REST mapping.", "not on REST"),
        "grpc": Key(
            either(
                BOOLEAN, section("grpc", "A foreign rpc name.", {"name": Key(PASCAL, "The rpc's name.", required=True)})
            ),
            "`false` takes it off gRPC; `{name: …}` keeps a foreign rpc name.",
            "true",
        ),
        "request": Key(either(TYPE, FIELDS), "A record type, an inline record, or `stream T`.", "empty"),
        "response": Key(either(TYPE, FIELDS), "Any type, an inline record, or `stream T`.", "empty"),
        "errors": Key(list_of(PASCAL, "a list of errors"), "The errors that it may raise.", "none"),
        "idempotency": Key(
            either(
                choice("safe", "natural", "keyed", "none"),
                section(
                    "idempotency",
                    "The long form.",
                    {
                        "mode": Key(choice("safe", "natural", "keyed", "none"), "The mode.", required=True),
                        "ttl": Key(TIME, "How long an outcome is kept.", "24h"),
                        "fingerprint": Key(
                            list_of(SNAKE, "a list of request fields"), "Fields compared on reuse of a key.", "all"
                        ),
                    },
                ),
            ),
            "Whether the same call may be sent twice.",
            "safe for GET, HEAD and a streamed response; natural for PUT and DELETE; none for a streamed request; "
            "others must say it",
        ),
        "deadline": Key(TIME, "The total time that it may take.", "1s for a query, 2s for a command, 5s composed"),
        "calls": Key(CALLS, "What it calls, in order; an inner list runs in parallel.", "none"),
        "emits": Key(EMITS, "Events that it publishes.", "none"),
        "paginate": Key(
            SNAKE, "The list field of the response; adds page_size, page_token and next_page_token.", "off"
        ),
        "auth": Key(AUTH, "Who may call this operation.", "the service's"),
        "rate_limit": Key(
            either(
                RATE,
                section(
                    "rate_limit",
                    "The long form.",
                    {
                        "rate": Key(RATE, "How many calls in which time.", required=True),
                        "per": Key(choice("caller", "service"), "For each caller, or for all together.", "service"),
                    },
                ),
            ),
            "At most so many calls.",
            "none",
        ),
        "cache": Key(
            section(
                "cache",
                "How long an answer may be reused.",
                {
                    "max_age": Key(DURATION, "Reused without asking.", required=True),
                    "stale_if_error": Key(DURATION, "Reused when the origin fails (RFC 5861).", "0s"),
                },
            ),
            "For safe operations: how long an answer may be reused.",
            "none",
        ),
        "compose": Key(
            map_of(SNAKE, _BRANCH, "a mapping of response fields to calls"), "Gateway only: response field → call."
        ),
        "deprecated": Key(BOOLEAN, "Marks the operation in every output.", "false"),
        "renamed_from": Key(PASCAL, "The former name; moves the handler and keeps the numbers."),
        "doc": Key(TEXT, "What it does; goes to every output."),
        "examples": Key(list_of(ANY, "a list of requests"), "Example requests, checked against the request type."),
    },
)
