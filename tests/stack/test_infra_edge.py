"""One origin: what CloudFront hands on, and what answers where the app has nothing."""

from __future__ import annotations

from tests.running import RunningStack


def test_unknown_paths_and_methods_get_the_apps_own_answer(stack: RunningStack) -> None:
    with stack.http() as http:
        assert http.get("/no/such/page").status_code == 404
