"""Operations over HTTP, called over real sockets by a real client, and by some that are none."""

from __future__ import annotations

import base64
import json
import time

import pytest
from rest_client import connected, eventually, post, read, request, reset
from runtime.testing import serving
from sample_service import make


@pytest.fixture(scope="module")
def service():
    with serving(make, grpc_port=0, max_body_bytes=200_000) as running:
        yield running


@pytest.fixture
def http(service):
    return service.http


@pytest.fixture
def deps(service):
    deps = service.service.deps
    deps.calls = deps.cancelled = 0
    deps.entered.clear()
    return deps


@pytest.fixture
def port(service):
    return service.service.http_port


def problem(answer, status, reason):
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    document = answer.json()
    assert document["status"] == status
    assert document["reason"] == reason
    assert document["type"] == f"https://errors.sample-service/{reason}"
    assert document["domain"] == "sample-service"
    assert len(document["trace_id"]) == 32
    return document


def key(name):
    return {"idempotency-key": name}


# ------------------------------------------------------------------ answers


def test_a_body_in_and_a_body_out(http):
    answer = http.post("/v1/notes", json={"note_id": "a1", "text": "hi", "price": "1.50"}, headers=key("a1"))
    assert answer.status_code == 201
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == {"note_id": "a1", "text": "hi", "version": 1, "price": "1.50", "tags": []}


def test_parameters_of_every_place_and_form(http):
    query = {"text": "ä/b c", "count": 3, "ratio": "2.5", "flag": "true", "tags": ["x", "y"], "numbers": [1, 2]}
    answer = http.get("/v1/echo", params=query, headers={"x-token": "t"})
    assert answer.json() == {
        "text": "ä/b c",
        "count": 3,
        "ratio": 2.5,
        "flag": True,
        "tags": ["x", "y"],
        "numbers": [1, 2],
        "token": "t",
    }


def test_path_query_and_body_make_one_request(http):
    answer = http.put("/v1/echo/a%2Fb", params={"flag": "false"}, json={"count": 2, "tags": ["t"]})
    assert answer.json() == {"text": "a/b", "count": 2, "flag": False, "tags": ["t"], "numbers": []}


def test_a_body_whose_fields_are_all_optional_may_be_left_out(http):
    assert http.put("/v1/echo/x").json()["text"] == "x"


def test_the_literal_path_wins_over_the_parameter(http):
    assert http.get("/v1/notes/me").json()["note_id"] == "me"


def test_nothing_to_say_is_204_without_a_body(http):
    answer = http.delete("/v1/notes/nobody")
    assert (answer.status_code, answer.content, answer.headers.get("content-type")) == (204, b"", None)


def test_the_type_of_the_response_chooses_the_status(http):
    assert http.post("/v1/jobs", json={}).status_code == 200
    later = http.post("/v1/jobs", json={"mode": "later"})
    assert (later.status_code, later.json()) == (202, {"job": "7"})


def test_a_response_that_is_no_record_stands_bare(http):
    assert http.get("/v1/lines", params={"count": 2}).json() == [{"text": "", "number": 0}, {"text": "", "number": 1}]


def test_head_is_get_without_the_body(http):
    answer, whole = http.head("/v1/notes/me"), http.get("/v1/notes/me")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == str(len(whole.content))


def test_options_names_the_methods(http):
    answer = http.options("/v1/notes/a")
    assert (answer.status_code, answer.headers["allow"]) == (204, "DELETE, GET, HEAD, OPTIONS, PATCH")


def test_a_deprecated_operation_says_so(http):
    assert http.get("/v1/echo").headers["deprecation"] == "true"


def test_metadata_reaches_the_handler_and_comes_back(http, deps):
    raw = base64.b64encode(b"\x01\xfe").decode()
    answer = http.post("/v1/do", json={"mode": "metadata"}, headers={"X-Custom": "v", "x-raw-bin": raw})
    assert (deps.metadata["x-custom"], deps.binary) == ("v", b"\x01\xfe")
    assert deps.peer.startswith("127.0.0.1:")
    assert answer.headers["x-answer"] == "yes"
    assert base64.b64decode(answer.headers["x-raw-bin"] + "==") == b"\x00\xff\x01"


