"""Likely slips in the domain of an e-mail address, and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.typed.email_addresses import meant_email, shown_email
from chalicelib.core.typed.mail_domains import _known, meant_domain, one_slip_apart


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gmail.con", "gmail.com"),
        ("gmial.com", "gmail.com"),
        ("gmail.co", "gmail.com"),
        ("gmail.co.uk", "gmail.com"),
        ("gamil.con", "gmail.com"),
        ("hotmial.com", "hotmail.com"),
        ("hotmail.co.ku", "hotmail.co.uk"),
        ("yahoo.co.ukk", "yahoo.co.uk"),
        ("yahoo.cm", "yahoo.com"),
        ("outlok.com", "outlook.com"),
        ("iclould.com", "icloud.com"),
        ("btintermet.com", "btinternet.com"),
        ("aol.con", "aol.com"),
        ("me.con", "me.com"),
    ],
)
def test_a_likely_slip_is_noticed(typed: str, meant: str) -> None:
    assert meant_domain(typed) == meant
    assert meant_email(f"pat@{typed}") == f"pat@{meant}"


@pytest.mark.parametrize(
    "typed",
    [
        *("example.test", "westmidlands.police.uk", "mme.com", "hotmail.ca", "yahoo.co.nz"),
        *("live.ca", "protonmail.ch", "email.com", "mail.com", "ymail.com", "fastmail.fm"),
    ],
)
def test_other_domains_are_not_asked_about(typed: str) -> None:
    assert meant_domain(typed) == "" == meant_email(f"pat@{typed}")


def test_no_known_domain_is_taken_for_another() -> None:
    assert len(_known()) > 60
    assert [domain for domain in _known() if meant_domain(domain)] == []


words = st.text("abc", max_size=6)


def distance(a: str, b: str) -> int:
    """Of Damerau and Levenshtein, restricted to neighbours: the slow way of the books."""
    rows = [[max(i, j) for j in range(len(b) + 1)] for i in range(len(a) + 1)]
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            change = a[i - 1] != b[j - 1]
            rows[i][j] = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + change)
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]


@given(words, words)
def test_one_slip_is_a_distance_of_one(a: str, b: str) -> None:
    assert one_slip_apart(a, b) == (distance(a, b) == 1)


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        ("pat@xn--exmple-cua.com", "pat@exämple.com"),
        ("pat@example.com", "pat@example.com"),
        ("pat@xn--a.com", "pat@xn--a.com"),
        ("", ""),
    ],
)
def test_an_address_is_shown_as_its_owner_writes_it(kept: str, shown: str) -> None:
    assert shown_email(kept) == shown
