"""Many first messages: what went out in one call of SES is noted before the next call."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.core.errors import DomainError, Unavailable
from chalicelib.notifications.channels import TOGETHER, Message, Undeliverable
from chalicelib.requests import emails
from chalicelib.requests.model import Recipient, RecipientState
from chalicelib.requests.sending.bulk_mailer import SPARE, BulkMailer, MailRound, OwnerMessage

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
CLAIM = NOW + timedelta(minutes=1)

Answer = str | DomainError


class Place:
    """SES and the table in one: knows at any moment what went out and is not noted."""

    def __init__(self, number: int) -> None:
        self.recipients = [Recipient("r", f"{n}", f"o{n}", NOW) for n in range(number)]
        self.unnoted: set[str] = set()
        self.most_unnoted = self.too_early = 0
        self.sent: list[str] = []
        self.calls: list[int] = []
        self.released: list[str] = []
        self.refused: list[str] = []
        self.answer: Callable[[str], Answer] = lambda site_id: f"id-{site_id}"
        self.note_fails = False
        self.group_limit = TOGETHER
        self.claim = CLAIM
        self.store: Any = self
        self._lock = threading.Lock()

    def current_time(self) -> datetime:
        return NOW

    def letters(self) -> list[OwnerMessage]:
        owner = SimpleNamespace(texts_to=())
        request: Any = SimpleNamespace(id="r")
        made = []
        for recipient in self.recipients:
            matter: Any = SimpleNamespace(recipient=recipient, owner=owner, request=request)
            made.append(OwnerMessage((matter,), ("token",), self.claim, fresh=True))
        return made

    # as Post

    def hand_over_many(self, messages: Sequence[Message]) -> list[Answer]:
        answers = [self.answer(message.to) for message in messages]
        with self._lock:
            if self.unnoted:
                self.too_early += 1
            self.unnoted |= {m.to for m, a in zip(messages, answers, strict=True) if a == _id(m)}
            self.most_unnoted = max(self.most_unnoted, len(self.unnoted))
            self.sent += [message.to for message in messages]
            self.calls.append(len(messages))
        return answers

    def mark_undeliverable(self, recipient: Recipient, _: str) -> None:
        self.refused.append(recipient.site_id)

    # as RequestStore

    def replace_many(self, pairs: Sequence[tuple[Recipient, Recipient]]) -> list[Recipient]:
        if self.note_fails:
            raise Unavailable("busy")
        assert all(after.state is RecipientState.NOTIFIED for _, after in pairs)
        with self._lock:
            self.unnoted -= {before.site_id for before, _ in pairs}
        return []

    def change_many(self, _: object, __: datetime) -> list[Recipient]:
        return []

    def release(self, recipient: Recipient, claim: datetime) -> None:
        assert claim == self.claim
        self.released.append(recipient.site_id)


def _id(message: Message) -> str:
    return f"id-{message.to}"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> None:
    """A message says nothing but for which site it is."""

    def ask(_: object, matters: Sequence[Any], *__: object) -> Message:
        return Message(matters[0].recipient.site_id, "s", "t", "h")

    monkeypatch.setattr(emails, "request_email", ask)


def of(place: Place) -> BulkMailer:
    post: Any = place
    post.mail = SimpleNamespace(sender=None)
    return BulkMailer(post, "Europe/London")


@pytest.mark.usefixtures("written")
def test_no_call_goes_out_before_the_one_before_is_noted() -> None:
    """Also when several rounds of one process go out together."""
    place = Place(64)
    letters, made = of(place), place.letters()
    with ThreadPoolExecutor(3) as pool:
        sent = list(pool.map(letters.send_messages, (made[:30], made[30:45], made[45:])))
    assert sorted(place.sent) == sorted(one.site_id for one in place.recipients)
    assert place.most_unnoted == TOGETHER and not place.unnoted and not place.too_early
    assert sum(len(one.notified) for one in sent) == 64
    assert all(one.failed == 0 for one in sent) and place.released == []


@pytest.mark.usefixtures("written")
def test_calls_are_full_whatever_is_added_at_a_time() -> None:
    place = Place(34)
    made, going = place.letters(), MailRound(of(place))
    for some in (made[:13], made[13:14], made[14:]):
        going.add(some)
    assert len(going.finish().notified) == 34
    assert sorted(place.calls) == [4, 10, 10, 10]


@pytest.mark.usefixtures("written")
def test_each_letter_has_its_own_end() -> None:
    place = Place(4)
    said: dict[str, Answer] = {"1": Undeliverable("no"), "2": Unavailable("busy")}
    place.answer = lambda site_id: said.get(site_id, f"id-{site_id}")
    sent = of(place).send_messages(place.letters())
    assert sorted(one.site_id for one in sent.notified) == ["0", "3"] and sent.failed == 1
    assert (place.refused, place.released) == (["1"], ["2"])


@pytest.mark.usefixtures("written")
@pytest.mark.parametrize("error", [Unavailable("busy"), ConnectionError("no answer")])
def test_a_call_that_fails_gives_all_its_letters_back(error: Exception) -> None:
    place = Place(12)

    def silence(_: str) -> Answer:
        raise error

    place.answer = silence
    sent = of(place).send_messages(place.letters())
    assert sent.failed == 12 and sent.notified == []
    assert sorted(map(int, place.released)) == list(range(12))


@pytest.mark.usefixtures("written")
def test_nothing_is_begun_under_a_claim_that_is_nearly_over() -> None:
    place = Place(1)
    place.claim = NOW + SPARE - timedelta(seconds=1)
    assert of(place).send_messages(place.letters()).failed == 1
    assert place.sent == [] and place.released == ["0"]


@pytest.mark.usefixtures("written")
def test_after_a_call_that_could_not_be_noted_no_more_of_the_round_goes_out() -> None:
    place = Place(64)
    place.note_fails = True
    going = MailRound(of(place))
    going.add(place.letters())
    with pytest.raises(Unavailable):
        going.finish()
    assert len(place.sent) == TOGETHER and len(place.released) == 64 - TOGETHER
