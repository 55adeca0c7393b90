"""A server that keeps its answers says the same as one that does not, also after a change."""

from __future__ import annotations

import requests

from demo.jira.server import EMAIL, TOKEN, DemoJira

ASKED = {"issueIdsOrKeys": ["PAY-5"], "fields": ["summary"]}


def _answer(demo, **headers):
    return requests.post(
        f"{demo.url}/rest/api/3/issue/bulkfetch",
        json=ASKED,
        headers=headers,
        auth=(EMAIL, TOKEN),
        timeout=5,
    )


def test_a_kept_answer_is_that_of_a_server_that_keeps_none():
    with DemoJira() as plain, DemoJira(keep_answers=True) as keeping:
        expected = _answer(plain).json()
        assert _answer(keeping).json() == expected
        assert _answer(keeping).json() == expected
        assert _answer(keeping, **{"Accept-Encoding": "identity"}).json() == expected


def test_it_is_compressed_for_who_takes_it_so():
    with DemoJira(keep_answers=True) as demo:
        assert _answer(demo).headers["Content-Encoding"] == "gzip"
        assert "Content-Encoding" not in _answer(demo, **{"Accept-Encoding": "identity"}).headers


def test_it_is_forgotten_when_something_changes():
    with DemoJira(keep_answers=True) as demo:
        _answer(demo)
        demo.site.edit_issue("PAY-5", summary="Another summary")
        assert _answer(demo).json()["issues"][0]["fields"]["summary"] == "Another summary"


def test_credentials_are_asked_for_all_the_same():
    with DemoJira(keep_answers=True) as demo:
        _answer(demo)
        refused = requests.post(f"{demo.url}/rest/api/3/issue/bulkfetch", json=ASKED, timeout=5)
        assert refused.status_code == 401
