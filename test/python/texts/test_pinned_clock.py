import time
from datetime import datetime

import pytest
from chat_templates import DATED, tokenizer_with
from jinja2 import TemplateError

from python_worker.texts.pinned_clock import PinnedClock, pinned

TURNS = [{"role": "user", "content": "why?"}]


def render(template):
    return tokenizer_with(template).apply_chat_template(TURNS, tokenize=False)


def test_a_pinned_template_sees_one_moment_and_today_again_afterwards():
    clock = PinnedClock(datetime(2001, 2, 3))
    with pinned(DATED, clock):
        assert render(DATED).startswith("Today: 03 Feb 2001\n")
    assert clock.was_read
    assert str(datetime.now().year) in render(DATED).splitlines()[0]


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo"])
def test_a_pinned_clock_is_the_same_in_every_time_zone(monkeypatch, zone):
    with monkeypatch.context() as changed:
        changed.setenv("TZ", zone)
        time.tzset()
        found = PinnedClock(datetime(2024, 7, 26)).strftime_now("%s %%s %-s %H:%M%z|%c")
    time.tzset()
    assert found == "1721952000 %s 1721952000 00:00|Fri Jul 26 00:00:00 2024"


def test_a_clock_that_no_template_looks_at_was_not_read():
    clock = PinnedClock(datetime(2001, 2, 3))
    with pinned("{{ messages[0]['content'] }}", clock):
        assert render("{{ messages[0]['content'] }}") == "why?"
    assert not clock.was_read


@pytest.mark.parametrize("chance", ["{{ [1, 2] | random }}", "{{ ([[1], [2]] | map('random') | list)[0] }}", "{{ lipsum() }}"])
def test_a_pinned_template_draws_nothing_at_random(chance):
    with pinned(chance, PinnedClock(datetime(2001, 2, 3))), pytest.raises(TemplateError, match="it draws at random"):
        render(chance)
    render(chance)