def test_a_handler_cannot_forge_headers(http):
    answer = http.post("/v1/do", json={"mode": "forge"})
    problem(answer, 500, "INTERNAL")
    assert "set-cookie" not in answer.headers


def test_many_calls_on_one_connection_and_pipelined(port):
    one = post("/v1/do", b'{"count":1}') + post("/v1/do", b'{"count":2}')
    with connected(port) as connection:
        for _ in range(3):
            connection.sendall(one)
            data = b""
            while data.count(b'"number":') < 2:
                data += connection.recv(65536)
            assert data.index(b'"number":1') < data.index(b'"number":2')


# ------------------------------------------------------------------ conditions


def test_an_entity_tag_saves_the_body(http):
    http.post("/v1/notes", json={"note_id": "e1", "price": "2.00"}, headers=key("e1"))
    first = http.get("/v1/notes/e1")
    assert (first.headers["etag"], first.headers["x-price"]) == ('"1"', "2.00")
    assert first.headers["cache-control"] == "public, max-age=5"
    for known in ('"1"', 'W/"1"', '"0", "1"', "*"):
        again = http.get("/v1/notes/e1", headers={"if-none-match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", '"1"')
    assert http.get("/v1/notes/e1", headers={"if-none-match": '"2"'}).status_code == 200


def test_a_change_of_an_old_version_is_refused(http):
    http.post("/v1/notes", json={"note_id": "e2"}, headers=key("e2"))
    patch = {"content": b'{"text":"new"}'}
    kind = {"content-type": "application/merge-patch+json"}
    stale = http.patch("/v1/notes/e2", **patch, headers={"if-match": '"7"', **kind})
    problem(stale, 412, "PRECONDITION_FAILED")
    weak = http.patch("/v1/notes/e2", **patch, headers={"if-match": 'W/"1"', **kind})
    problem(weak, 412, "PRECONDITION_FAILED")
    fresh = http.patch("/v1/notes/e2", **patch, headers={"if-match": '"1"', **kind})
    assert (fresh.status_code, fresh.headers["etag"], fresh.json()["text"]) == (200, '"2"', "new")


def test_a_merge_patch_tells_absent_null_and_value_apart(http):
    http.post("/v1/notes", json={"note_id": "p1", "text": "t", "price": "1.00"}, headers=key("p1"))
    kept = http.patch("/v1/notes/p1", content=b'{"text":"u"}', headers={"content-type": "application/merge-patch+json"})
    assert (kept.json()["text"], kept.json()["price"]) == ("u", "1.00")
    gone = http.patch("/v1/notes/p1", json={"price": None})
    assert "price" not in gone.json()
    assert gone.json()["text"] == "u"
    problem(http.patch("/v1/notes/p1", json={"note_id": "p2"}), 400, "INVALID_REQUEST")


# ------------------------------------------------------------------ errors


def test_an_error_of_the_contract_is_its_problem(http):
    document = problem(http.get("/v1/notes/none"), 404, "NOTE_GONE")
    assert document["detail"] == "no note none"
    answer = http.post("/v1/do", json={"mode": "sold out"})
    document = problem(answer, 409, "SOLD_OUT")
    assert (document["code"], document["details"], answer.headers["retry-after"]) == (
        "failed_precondition",
        {"left": 3},
        "2",
    )


@pytest.mark.parametrize("mode", ["boom", "bad model", "wrong type", "nothing", "cancelled elsewhere"])
def test_a_fault_of_the_service_shows_nothing_of_itself(http, mode):
    answer = http.post("/v1/do", json={"mode": mode})
    document = problem(answer, 500, "INTERNAL")
    assert document["detail"] == "Internal error."
    assert "4711" not in answer.text
    assert "Traceback" not in answer.text


def test_an_operation_without_handler_is_501(http):
    problem(http.get("/v1/missing"), 501, "UNIMPLEMENTED")


@pytest.mark.parametrize(
    "path", ["/", "/nope", "/v1/notes", "/v1/notes/", "/v1/notes/a/b", "/v1//notes", "/V1/notes/a"]
)
def test_an_unknown_path_is_404(http, path):
    answer = http.get(path)
    if path == "/v1/notes":
        assert answer.headers["allow"] == "OPTIONS, POST"
        assert answer.json()["reason"] == "METHOD_NOT_ALLOWED"
    else:
        assert (answer.status_code, answer.json()["reason"]) == (404, "ROUTE_NOT_FOUND")


@pytest.mark.parametrize("method", ["PUT", "POST", "TRACE", "BREW"])
def test_another_method_is_405_and_says_which_there_are(port, method):
    answer = request(port, f"{method} /v1/notes/a HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n".encode())
    if method == "BREW":
        assert answer.status == 400  # the HTTP parser does not know it
    else:
        assert (answer.status, answer.headers["allow"]) == (405, "DELETE, GET, HEAD, OPTIONS, PATCH")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"{", "json_invalid"),
        (b"", "missing"),
        (b"[]", "model_type"),
        (b"null", "model_type"),
        (b'"x"', "model_type"),
        (b'{"note_id":"a"}}', "json_invalid"),
        (b'{"note_id":"a",}', "json_invalid"),
        (b'{"note_id":NaN}', "string_type"),
        (b'{"note_id":"\xff"}', "json_invalid"),
        (b'{"note_id":"\\ud800"}', "json_invalid"),
        (b"\xef\xbb\xbf{}", "json_invalid"),
        (b"[" * 50_000, "json_invalid"),
        (b'{"note_id":' * 5_000 + b"1" + b"}" * 5_000, "json_invalid"),
        (b'{"note_id":5}', "string_type"),
        (b'{"note_id":""}', "string_too_short"),
        (b'{"note_id":"a","version":"1"}', "int_type"),
        (b'{"note_id":"a","version":1.5}', "int_type"),
        (b'{"note_id":"a","version":true}', "int_type"),
        (b'{"note_id":"a","tags":{}}', "list_type"),
        (b'{"note_id":"a","price":1.5}', "string_type"),
        (b'{"note_id":"a","more":1}', "extra_forbidden"),
        (b'{"note_id":"a","version":null}', "int_type"),
    ],
    ids=lambda value: value[:24] if isinstance(value, bytes) else value,
)
def test_a_body_that_does_not_fit_is_400_and_runs_nothing(http, deps, content, code):
    headers = {"content-type": "application/json", **key("bad")}
    answer = http.post("/v1/notes", content=content, headers=headers)
    document = problem(answer, 400, "INVALID_REQUEST")
    assert document["errors"][0]["code"] == code
    assert deps.calls == 0


