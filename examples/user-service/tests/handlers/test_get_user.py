def test_an_unknown_user_is_not_found(rest):
    answer = rest.get("/v1/users/nobody")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
