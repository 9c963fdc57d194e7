"""Conversions of contracts that nobody thought of: they import, and what fits the types survives them."""

from __future__ import annotations

from typing import Any

import pytest
from contract_space import conversions
from conversions import Values, functions, load_package
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from mscgen.model.types import NamedType


# Not shrunk: every attempt is a new package to generate and import.
@settings(max_examples=12, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(text=conversions(), data=st.data())
def test_requests_and_responses_survive(
    tmp_path_factory: pytest.TempPathFactory, text: dict[str, Any], data: st.DataObject
) -> None:
    package = load_package(text, tmp_path_factory.mktemp("any"))
    values = Values(package)
    for rpc in package.service.wire.rpcs:
        operation = package.service.operation(rpc.operation)
        assert operation is not None
        decode, encode, encode_request, decode_reply = functions(package, rpc.operation)
        request = data.draw(values.of(NamedType(operation.request.name)))
        assert decode(encode_request(request)) == request
        results = [operation.response] if operation.http is None else [ref for _, ref in operation.http.responses]
        for result in results:
            response = None if result is None else data.draw(values.of(result))
            assert decode_reply(encode(response)) == response