def test_of_two_equal_keys_the_last_one_counts(http):
    """RFC 8259 §4 leaves it open; most readers of JSON do so."""
    content = b'{"count":1,"count":2}'
    assert http.post("/v1/do", content=content, headers={"content-type": "application/json"}).json()["number"] == 2


def test_a_missing_body_names_what_it_lacks(http):
    document = problem(http.post("/v1/notes", headers=key("none")), 400, "INVALID_REQUEST")
    assert document["errors"] == [{"pointer": "#/note_id", "code": "missing", "detail": "The field is required."}]


@pytest.mark.parametrize(
    "query",
    [
        "count=x",
        "count=1.5",
        "count=",
        "count=-1",
        "flag=1",
        "ratio=NaN",
        "ratio=1e999",
        "nope=1",
        "count=1&count=2",
        "text=%ff",
        "numbers=1&numbers=x",
        "flag=TRUE",
    ],
)
def test_a_parameter_that_does_not_fit_is_400(http, query):
    problem(http.get(f"/v1/echo?{query}"), 400, "INVALID_REQUEST")


def test_a_body_cannot_override_the_path(http, deps):
    problem(
        http.put("/v1/echo/a", content=b'{"text":"b"}', headers={"content-type": "application/json"}),
        400,
        "INVALID_REQUEST",
    )
    assert deps.calls == 0


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", "application/json; charset=latin-1", ""],
)
def test_another_media_type_is_415(http, deps, kind):
    problem(http.post("/v1/do", content=b"{}", headers={"content-type": kind}), 415, "UNSUPPORTED_MEDIA_TYPE")
    assert deps.calls == 0


@pytest.mark.parametrize(
    "kind", ["application/json; charset=utf-8", 'Application/JSON; charset="UTF-8"', "application/json;v=1"]
)
def test_the_media_type_may_have_parameters(http, kind):
    assert http.post("/v1/do", content=b"{}", headers={"content-type": kind}).status_code == 200


