"""An owner at an address that nothing vouches for reads no word of the case."""

from __future__ import annotations

import pytest

from chalicelib.registry.model import Doubt, Site
from chalicelib.registry.vetting.doubts import UNDOUBTED_SITES, WORDS, counted, moved
from chalicelib.requests.told_words import ASKS, HAPPENED, words_for
from tests.support.places import a_site

CHECKED = a_site()
DOUBTED = a_site(doubts=(Doubt.PIN,))


@pytest.mark.parametrize("sites", [[DOUBTED], [None], [DOUBTED, None], []])
def test_nothing_is_said_where_no_address_is_vouched_for(sites: list[Site | None]) -> None:
    said = words_for(sites, "A burglary", "Look for a red coat")
    assert (said.happened, said.asks) == (HAPPENED, ASKS)


@pytest.mark.parametrize("sites", [[CHECKED], [DOUBTED, CHECKED], [None, CHECKED]])
def test_one_address_that_is_vouched_for_is_enough(sites: list[Site | None]) -> None:
    said = words_for(sites, "A burglary", "Look for a red coat")
    assert (said.happened, said.asks) == ("A burglary", "Look for a red coat")


@pytest.mark.parametrize("doubt", Doubt)
def test_each_doubt_is_said_in_words(doubt: Doubt) -> None:
    assert WORDS[doubt]


def test_another_pin_ends_only_the_doubts_of_the_place() -> None:
    both = (Doubt.PIN, Doubt.MANY_SITES)
    assert moved(both, ()) == (Doubt.MANY_SITES,)
    assert moved((), (Doubt.PIN,)) == (Doubt.PIN,)


def test_a_mailbox_registers_a_few_addresses_without_a_doubt() -> None:
    assert counted((), UNDOUBTED_SITES - 1) == ()
    assert counted((), UNDOUBTED_SITES) == (Doubt.MANY_SITES,)
