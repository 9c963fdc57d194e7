"""`stores:` and `deploy:`."""

from __future__ import annotations

from mscgen.read.language.forms import HEADER
from mscgen.read.shape import TEXT, Key, choice, either, integer, list_of, map_of, number, section, text

_TABLE = text("a table name such as `orders`", r"[A-Za-z_][A-Za-z0-9_]{0,62}(\.[A-Za-z_][A-Za-z0-9_]{0,62})?")
_TABLES = list_of(_TABLE, "a list of tables")
_LABEL = text("a DNS-1123 label", r"(?=.{1,63}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_QUANTITY = text(
    "a Kubernetes quantity such as `500m` or `256Mi`", r"[0-9]{1,12}(\.[0-9]{1,6})?(m|k|M|G|T|Ki|Mi|Gi|Ti)?"
)

STORE = section(
    "store",
    "Data that the service owns or reads.",
    {
        "kind": Key(choice("sqlite", "postgres", "redis"), "What it is.", required=True),
        "owns": Key(_TABLES, "Tables that only this service writes.", "none"),
        "reads": Key(_TABLES, "Tables of others that it reads.", "none"),
    },
)
DEPLOY = section(
    "deploy",
    "How the service is deployed.",
    {
        "mesh": Key(choice("istio", "istio-ambient", "linkerd", "none"), "The service mesh.", "none"),
        "namespace": Key(_LABEL, "The Kubernetes namespace.", "the service's name"),
        "replicas": Key(
            either(
                integer("a whole number from 1", 1, 10000),
                text("a range such as `2..10`", r"[1-9][0-9]{0,4}\.\.[1-9][0-9]{0,4}"),
            ),
            "How many instances.",
            "2..10",
        ),
        "resources": Key(
            map_of(
                text("a resource such as `cpu`", r"[a-z][a-z0-9./-]{0,62}"),
                either(_QUANTITY, number("a number", 0)),
                "a mapping of resources to quantities",
            ),
            "What one instance needs.",
            "none",
        ),
        "canary": Key(
            section(
                "canary",
                "A part of the traffic for another version.",
                {
                    "version": Key(_LABEL, "The version.", required=True),
                    "weight": Key(
                        integer("per cent from 0 to 100", 0, 100), "Its share of the traffic.", required=True
                    ),
                    "match": Key(
                        section(
                            "match",
                            "Requests that always go there.",
                            {
                                "header": Key(HEADER, "The header.", required=True),
                                "value": Key(TEXT, "Its value.", required=True),
                            },
                        ),
                        "Requests that always go there.",
                        "none",
                    ),
                },
            ),
            "A part of the traffic for another version.",
            "none",
        ),
        "host": Key(
            text("a host name", r"(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"),
            "The public host name.",
            "none",
        ),
        "image": Key(
            text("a container image", r"[a-z0-9][A-Za-z0-9._:/@-]{0,254}"), "The container image.", "the service's name"
        ),
    },
)
