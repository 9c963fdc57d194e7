"""`types:` and the fields that types, requests, payloads and error details share."""

from __future__ import annotations

from mscgen.read.language.forms import PASCAL, SNAKE, TYPE
from mscgen.read.shape import ANY, BOOLEAN, TEXT, Key, choice, either, integer, list_of, map_of, number, section, text

_WIRE = text("a JSON name of 1 to 100 visible characters", r"[^\x00-\x20\x7f]{1,100}")
_NUMBER = integer("a proto field number from 1 to 536870911", 1, 536870911)
_ENUM_NUMBER = integer("a proto enum number from 0 to 2147483647", 0, 2147483647)

FIELD = either(
    TYPE,
    section(
        "field",
        "The long form of a field, for what does not fit in a type string.",
        {
            "type": Key(TYPE, "The type string, `?` included.", required=True),
            "doc": Key(TEXT, "What the field means; goes to every output."),
            "default": Key(ANY, "The value when the key is absent; checked against the type.", "none"),
            "min": Key(number("a number"), "Smallest value, or smallest length.", "none"),
            "max": Key(number("a number"), "Largest value, or largest length.", "none"),
            "pattern": Key(
                TEXT,
                "A regular expression that is found in the string (RE2 syntax); anchor it with `^` and `$`.",
                "none",
            ),
            "format": Key(TEXT, "A hint such as `email`; documentation only.", "none"),
            "example": Key(ANY, "One example value for the documentation.", "none"),
            "wire": Key(_WIRE, "The JSON name where it must differ from the field's own.", "the field's name"),
            "number": Key(_NUMBER, "Pins the proto field number.", "from contract.lock"),
            "sensitive": Key(choice("pii", "secret"), "Redacted in logs, traces, error details and dead letters."),
            "deprecated": Key(BOOLEAN, "Marks the field in every output.", "false"),
            "renamed_from": Key(SNAKE, "The former name; keeps the proto number."),
            "read_only": Key(BOOLEAN, "Only the service sets it; ignored by partial updates.", "false"),
            "write_only": Key(BOOLEAN, "Only the caller sends it; never in an answer.", "false"),
            "nullable": Key(BOOLEAN, "The value may be `null`; says nothing about absence.", "false"),
        },
    ),
    says="a type such as `string(1..32)?`, or a mapping with `type`",
)
FIELDS = map_of(SNAKE, FIELD, "a mapping of fields, such as `{order_id: uuid}`", "fields")

_VALUE = section(
    "enum value",
    "One value of an enum.",
    {
        "number": Key(_ENUM_NUMBER, "Pins the proto number; 0 makes it the zero value.", "from contract.lock"),
        "wire": Key(_WIRE, "The string in JSON.", "the value's name"),
        "doc": Key(TEXT, "What the value means."),
        "deprecated": Key(BOOLEAN, "Marks the value in every output.", "false"),
        "renamed_from": Key(SNAKE, "The former name; keeps the proto number."),
    },
)
_VALUES = either(
    list_of(SNAKE, "a list of names"),
    map_of(SNAKE, _VALUE, "a mapping of names to `{number, wire, doc}`"),
)
_VARIANT = either(
    TYPE,
    section(
        "variant",
        "One arm of a union.",
        {
            "type": Key(TYPE, "A record.", required=True),
            "number": Key(_NUMBER, "Pins the proto field number.", "from contract.lock"),
            "doc": Key(TEXT, "What the arm means."),
        },
    ),
    says="a record type such as `Card`",
)

_DEPRECATED = Key(BOOLEAN, "Marks the type in every output.", "false")
_RENAMED = Key(PASCAL, "The former name; keeps the numbers in contract.lock.")
_DOC = Key(TEXT, "What the type means; goes to every output.")

RECORD = section(
    "record",
    "The long form of a record.",
    {
        "fields": Key(FIELDS, "The fields.", required=True),
        "doc": _DOC,
        "extends": Key(PASCAL, "A record whose fields come first."),
        "etag": Key(
            SNAKE, "The string field that versions the record: ETag, If-Match, 304 and 412 on REST, a check on gRPC."
        ),
        "deprecated": _DEPRECATED,
        "renamed_from": _RENAMED,
    },
    marker="fields",
)
ENUM = section(
    "enum",
    "One of a set of names. REST input is closed; readers of events and gRPC accept unknown values.",
    {
        "enum": Key(_VALUES, "The values.", required=True),
        "doc": _DOC,
        "deprecated": _DEPRECATED,
        "renamed_from": _RENAMED,
    },
    marker="enum",
)
UNION = section(
    "union",
    "One of several records, told apart by a key: a proto `oneof`, a JSON object with a discriminator.",
    {
        "union": Key(map_of(SNAKE, _VARIANT, "a mapping of tags to records"), "Tag → record.", required=True),
        "discriminator": Key(SNAKE, "The JSON key that holds the tag.", "kind"),
        "doc": _DOC,
        "deprecated": _DEPRECATED,
        "renamed_from": _RENAMED,
    },
    marker="union",
)
ALIAS = section(
    "alias",
    "The long form of an alias: a constrained type with a name.",
    {
        "alias": Key(TYPE, "The type string.", required=True),
        "doc": _DOC,
        "pattern": Key(
            TEXT, "A regular expression that is found in the string (RE2 syntax); anchor it with `^` and `$`."
        ),
        "format": Key(TEXT, "A hint such as `email`; documentation only."),
    },
    marker="alias",
)
DECLARED = either(
    TYPE, RECORD, ENUM, UNION, ALIAS, FIELDS, says="a type string, a mapping of fields, or `enum:` or `union:`"
)