@pytest.mark.parametrize("accept", ["text/html", "application/xml;q=0.9", "application/json;q=0", "image/*"])
def test_a_caller_who_cannot_read_the_answer_is_406_and_runs_nothing(http, deps, accept):
    problem(http.post("/v1/do", json={}, headers={"accept": accept}), 406, "NOT_ACCEPTABLE")
    assert deps.calls == 0


@pytest.mark.parametrize(
    "accept", ["*/*", "application/*", "text/html, application/json;q=0.5", "application/json", "text/html, */*;q=0.1"]
)
def test_a_caller_who_can_read_it_is_answered(http, accept):
    assert http.post("/v1/do", json={}, headers={"accept": accept}).status_code == 200


# ------------------------------------------------------------------ time


def test_a_call_that_takes_too_long_is_504_and_cancelled(http, deps):
    problem(
        http.post("/v1/do", json={"mode": "sleep", "wait": 30}, headers={"grpc-timeout": "50m"}),
        504,
        "DEADLINE_EXCEEDED",
    )
    assert deps.cancelled == 1


def test_the_contract_ends_a_call_whose_caller_has_more_time(http, deps):
    problem(
        http.post("/v1/do", json={"mode": "sleep", "wait": 30}, headers={"grpc-timeout": "1H"}),
        504,
        "DEADLINE_EXCEEDED",
    )


def test_a_call_without_time_left_runs_nothing(http, deps):
    problem(http.post("/v1/do", json={}, headers={"grpc-timeout": "0m"}), 504, "DEADLINE_EXCEEDED")
    assert deps.calls == 0


@pytest.mark.parametrize("value", ["1", "S", "1s", "123456789S", "-1S", "1 S", "١S"])
def test_a_time_that_cannot_be_read_is_400(http, value):
    problem(http.post("/v1/do", json={}, headers={"grpc-timeout": value.encode()}), 400, "INVALID_REQUEST")


def test_the_handler_knows_how_much_time_is_left(http, deps):
    deps.remaining.clear()
    http.post("/v1/do", json={}, headers={"grpc-timeout": "500m"})
    assert 0 < deps.remaining[0] <= 0.5


# ------------------------------------------------------------------ protection


def test_a_private_operation_wants_to_know_who_calls(http):
    assert problem(http.get("/v1/secret"), 401, "UNAUTHENTICATED")
    assert "ApiKey" in http.get("/v1/secret").headers["www-authenticate"]
    problem(http.get("/v1/secret", headers={"x-api-key": "wrong"}), 401, "UNAUTHENTICATED")
    problem(http.get("/v1/secret", headers={"x-api-key": "key-b"}), 403, "PERMISSION_DENIED")
    assert http.get("/v1/secret", headers={"x-api-key": "key-a"}).json()["text"] == "a"


def test_calls_over_the_rate_are_429_and_say_when(http):
    answers = [http.get("/v1/rare") for _ in range(3)]
    assert [a.status_code for a in answers] == [200, 200, 429]
    problem(answers[2], 429, "QUOTA_EXCEEDED")
    assert int(answers[2].headers["retry-after"]) > 0


def test_one_key_one_effect(http, deps):
    body = {"note_id": "k1", "text": "slow"}
    first = http.post("/v1/notes", json=body, headers=key("k1"))
    again = http.post("/v1/notes", json=dict(reversed(body.items())), headers=key('"k1"'))
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert deps.calls == 1
    problem(http.post("/v1/notes", json={"note_id": "k2"}, headers=key("k1")), 422, "IDEMPOTENCY_KEY_REUSED")
    problem(http.post("/v1/notes", json=body), 400, "IDEMPOTENCY_KEY_MISSING")


def test_a_lasting_error_is_the_answer_to_its_key_and_a_passing_one_is_not(http, deps):
    for text, status, calls in (("gone", 404, 1), ("sold out", 409, 2)):
        deps.calls = 0
        body = {"note_id": "k3", "text": text}
        answers = [http.post("/v1/notes", json=body, headers=key(f"k3 {text}")) for _ in range(2)]
        assert [a.status_code for a in answers] == [status, status]
        assert answers[0].json() | {"trace_id": ""} == answers[1].json() | {"trace_id": ""}
        assert deps.calls == calls


