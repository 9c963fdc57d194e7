"""The contract language as one table: every section, key, value and default that `contract.yaml` may hold.

The structural check, `schemas/contract.schema.json` and `docs/reference/contract.md` are all derived from `CONTRACT`.
"""

from __future__ import annotations

from mscgen.read.language.deploy import DEPLOY, STORE
from mscgen.read.language.forms import KEBAB, PASCAL, SNAKE, VERSION
from mscgen.read.language.links import BROKER, DEPENDENCY, EXPOSE, POLICY, PUBLISHED, SUBSCRIBED
from mscgen.read.language.operations import AUTH, ERROR, OPERATION
from mscgen.read.language.types import DECLARED
from mscgen.read.shape import TEXT, Key, choice, integer, map_of, section, text

_PACKAGE = text("a proto package such as `shop.orders.v1`", r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){0,9}")

CONTRACT = section(
    "contract",
    "One file says what a service offers, what it needs and how it may fail.",
    {
        "mscgen": Key(integer("`1`", 1, 1), "The version of this language.", required=True),
        "service": Key(KEBAB, "The name of the service.", required=True),
        "version": Key(
            VERSION, "The version of the contract; its first number names the proto package.", required=True
        ),
        "kind": Key(choice("service", "gateway"), "A gateway has no domain of its own.", "service"),
        "owner": Key(TEXT, "The team that answers for it."),
        "doc": Key(TEXT, "What the service is for."),
        "auth": Key(AUTH, "Who may call, unless an operation says otherwise."),
        "broker": Key(BROKER, "The broker of its events.", "kafka"),
        "proto": Key(
            section(
                "proto",
                "Keeps the names of an existing wire contract.",
                {
                    "package": Key(_PACKAGE, "The proto package.", "<service>.v<major>"),
                    "service": Key(PASCAL, "The proto service.", "<Service>Service"),
                },
            ),
            "Keeps the names of an existing wire contract.",
        ),
        "types": Key(map_of(PASCAL, DECLARED, "a mapping of types"), "The types."),
        "errors": Key(map_of(PASCAL, ERROR, "a mapping of errors"), "The errors that operations may raise."),
        "operations": Key(map_of(PASCAL, OPERATION, "a mapping of operations"), "What the service does."),
        "publishes": Key(map_of(PASCAL, PUBLISHED, "a mapping of events"), "Events that it publishes."),
        "subscribes": Key(map_of(PASCAL, SUBSCRIBED, "a mapping of events"), "Events that it consumes."),
        "dependencies": Key(map_of(SNAKE, DEPENDENCY, "a mapping of dependencies"), "Services that it calls."),
        "policies": Key(
            map_of(SNAKE, POLICY, "a mapping of policies"), "Named policies; `default`, `critical` and `batch` exist."
        ),
        "expose": Key(EXPOSE, "Gateway only: what it shows of its dependencies."),
        "stores": Key(map_of(SNAKE, STORE, "a mapping of stores"), "The data that it owns or reads."),
        "deploy": Key(DEPLOY, "How it is deployed."),
    },
)
