import pytest
from chat_templates import DATED, NO_SYSTEM, PLAIN, tokenizer_with

from python_worker.base.errors import WorkerError
from python_worker.protocol.messages import ChatTurns
from python_worker.texts.open_chat import open_chat

ONLY_WITHOUT_SYSTEM = "{% if messages[0]['role'] != 'system' %}{{ strftime_now('%Y') }}{% endif %}" + PLAIN
LLAMA = "{% if not date_string is defined %}{% set date_string = '26 Jul 2024' %}{% endif %}{{ date_string }}\n" + PLAIN
UNUSED = "{% set today = strftime_now('%Y-%m-%d') %}" + PLAIN


def opened(template, system="", date=None):
    return open_chat(tokenizer_with(template), "m", ChatTurns(system=system, date=date))


@pytest.mark.parametrize(
    ("template", "system", "date", "recorded"),
    [
        (PLAIN, "", None, None),
        (DATED, "", None, "2024-07-26"),
        (DATED, "", "2025-01-31", "2025-01-31"),
        (DATED, None, "2019-11-03", "2019-11-03"),
        (ONLY_WITHOUT_SYSTEM, "", None, None),
        (ONLY_WITHOUT_SYSTEM, None, None, "2024-07-26"),
        (UNUSED, "", None, None),
        (LLAMA, "", None, None),
        (LLAMA, "", "2025-01-31", "2025-01-31"),
    ],
)
def test_a_chat_has_a_date_where_its_texts_depend_on_one(template, system, date, recorded):
    assert opened(template, system, date).date == recorded


def test_every_text_of_a_chat_has_its_date():
    assert opened(DATED).render("why?").startswith("Today: 26 Jul 2024\n")
    assert opened(DATED, date="2025-01-31").render("why?", "so").startswith("Today: 31 Jan 2025\n")
    assert opened(LLAMA, date="2025-01-31").render("why?").startswith("31 Jan 2025\n")
    assert opened(LLAMA).render("why?").startswith("26 Jul 2024\n")


def test_a_date_that_some_texts_alone_have_must_be_given():
    template = "{% if 'day' in messages[1]['content'] %}{{ strftime_now('%A') }}{% endif %}" + PLAIN
    with pytest.raises(WorkerError, match=r"writes the date into some texts and not into others; give the day in a template file"):
        opened(template).render("what day is it?")
    assert opened(template, date="2024-07-26").render("what day is it?").startswith("Friday")
    assert opened(template, date="2024-07-26").date == "2024-07-26"


@pytest.mark.parametrize("date", ["0000-01-01", "2024-02-30", "26 Jul 2024"])
def test_a_date_that_is_none_is_refused(date):
    with pytest.raises(WorkerError, match=f"Cannot use date '{date}' in a chat: ") as caught:
        opened(DATED, date=date)
    assert caught.value.code == "INVALID_ARGUMENT"


def test_a_date_without_a_place_is_refused():
    with pytest.raises(WorkerError, match="Cannot use date 2024-07-26 with the chat template of model 'm': it writes no date; leave"):
        opened(PLAIN, date="2024-07-26")


@pytest.mark.parametrize(
    ("template", "system", "written"),
    [(PLAIN, "", ""), (PLAIN, None, None), (PLAIN, "be brief", "be brief"), (NO_SYSTEM + PLAIN, "", None), (NO_SYSTEM + PLAIN, None, None)],
)
def test_an_empty_system_turn_is_left_out_where_the_template_takes_none(template, system, written):
    chat = opened(template, system)
    turn = "" if written is None else f"<|start|>system\n{written}<|end|>\n"
    assert (chat.system, chat.render("why?")) == (written, f"{turn}<|start|>user\nwhy?<|end|>\n")


LEFT_OUT = "{% for m in messages %}{% if m['role'] != 'ROLE' %}[{{ m['content'] }}]{% endif %}{% endfor %}"


@pytest.mark.parametrize(
    ("template", "message"),
    [
        (NO_SYSTEM + PLAIN, r"System role not supported; leave the system turn out \(chat: {system: null}\), or use a model"),
        (LEFT_OUT.replace("ROLE", "system"), r"it leaves the system turn out; leave the system turn out"),
        (LEFT_OUT.replace("ROLE", "user"), "it leaves the user's turn out; use a model whose template takes"),
        (LEFT_OUT.replace("ROLE", "assistant"), "it leaves the assistant's turn out; use a model"),
        ("{{ messages[0]['content'] | random }}", "it draws at random; use a model"),
        ("{{ messages[0]['content'] + 1 }}", "can only concatenate str"),
        ({"tool_use": PLAIN}, "This model has multiple chat templates with no default specified"),
        (None, "its tokenizer has none; use a model"),
    ],
)
def test_a_template_that_does_not_write_what_it_is_given_is_refused(template, message):
    with pytest.raises(WorkerError, match=f"^Cannot use the chat template of model 'm': {message}") as caught:
        opened(template, "be brief")
    assert caught.value.code == "INVALID_DATA"


def test_a_system_turn_that_a_template_writes_by_default_may_be_given():
    default = "{% if messages[0]['role'] != 'system' %}<|start|>system\nbe kind<|end|>\n{% endif %}" + PLAIN
    assert opened(default, "be kind").render("why?") == opened(default, None).render("why?")