def test_a_replay_has_the_headers_of_the_first_answer_and_says_that_it_is_one(http):
    for text, status in (("headers", 201), ("gone", 404)):
        body = {"note_id": "k4", "text": text}
        first, again = (http.post("/v1/notes", json=body, headers=key(f"k4 {text}")) for _ in range(2))
        assert (first.status_code, again.status_code) == (status, status)
        assert first.headers["x-note"] == again.headers["x-note"] == "k4"
        assert first.headers["x-raw-bin"] == again.headers["x-raw-bin"] == "AP8"
        assert "idempotency-replayed" not in first.headers
        assert again.headers["idempotency-replayed"] == "true"


# ------------------------------------------------------------------ clients that misbehave


def test_a_body_over_the_limit_is_413_however_it_comes(http, port, deps):
    answer = http.post("/v1/do", content=b" " * 300_000, headers={"content-type": "application/json"})
    problem(answer, 413, "TOO_LARGE")
    assert answer.headers["connection"] == "close"
    chunks = (b" " * 50_000 for _ in range(10))
    problem(http.post("/v1/do", content=chunks, headers={"content-type": "application/json"}), 413, "TOO_LARGE")
    said = request(port, post("/v1/do", b"", length=10**12))
    assert said.status == 413
    assert deps.calls == 0


def test_the_limit_itself_is_allowed(http):
    body = b'{"mode":"' + b"x" * (200_000 - 11) + b'"}'
    assert http.post("/v1/do", content=body, headers={"content-type": "application/json"}).status_code == 200


def test_a_body_that_comes_in_pieces_is_read_whole(port):
    with connected(port) as connection:
        head, _, body = post("/v1/do", b'{"count":7}').partition(b"\r\n\r\n")
        connection.sendall(head + b"\r\n\r\n")
        for byte in body:
            connection.sendall(bytes([byte]))
        assert read(connection).json()["number"] == 7


def test_a_client_that_waits_for_100_continue_is_told_to_go_on(port):
    with connected(port) as connection:
        connection.sendall(post("/v1/do", b"", "Expect: 100-continue", length=2))
        assert connection.recv(100).startswith(b"HTTP/1.1 100")
        connection.sendall(b"{}")
        assert read(connection).status == 200


def test_a_body_that_does_not_come_ends_at_the_deadline(port, deps):
    answer = request(port, post("/v1/do", b'{"count"', "grpc-timeout: 100m", length=100))
    assert (answer.status, answer.json()["reason"]) == (504, "DEADLINE_EXCEEDED")
    assert deps.calls == 0


def test_a_client_that_hangs_up_in_its_body_leaves_nothing_behind(service, port, deps):
    for _ in range(5):
        with connected(port) as connection:
            connection.sendall(post("/v1/do", b'{"count"', length=100))
            reset(connection)
    assert service.http.get("/livez").status_code == 200
    assert deps.calls == 0


def test_a_handler_stops_when_its_caller_hangs_up(service, port, deps):
    with connected(port) as connection:
        connection.sendall(post("/v1/do", b'{"mode":"sleep","wait":30}'))
        assert eventually(deps.entered.is_set)
        reset(connection)
    assert eventually(lambda: deps.cancelled == 1)
    deps.entered.clear()
    with connected(port) as connection:
        connection.sendall(b"GET /v1/watch?wait=30 HTTP/1.1\r\nHost: x\r\n\r\n")
        assert eventually(deps.entered.is_set)
        reset(connection)
    assert eventually(lambda: deps.cancelled == 2)


