"""What a connection to a CLI remembers of what it told."""

from __future__ import annotations

from paydesk.core.listeners import HANDLER_SECONDS_MAX, SHAPES, Telling, conversation


def hear(telling: Telling, name: str, now: float = 0) -> None:
    """The CLI acknowledges both frames."""
    for shape in SHAPES:
        telling.heard(conversation(name, shape), now)


def test_an_event_is_done_once_both_shapes_were_heard() -> None:
    telling = Telling(forwards=False)
    telling.told("evt_1")
    telling.heard(conversation("evt_1", "default"), 0)
    telling.heard(conversation("evt_1", "default"), 0)
    assert (telling.unheard, telling.take_done(0)) == (1, [])
    telling.heard(conversation("evt_1", "latest"), 0)
    assert (telling.unheard, telling.take_done(0), telling.take_done(0)) == (0, ["evt_1"], [])


def test_one_that_is_forwarded_is_done_when_the_handler_has_answered() -> None:
    telling = Telling(forwards=True)
    telling.told("evt_1")
    hear(telling, "evt_1")
    assert (telling.unheard, telling.take_done(0)) == (0, [])
    assert telling.under_way == {"evt_1"}
    telling.handled(conversation("evt_1", "latest"))
    assert telling.take_done(0) == ["evt_1"]
    assert telling.under_way == frozenset()


def test_the_handler_may_be_quicker_than_the_acknowledgement() -> None:
    telling = Telling(forwards=True)
    telling.told("evt_1")
    telling.handled(conversation("evt_1", "default"))
    hear(telling, "evt_1")
    assert telling.take_done(0) == ["evt_1"]


def test_a_handler_that_never_answers_is_waited_for_so_long() -> None:
    telling = Telling(forwards=True)
    telling.told("evt_1")
    hear(telling, "evt_1", now=100)
    assert telling.take_done(100 + HANDLER_SECONDS_MAX - 1) == []
    assert telling.take_done(100 + HANDLER_SECONDS_MAX) == ["evt_1"]


def test_what_was_never_told_is_not_heard() -> None:
    telling = Telling(forwards=True)
    hear(telling, "evt_1")
    telling.handled("nonsense")
    telling.handled("")
    assert telling.take_done(1_000) == []
