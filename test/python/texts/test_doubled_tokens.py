import pytest
from chat_templates import tokenizer_with

from python_worker.texts.doubled_tokens import count_doubled_tokens, doubled_tokens

BOS, EOS, WORD = 256, 257, 5


@pytest.fixture
def tokenizer():
    made = tokenizer_with(None)
    assert (made.bos_token_id, made.eos_token_id) == (BOS, EOS)
    return made


def test_a_special_token_counts_where_it_stands_twice_at_the_begin_or_the_end(tokenizer):
    texts = [[BOS, BOS, WORD], [BOS, BOS], [BOS, WORD, EOS, EOS], [BOS, BOS, EOS, EOS]]
    assert count_doubled_tokens(tokenizer, texts) == {"<s>": 3, "</s>": 2}


def test_other_tokens_and_other_places_do_not_count(tokenizer):
    assert count_doubled_tokens(tokenizer, [[WORD, WORD], [BOS, WORD, BOS, BOS, WORD], [BOS], [], [BOS, EOS]]) == {}


def test_messages_carry_token_and_texts():
    assert [(each.token, each.texts) for each in doubled_tokens({"<s>": 3})] == [("<s>", 3)]
