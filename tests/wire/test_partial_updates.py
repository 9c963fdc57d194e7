"""`partial<T>` on gRPC: the record and a field mask (AIP-134, AIP-161), the same patch as JSON Merge Patch gives on REST."""

from __future__ import annotations

import json
from typing import Any

import pytest
from conversions import Package, functions, load_package
from google.protobuf import text_format
from google.protobuf.json_format import MessageToDict
from pydantic import ValidationError
from services import contract

TYPES: dict[str, Any] = {
    "Status": {"enum": ["open", "closed"]},
    "City": {"name": "string", "code": "string?"},
    "Address": {"street": "string", "line2": "string?", "city": "City"},
    "User": {
        "id": {"type": "uuid", "read_only": True},
        "name": "string(1..10)",
        "visits": "int32",
        "note": "string?",
        "status": "Status = open",
        "born": "date",
        "seen": "timestamp",
        "address": "Address",
        "second": "Address?",
        "third": {"type": "Address?", "nullable": True},
        "tags": "list<string>",
        "more": "list<string>?",
        "labels": "map<string>",
        "cities": "map<City>?",
        "both": {"type": "string?", "nullable": True},
        "extra": "json",
        "from": "string?",
    },
}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    update = {"request": {"user": "partial<User>"}, "response": "User", "idempotency": "natural"}
    return load_package(contract(types=TYPES, operations={"Update": update}), tmp_path_factory.mktemp("partial"))


def read(package: Package, user: str, *paths: str) -> Any:
    """The patch in a request with this user and this mask."""
    request = package.pb.UpdateRequest(user=text_format.Parse(user, package.pb.User()))
    request.update_mask.paths.extend(paths)
    return functions(package, "Update")[0](request.SerializeToString()).user


def sent(package: Package, patch: Any) -> dict[str, Any]:
    """What a client sends for a patch."""
    raw = functions(package, "Update")[2](package.models.UpdateRequest(user=patch))
    return MessageToDict(package.pb.UpdateRequest.FromString(raw), preserving_proto_field_name=True)


def errors(package: Package, user: str, *paths: str) -> list[tuple[Any, ...]]:
    with pytest.raises(ValidationError) as caught:
        read(package, user, *paths)
    return [(*e["loc"], e["type"]) for e in caught.value.errors()]


def changes(patch: Any) -> Any:
    """What a patch says, as plain values."""
    if isinstance(patch, dict):
        return {key: changes(value) for key, value in patch.items()}
    return {key: changes(value) for key, value in patch.changes().items()} if hasattr(patch, "changes") else patch


@pytest.mark.parametrize(
    ("user", "paths", "said"),
    [
        ('name: "a" visits: 5', ["name"], {"name": "a"}),
        ('name: "a" visits: 5', ["visits", "name"], {"name": "a", "visits": 5}),
        ("visits: 5", ["note"], {"note": None}),
        ('note: ""', ["note"], {"note": ""}),
        ("", ["visits"], {"visits": 0}),
        ("", ["tags"], {"tags": []}),
        ("more {}", ["more"], {"more": []}),
        ("", ["more"], {"more": None}),
        ("both {}", ["both"], {"both": None}),
        ('both { value: "x" }', ["both"], {"both": "x"}),
        ("", ["both"], {"both": None}),
        ("", ["status"], {"status": None}),
        ('from: "x"', ["from"], {"from_": "x"}),
        ("extra { null_value: NULL_VALUE }", ["extra"], {"extra": None}),
        ('address { city { name: "b" } }', ["address.city.name"], {"address": {"city": {"name": "b"}}}),
        ("", ["address.city.code"], {"address": {"city": {"code": None}}}),
        ("", ["second.line2"], {"second": {"line2": None}}),
        ("", ["second"], {"second": None}),
        ('third { value { street: "s" } }', ["third.street"], {"third": {"street": "s"}}),
        ("third {}", ["third"], {"third": None}),
        (
            'address { street: "s" city { name: "c" } }',
            ["address"],
            {"address": {"street": "s", "line2": None, "city": {"name": "c", "code": None}}},
        ),
        (
            'address { street: "s" city { name: "c" } }',
            ["address.street", "address"],
            {"address": {"street": "s", "line2": None, "city": {"name": "c", "code": None}}},
        ),
        ('labels { key: "a" value: "1" }', ["labels"], {"labels": {"a": "1"}}),
        ('labels { key: "a" value: "1" }', ["labels.a", "labels.b"], {"labels": {"a": "1", "b": None}}),
        ('labels { key: "a.b`" value: "1" }', ["labels.`a.b```"], {"labels": {"a.b`": "1"}}),
        ("", ["cities.`x y`"], {"cities": {"x y": None}}),
        ('name: "a" id: "nonsense"', ["name", "id"], {"name": "a"}),
    ],
    ids=str,
)
def test_a_mask_says_what_changes(package: Package, user: str, paths: list[str], said: dict[str, Any]) -> None:
    assert changes(read(package, user, *paths)) == said


