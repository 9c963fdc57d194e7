"""Who may call: closed by default, whatever was forgotten."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runtime.auth import ApiKeyAuthenticator, CertificateAuthenticator, Principal, authentication
from runtime.errors import PermissionDenied, Unauthenticated

pytestmark = pytest.mark.anyio
ALICE = Principal("alice", frozenset({"orders:read", "orders:write"}), "api_key")
BOB = Principal("bob", scheme="api_key")
KEYS = ApiKeyAuthenticator({"alice-key": ALICE, "bob-key": BOB})


class Call:
    def __init__(self, names: tuple[str, ...] = (), **headers: str) -> None:
        self.peer_names = names
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}

    def header(self, name: str) -> str | None:
        return self.headers.get(name)


async def test_an_operation_whose_scheme_nobody_configured_is_closed_to_everybody():
    for configured in ([], [CertificateAuthenticator()]):
        stage = authentication("CreateOrder", ["api_key"], [], configured)
        for call in (Call(), Call(x_api_key="alice-key"), Call(("spiffe://x",), authorization="Bearer x")):
            with pytest.raises(Unauthenticated):
                await stage(call)


async def test_an_operation_with_no_scheme_left_is_closed_too():
    with pytest.raises(Unauthenticated):
        await authentication("CreateOrder", [], [], [KEYS])(Call(x_api_key="alice-key"))


async def test_a_known_key_is_its_caller_and_any_other_is_refused_without_a_hint():
    stage = authentication("CreateOrder", ["api_key"], [], [KEYS])
    assert await stage(Call(x_api_key="alice-key")) is ALICE
    assert await stage(Call(x_api_key="bob-key")) is BOB
    details = set()
    for key in ("alice-keY", "alice-key ", "alice", "x" * 100_000, "ä", "\ud800"):
        with pytest.raises(Unauthenticated) as raised:
            await stage(Call(x_api_key=key))
        details.add(raised.value.detail)
        assert raised.value.challenge
    assert details == {"The credentials are not valid."}


@given(st.text())
async def test_no_text_whatever_is_let_in_by_mistake(text):
    stage = authentication("CreateOrder", ["api_key"], [], [KEYS])
    if text not in ("alice-key", "bob-key"):
        with pytest.raises(Unauthenticated):
            await stage(Call(x_api_key=text))


async def test_no_credentials_are_answered_with_how_to_bring_some():
    stage = authentication("CreateOrder", ["api_key"], [], [KEYS])
    with pytest.raises(Unauthenticated) as raised:
        await stage(Call())
    assert raised.value.detail == "Credentials are required."
    assert raised.value.challenge == 'ApiKey header="x-api-key"'


async def test_a_caller_without_a_needed_scope_is_known_and_denied():
    stage = authentication("CreateOrder", ["api_key"], ["orders:write", "orders:read"], [KEYS])
    assert await stage(Call(x_api_key="alice-key")) is ALICE
    with pytest.raises(PermissionDenied, match="orders:read orders:write"):
        await stage(Call(x_api_key="bob-key"))


async def test_the_first_scheme_with_credentials_decides():
    stage = authentication("CreateOrder", ["mtls", "api_key"], [], [KEYS, CertificateAuthenticator()])
    assert (await stage(Call(("spiffe://shop/pay",), x_api_key="bob-key"))).subject == "spiffe://shop/pay"
    assert await stage(Call(x_api_key="bob-key")) is BOB
    with pytest.raises(Unauthenticated):
        await stage(Call(x_api_key="wrong"))


async def test_certificates_can_be_narrowed_to_known_callers():
    pay = Principal("pay", frozenset({"orders:write"}), "mtls")
    one = CertificateAuthenticator({"spiffe://shop/pay": pay})
    assert await one.authenticate(Call(("dns:x", "spiffe://shop/pay"))) is pay
    assert await one.authenticate(Call()) is None
    with pytest.raises(Unauthenticated):
        await one.authenticate(Call(("spiffe://shop/other",)))


async def test_a_header_of_another_name_can_carry_the_key():
    other = ApiKeyAuthenticator({"k": BOB}, header="X-Shop-Key")
    assert await other.authenticate(Call(x_shop_key="k")) is BOB
    assert await other.authenticate(Call(x_api_key="k")) is None


def test_an_empty_key_is_refused_when_it_is_configured():
    with pytest.raises(ValueError, match="empty"):
        ApiKeyAuthenticator({"": BOB})


def test_keys_are_not_kept():
    assert "alice-key" not in repr(vars(KEYS))
    assert b"alice-key" not in repr(vars(KEYS)).encode()
