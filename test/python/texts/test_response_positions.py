from transformers import AutoTokenizer

from python_worker.texts.response_positions import response_positions
from python_worker.texts.tokens import tokenise


def positions_of(model, parts, max_tokens=64):
    """Tokens at the positions given for the middle one of the three parts of a text."""
    tokenizer = AutoTokenizer.from_pretrained(model)
    before, answer, _after = parts
    text = "".join(parts)
    begin, end = response_positions(tokenizer, [text], [(len(before), len(before) + len(answer))], max_tokens)[0]
    return tokenizer.decode(tokenise(tokenizer, [text], max_tokens, "responses").row(0)[begin:end])


def test_response_positions_hold_the_answer_and_nothing_else(llama):
    assert positions_of(llama, ("Q: the fox\nA:", " over a dog", "\nend")) == " over a dog"


def test_response_positions_begin_with_the_token_that_holds_the_answers_first_character(llama):
    assert positions_of(llama, ("Q: the fox\nA: ", "over a dog", "\nend")) == " over a dog"


def test_response_positions_hold_every_byte_of_the_last_character(llama):
    assert positions_of(llama, ("naïve 🙂 ", "模型 🙂", " 🙂 fox")) == "模型 🙂"


def test_response_positions_leave_special_tokens_out(bert):
    assert positions_of(bert, ("", "over a dog", "")) == "over a dog"


def test_response_positions_are_empty_where_the_answer_has_no_token_left(llama):
    assert positions_of(llama, ("the quick brown fox ", "", " jumps")) == ""
    assert positions_of(llama, ("Z" * 30, "dog", ""), max_tokens=30) == ""
    assert positions_of(llama, ("Z" * 30, "ZZZ", ""), max_tokens=31) == "Z"
