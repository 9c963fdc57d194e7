"""What ties a service to others: events, dependencies, policies, and the gateway's `expose:`."""

from __future__ import annotations

from mscgen.read.language.forms import CODE, DURATION, FILE, HEADER, PASCAL, PATH, SNAKE, TIME
from mscgen.read.language.operations import CALLS, EMITS, FALLBACK, RECORD_OR_FIELDS
from mscgen.read.shape import BOOLEAN, TEXT, Key, choice, either, integer, list_of, map_of, number, section, text

_TOPIC = text("a topic of letters, digits, `.`, `_` and `-` (at most 249)", r"[A-Za-z0-9][A-Za-z0-9._-]{0,248}")
_RATIO = number("a number from 0 to 1", 0, 1)
BROKER = choice("kafka", "rabbitmq")

BACKOFF = either(
    DURATION,
    section(
        "backoff",
        "Full jitter: a random wait up to min(cap, base doubled per attempt).",
        {"base": Key(DURATION, "The first wait.", "50ms"), "cap": Key(DURATION, "The longest wait.", "1s")},
    ),
)

PUBLISHED = section(
    "published event",
    "An event that the service publishes, as CloudEvents 1.0 in binary mode.",
    {
        "payload": Key(RECORD_OR_FIELDS, "What the event carries.", required=True),
        "key": Key(SNAKE, "The required payload field that orders events.", "none"),
        "topic": Key(_TOPIC, "Where it is published.", "<service>.<event-kebab>.v<major>"),
        "broker": Key(BROKER, "Which broker carries it.", "the service's"),
        "ordering": Key(
            choice("key", "none"), "Whether events of one key keep their order.", "key with a key, else none"
        ),
        "compatibility": Key(
            choice("backward", "forward", "full", "backward_transitive", "forward_transitive", "full_transitive"),
            "What a new version must be able to read.",
            "backward",
        ),
        "delivery": Key(choice("outbox", "direct"), "In the handler's transaction, or at once.", "outbox"),
        "headers": Key(
            map_of(HEADER, SNAKE, "a mapping of headers to payload fields"), "Header → payload field.", "none"
        ),
        "doc": Key(TEXT, "When it happens."),
    },
)
SUBSCRIBED = section(
    "subscription",
    "An event that the service consumes.",
    {
        "from": Key(SNAKE, "The dependency that publishes it."),
        "topic": Key(_TOPIC, "The topic of an outside producer."),
        "payload": Key(RECORD_OR_FIELDS, "The payload of an outside producer."),
        "reads": Key(list_of(SNAKE, "a list of payload fields"), "The payload fields used.", "all"),
        "group": Key(text("a group name", r"[A-Za-z0-9][A-Za-z0-9._-]{0,248}"), "The consumer group.", "the service"),
        "concurrency": Key(integer("a whole number from 1 to 1000", 1, 1000), "Events in work at once.", "8"),
        "deadline": Key(TIME, "The time that one event may take.", "5s"),
        "idempotency": Key(choice("inbox", "natural"), "How a second delivery is made harmless.", "inbox"),
        "retry": Key(
            section(
                "retry",
                "What happens when the handler fails.",
                {
                    "attempts": Key(integer("a whole number from 1 to 100", 1, 100), "Tries in all.", "3"),
                    "backoff": Key(BACKOFF, "The wait between tries.", "50ms up to 1s"),
                    "then": Key(choice("dead_letter", "park", "drop"), "After the last try.", "dead_letter"),
                },
            ),
            "What happens when the handler fails.",
        ),
        "calls": Key(CALLS, "What its handler calls.", "none"),
        "emits": Key(EMITS, "Events that its handler publishes.", "none"),
        "doc": Key(TEXT, "What the service does with it."),
    },
)

