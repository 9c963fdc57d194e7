from uuid import uuid4


def test_pages_meet_without_gap_or_overlap(rest):
    for i in range(3):
        body = {"email": f"page{i}@x.y", "name": "P"}
        rest.post("/v1/users", json=body, headers={"idempotency-key": str(uuid4())})
    everyone = [u["id"] for u in rest.get("/v1/users").json()["users"]]
    seen, token = [], ""
    while token is not None:
        page = rest.get("/v1/users", params={"page_size": 2, "page_token": token}).json()
        seen += [u["id"] for u in page["users"]]
        token = page.get("next_page_token")
    assert seen == everyone