def test_without_a_mask_the_populated_fields_change(package: Package) -> None:
    user = 'id: "x" name: "a" note: "" tags: "t" address { street: "s" city { name: "c" } }'
    address = {"street": "s", "line2": None, "city": {"name": "c", "code": None}}
    assert changes(read(package, user)) == {"name": "a", "note": "", "tags": ["t"], "address": address}


def test_without_anything_nothing_changes(package: Package) -> None:
    assert changes(read(package, "")) == {}


def test_a_star_is_everything_that_can_change(package: Package) -> None:
    user = 'name: "a" born: "2000-01-01" seen {} address { city {} } extra { bool_value: true }'
    found = changes(read(package, user, "*"))
    assert set(found) == {f.python for f in package.service.types["User"].fields} - {"id"}
    assert (found["visits"], found["note"], found["second"]) == (0, None, None)


def test_a_star_without_what_is_required_is_refused(package: Package) -> None:
    found = errors(package, 'name: "a" born: "2000-01-01"', "*")
    assert found == [
        ("user", "seen", "datetime_type"),
        ("user", "address", "model_type"),
        ("user", "extra", "invalid-json-value"),
    ]


@pytest.mark.parametrize(
    "path",
    [
        "nothing",
        "name.first",
        "address.nothing",
        "address.city.name.x",
        "from_",
        "",
        "a..b",
        "labels.a.b",
        "NAME",
        "name.",
        "`",
        "**",
        "." * 50,
    ],
)
def test_an_unknown_path_is_refused_and_shown(package: Package, path: str) -> None:
    (found,) = errors(package, 'name: "a" labels { key: "a" value: "1" }', path)
    assert found[0] == "user"
    assert path.split(".")[0] in str(found)


def test_a_path_of_any_length_is_refused_without_recursion(package: Package) -> None:
    (found,) = errors(package, "", ".".join(["address"] * 200_000))
    assert found[-1] == "extra_forbidden"


def test_values_in_a_patch_are_validated(package: Package) -> None:
    assert errors(package, 'name: ""', "name") == [("user", "name", "string_too_short")]
    assert errors(package, 'born: "x"', "born") == [("user", "born", "date_type")]
    assert errors(package, "status: 9", "status") == [("user", "status", "enum")]


def test_a_client_names_what_its_patch_says(package: Package) -> None:
    models = package.models
    patch = models.UserPatch(
        name="a",
        note=None,
        address=models.AddressPatch(line2=None, city=models.CityPatch(name="c")),
        labels={"x": "1", "y z": None},
        third=None,
    )
    assert sent(package, patch) == {
        "user": {"name": "a", "address": {"city": {"name": "c"}}, "labels": {"x": "1"}, "third": {}},
        "update_mask": "name,note,address.line2,address.city.name,third,labels.x,labels.`y z`",
    }


def test_a_patch_that_says_nothing_changes_nothing(package: Package) -> None:
    models = package.models
    for patch in (models.UserPatch(), models.UserPatch(address=models.AddressPatch()), models.UserPatch(labels={})):
        decoded = functions(package, "Update")[0](functions(package, "Update")[2](models.UpdateRequest(user=patch)))
        assert changes(decoded.user) == {}


@pytest.mark.parametrize(
    "document",
    [
        {"name": "a", "visits": 3},
        {"note": None, "second": None, "both": None},
        {"address": {"line2": None, "city": {"name": "x"}}},
        {"labels": {"a": "1", "b": None}},
        {"tags": [], "extra": {"a": [1, None]}},
        {},
    ],
    ids=str,
)
def test_a_merge_patch_of_rest_is_the_same_patch_over_grpc(package: Package, document: dict[str, Any]) -> None:
    models = package.models
    rest = models.UpdateRequest.model_validate_json(json.dumps({"user": document}), strict=True, by_name=False)
    grpc = functions(package, "Update")[0](functions(package, "Update")[2](rest))
    assert changes(grpc.user) == changes(rest.user)
