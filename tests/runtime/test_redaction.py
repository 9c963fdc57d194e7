"""What is sensitive is replaced in a copy, and the original is not touched."""

from __future__ import annotations

from typing import ClassVar

from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field
from runtime.redaction import MAX_DEPTH, REDACTED, redact


class Card(BaseModel):
    __sensitive__: ClassVar = frozenset({"number"})
    number: str
    holder: str | None = None


class Person(BaseModel):
    __sensitive__: ClassVar = frozenset({"email", "from_"})
    name: str
    email: str | None = None
    cards: list[Card] = []
    by_name: dict[str, Card] = {}
    friends: list[Person] = []
    from_: str | None = Field(None, alias="from")


def test_sensitive_fields_are_hidden_at_every_depth_and_under_their_json_names():
    card = Card(number="4111", holder="Ada")
    person = Person.model_validate({"name": "Ada", "email": "a@b", "from": "Rome"})
    person.cards, person.by_name = [card], {"x": card}
    person.friends = [Person(name="Bob", email="b@c", friends=[Person(name="Eve", email="e@d")])]
    shown = redact(person)
    assert shown["email"] == shown["from"] == REDACTED
    assert shown["cards"] == [{"number": REDACTED, "holder": "Ada"}]
    assert shown["by_name"]["x"]["number"] == REDACTED
    assert shown["friends"][0]["friends"][0]["email"] == REDACTED
    assert person.email == "a@b"


def test_absent_values_are_shown_as_absent():
    assert redact(Person(name="Ada"))["email"] is None


def test_paths_name_what_a_mapping_cannot_say_itself():
    value = {"customer": {"email": "a@b", "name": "Ada"}, "items": [{"code": 1}, {"code": 2}], "map": {"k": {"v": 1}}}
    assert redact(value, ["customer.email", "items.code", "map.*.v"]) == {
        "customer": {"email": REDACTED, "name": "Ada"},
        "items": [{"code": REDACTED}, {"code": REDACTED}],
        "map": {"k": {"v": REDACTED}},
    }


def test_a_path_to_a_whole_part_hides_all_of_it():
    assert redact({"customer": {"email": "a@b"}}, ["customer"]) == {"customer": REDACTED}


def test_paths_add_to_what_models_say():
    assert redact(Card(number="4111", holder="Ada"), ["holder"]) == {"number": REDACTED, "holder": REDACTED}


def test_a_model_that_was_never_validated_is_copied_as_far_as_it_goes():
    assert redact(Card.model_construct(number="4111")) == {"number": REDACTED, "holder": None}


def test_an_endless_value_ends():
    circle: list = []
    circle.append(circle)
    depth, shown = 0, redact(circle)
    while isinstance(shown, list):
        depth, shown = depth + 1, shown[0]
    assert depth <= MAX_DEPTH + 1


plain = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abcd", max_size=3), inner, max_size=3),
    max_leaves=10,
)


@given(plain, st.lists(st.text("abc.*", max_size=6), max_size=3))
def test_without_a_match_a_plain_value_is_copied_as_it_is(value, paths):
    assert redact(value) == value
    redact(value, paths)