_BREAKER = section(
    "breaker",
    "Stops calling a dependency that fails.",
    {
        "mode": Key(choice("window", "adaptive", "off"), "Sliding window, adaptive throttling, or none.", "window"),
        "window": Key(TIME, "The time looked back on.", "10s"),
        "failure_ratio": Key(_RATIO, "Opens at this share of failures.", "0.5"),
        "min_calls": Key(integer("a whole number from 1", 1, 1000000), "Never opens below so many calls.", "20"),
        "slow": Key(
            section(
                "slow",
                "Slow calls count too.",
                {
                    "threshold": Key(TIME, "A call slower than this is slow.", "0.8 of the per-try time"),
                    "ratio": Key(_RATIO, "Opens at this share of slow calls.", "0.8"),
                },
            ),
            "Slow calls.",
        ),
        "open": Key(
            section(
                "open",
                "How long it stays open.",
                {
                    "initial": Key(TIME, "The first time.", "5s"),
                    "max": Key(TIME, "The longest time; it doubles up to here.", "60s"),
                },
            ),
            "How long it stays open.",
        ),
        "half_open": Key(integer("a whole number from 1 to 100", 1, 100), "Trial calls before it closes.", "3"),
    },
)
POLICY = section(
    "policy",
    "How a client behaves towards one callee.",
    {
        "timeout": Key(TIME, "Total time of a call, all attempts and waits included.", "1s"),
        "per_try": Key(TIME, "Time of one attempt.", "the timeout shared among the attempts"),
        "attempts": Key(
            integer("a whole number from 1 to 5", 1, 5), "Sends in all; more than one only if it is safe.", "2"
        ),
        "backoff": Key(BACKOFF, "The wait between attempts.", "50ms up to 1s"),
        "retry_on": Key(list_of(CODE, "a list of gRPC codes"), "The codes that are retried.", "unavailable"),
        "budget": Key(
            section(
                "budget",
                "Bounds the extra load that retries make.",
                {
                    "ratio": Key(_RATIO, "Retries per call.", "0.1"),
                    "floor": Key(number("a number from 0", 0), "Retries a second that are always allowed.", "1"),
                },
            ),
            "Bounds the retries.",
        ),
        "breaker": Key(either(choice("window", "adaptive", "off"), _BREAKER), "The circuit breaker.", "window"),
        "bulkhead": Key(
            either(
                integer("a whole number from 1", 1, 100000),
                section(
                    "bulkhead",
                    "Bounds the calls in flight.",
                    {
                        "max": Key(integer("a whole number from 1", 1, 100000), "Calls in flight.", "16"),
                        "wait": Key(DURATION, "How long a further call waits.", "0s"),
                    },
                ),
            ),
            "Bounds the calls in flight.",
            "16",
        ),
        "hedge": Key(
            either(
                TIME,
                section(
                    "hedge",
                    "A second send when the first is slow; safe operations only.",
                    {
                        "delay": Key(TIME, "When it is sent.", required=True),
                        "max": Key(integer("a whole number from 2 to 3", 2, 3), "Sends in all.", "2"),
                    },
                ),
            ),
            "A second send when the first is slow.",
            "off",
        ),
        "fallback": Key(FALLBACK, "What to answer when the call fails.", "none: the error is the answer"),
    },
)

DEPENDENCY = section(
    "dependency",
    "A service that this one calls or listens to.",
    {
        "contract": Key(FILE, "Its contract, relative to this one."),
        "transport": Key(choice("grpc", "rest"), "How it is called.", "grpc"),
        "discovery": Key(choice("dns", "consul", "static"), "How its instances are found.", "dns"),
        "load_balancing": Key(
            choice("round_robin", "least_pending", "random"), "Which instance is called.", "round_robin"
        ),
        "policy": Key(SNAKE, "The policy for all its operations.", "default"),
        "operations": Key(map_of(PASCAL, POLICY, "a mapping of operations to policy keys"), "Overrides per operation."),
        "external": Key(BOOLEAN, "It has no contract here.", "false"),
        "openapi": Key(FILE, "The OpenAPI document of an external callee."),
        "proto": Key(FILE, "The proto file of an external callee."),
    },
)

_EXPOSED = either(choice("all"), list_of(PASCAL, "a list of operations"))
_EXPOSE = section(
    "expose",
    "What a gateway shows of its dependencies.",
    {"prefix": Key(PATH, "Put before each path.", "none")},
    says="a mapping of dependencies to `all` or a list of operations",
    rest=(SNAKE, _EXPOSED),
)
EXPOSE = either(_EXPOSE, list_of(_EXPOSE, "a list of them, each with its prefix"))