@pytest.mark.parametrize(
    "data", [b"\x16\x03\x01\x02\x00\x01", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x00" * 100]
)
def test_what_is_no_http_ends_the_connection_only(service, port, data):
    with connected(port) as connection:
        connection.sendall(data)
        assert connection.recv(1000).startswith((b"HTTP/1.1 400", b""))
    assert service.http.get("/livez").status_code == 200


# ------------------------------------------------------------------ streams


def events(lines):
    """(event, id, data) of each event; None for a heartbeat."""
    found, current = [], {}
    for line in lines:
        if line.startswith(":"):
            found.append(None)
        elif line:
            name, _, value = line.partition(": ")
            current[name] = value
        elif current:
            found.append((current.get("event"), current.get("id"), json.loads(current["data"])))
            current = {}
    return found


def test_a_stream_is_server_sent_events(http):
    with http.stream("GET", "/v1/watch", params={"count": 3}) as answer:
        assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert answer.headers["cache-control"] == "no-store"
        found = events(answer.iter_lines())
    assert found == [(None, str(n + 1), {"text": "", "number": n}) for n in range(3)]


def test_the_ids_go_on_where_the_client_left_off(http):
    with http.stream("GET", "/v1/watch", params={"count": 1}, headers={"last-event-id": "41"}) as answer:
        assert events(answer.iter_lines())[0][1] == "42"


def test_a_stream_may_have_a_body(http):
    with http.stream("POST", "/v1/follow", json={"count": 2}) as answer:
        assert [e[2]["number"] for e in events(answer.iter_lines())] == [0, 1]


def test_a_failure_before_the_first_event_is_a_problem(http):
    problem(http.get("/v1/watch", params={"mode": "fail first"}), 404, "NOTE_GONE")
    problem(http.get("/v1/watch", params={"count": "x"}), 400, "INVALID_REQUEST")
    problem(http.get("/v1/watch", headers={"accept": "application/json"}), 406, "NOT_ACCEPTABLE")


@pytest.mark.parametrize(("mode", "reason"), [("fail last", "NOTE_GONE"), ("boom", "INTERNAL")])
def test_a_later_failure_is_the_last_event(http, mode, reason):
    with http.stream("GET", "/v1/watch", params={"count": 1, "mode": mode}) as answer:
        found = events(answer.iter_lines())
    assert found[0][0] is None
    event, _, document = found[-1]
    assert (event, document["reason"]) == ("error", reason)
    assert "4711" not in json.dumps(document)


def test_an_idle_stream_opens_and_shows_that_it_lives(http):
    with http.stream("GET", "/v1/watch", params={"count": 1, "wait": "0.8"}) as answer:
        assert answer.status_code == 200
        found = events(answer.iter_lines())
    assert found == [None, (None, "1", {"text": "", "number": 0})]


def test_a_stream_ends_at_its_callers_deadline(http, deps):
    with http.stream(
        "GET", "/v1/watch", params={"count": 1000, "wait": "0.05"}, headers={"grpc-timeout": "300m"}
    ) as answer:
        event, _, document = events(answer.iter_lines())[-1]
    assert (event, document["reason"]) == ("error", "DEADLINE_EXCEEDED")
    assert deps.cancelled == 1


def test_head_of_a_stream_starts_nothing(http, deps):
    answer = http.head("/v1/watch")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")


def test_a_slow_reader_holds_its_stream_back(service, port, deps):
    """The handler would make 400 MB; what it makes while nobody reads fits into the buffers between."""
    deps.produced = 0
    with connected(port) as connection:
        connection.sendall(b"GET /v1/watch?count=400&size=1000000 HTTP/1.1\r\nHost: x\r\n\r\n")
        connection.recv(1000)
        seen = [-1]

        def stands_still():
            seen.append(deps.produced)
            time.sleep(0.1)
            return seen[-1] == seen[-2] == deps.produced

        assert eventually(stands_still)
        assert deps.produced < 100
        assert service.http.get("/livez").status_code == 200
        reset(connection)
    assert eventually(lambda: deps.cancelled == 1)


# ------------------------------------------------------------------ pages and neighbours


def test_the_pages_of_the_service(http):
    assert http.get("/livez").json()["status"] == "alive"
    assert http.get("/readyz").json()["status"] == "serving"
    assert http.get("/openapi.json").json() == {"openapi": "3.1.0"}
    docs = http.get("/docs")
    assert docs.headers["content-type"].startswith("text/html")
    assert "script-src" in docs.headers["content-security-policy"]
    assert 'operation="Echo"' in http.get("/metrics").text


def test_the_trace_of_the_caller_goes_on(http):
    trace = "0af7651916cd43dd8448eb211c80319c"
    answer = http.get("/v1/notes/none", headers={"traceparent": f"00-{trace}-b7ad6b7169203331-01"})
    assert answer.json()["trace_id"] == trace
