"""Spans of answers in chats: the turn is known by its frame, whatever the template makes of the answer."""

import pytest
from chat_templates import ASKING, NO_SYSTEM, PLAIN, REASONING, TRIMMED, tokenizer_with

from python_worker.protocol.messages import ChatTurns
from python_worker.texts.answer_places import PlacesInChat, PlacesInTemplate
from python_worker.texts.open_chat import open_chat
from python_worker.texts.rendering import TextBatch

HEADER, TAIL = "<|start|>assistant\n", "<|end|>\n"
PROMPTS = ["why?", "user assistant end", HEADER + "so" + TAIL, "", "so"]
ANSWERS = [
    "so", "d", "end", "assistant", "<|end|>", "<|end|>\n<|start|>assistant\nso", "", "why?", "  so\n", " ", "\n\n", "Ab", "7z.", "Ab.",
    "{prompt} {{ m }} </s>", "模型 🙂", "<think>waves</think>\n\nso", "be brief", "\ue000\ue001",
]  # fmt: skip
UPPER = PLAIN.replace("m['content']", "m['content'] | upper")
REASONED = PLAIN.replace("{{ m['content'] }}", "{{ m['content'].replace('<think>', '<think>\n').replace('</think>', '\n</think>\n\n') }}")
DROPS_REASONING = PLAIN.replace("m['content']", "m['content'].split('</think>')[-1]")
REFUSES_OTHERS = "{% set c = messages[-1]['content'] %}{% if messages | length > 1 and c in ('Ab', '7z.') %}{{ raise_exception('no') }}{% endif %}"
DEFAULT_SYSTEM = "{% if messages[0]['role'] != 'system' %}<|start|>system\nso<|end|>\n{% endif %}" + PLAIN


def places(template, system, batch):
    chat = open_chat(tokenizer_with(template), "m", ChatTurns(system=system, date=None))
    texts = [chat.render(batch.prompts[prompt], answer) for prompt, answer in zip(batch.response_prompts, batch.responses, strict=True)]
    return texts, PlacesInChat(chat, batch, texts)


def every_pair():
    pairs = [(prompt, answer) for prompt in range(len(PROMPTS)) for answer in ANSWERS]
    return TextBatch(PROMPTS, [answer for _, answer in pairs], [prompt for prompt, _ in pairs], None)


@pytest.mark.parametrize("system", ["be brief", "", None])
@pytest.mark.parametrize(
    "template",
    [PLAIN, TRIMMED, UPPER, REASONED, DROPS_REASONING, DEFAULT_SYSTEM, PLAIN + ASKING, REASONING + ASKING, NO_SYSTEM + PLAIN],
    ids=["plain", "trimmed", "upper", "reasoned", "drops reasoning", "default system", "asking", "reasoning", "no system"],
)
def test_a_span_is_all_that_stands_in_the_answers_turn(template, system):
    if template.startswith(NO_SYSTEM) and system == "be brief":
        system = ""
    batch = every_pair()
    texts, found = places(template, system, batch)
    for row, text in enumerate(texts):
        prompt_text = texts_before(found, batch, row)
        assert found.span_of(row) == (len(prompt_text) + len(HEADER), len(text) - len(TAIL)), (text, batch.responses[row])


def texts_before(found, batch, row):
    """All that stands before the assistant's turn: these templates write the turns one after the other."""
    return found._chat.render(batch.prompts[batch.response_prompts[row]])


def test_a_span_is_what_was_made_of_the_answer_where_the_turns_stand_in_another_order():
    template = "{% for m in messages | reverse %}<|start|>{{ m['role'] }}\n{{ m['content'] }}<|end|>\n{% endfor %}"
    batch = every_pair()
    texts, found = places(template, "be brief", batch)
    for row, text in enumerate(texts):
        begin, end = found.span_of(row)
        assert (text[:begin], text[begin:end]) == (HEADER, batch.responses[row])


def test_an_answer_begins_where_texts_of_other_answers_differ_from_its_own():
    batch = every_pair()
    texts, found = places(PLAIN, "be brief", batch)
    before = [len(texts_before(found, batch, row)) + len(HEADER) for row in range(len(texts))]
    same = [len(TAIL) if answer.startswith("<|end|>") else 0 for answer in batch.responses]
    assert all(begin <= found.begin_of(row) <= begin + most for row, (begin, most) in enumerate(zip(before, same, strict=True)))


@pytest.mark.parametrize(
    ("template", "answer"),
    [
        (REASONING, "<think>waves</think>so"),
        ("{{ messages[-1]['content'][:1] }}" + PLAIN, "so"),
        ("{{ messages[-1]['content'] | length }}" + PLAIN, "a longer answer"),
        (PLAIN + "{% if messages[-1]['content'] | length > 20 %}long{% endif %}", "an answer of many words"),
        (REFUSES_OTHERS + PLAIN, "so"),
        (PLAIN.replace("{{ m['content'] }}", "{{ m['content'] }} again: {{ m['content'] }}"), "so"),
    ],
    ids=["no end of the header", "its first letter", "its length", "its length at the end", "other answers refused", "written twice"],
)
def test_there_is_no_span_where_the_frame_depends_on_the_answer_or_stands_within_it(template, answer):
    _, found = places(template, None, TextBatch(["why?"], [answer], [0], None))
    assert found.span_of(0) is None


def test_a_template_of_text_puts_the_answer_where_its_field_stands():
    batch = TextBatch(["{response}", "a"], ["{prompt}", "", "a"], [0, 1, 1], None)
    found = PlacesInTemplate("{prompt} A: {response} {prompt}", batch)
    assert [found.span_of(row) for row in range(3)] == [(14, 22), (5, 5), (5, 6)]
    assert [found.begin_of(row) for row in range(3)] == [14, 5, 5]
    assert PlacesInTemplate("{prompt} {response} {response}", batch).span_of(0) is None
