"""Chats through features.extract, merge and verify: one date for all shards, and answers found in their turns."""

import json
import math
import shutil

import msgspec
import numpy as np
import pytest
import torch
from chat_templates import ASKING, DATED, PLAIN, REASONING
from dataset_directory import write_dataset
from extract_store import extract, make_parts, merge
from feature_fixtures import TEXTS
from tiny_models import save_llama
from transformers import AutoModelForCausalLM, AutoTokenizer

from python_worker.base.errors import WorkerError
from python_worker.context.context import Context
from python_worker.extraction.parts.plan_file import read_plan
from python_worker.operations import features_verify
from python_worker.protocol.messages import ChatTurns, FeaturesVerifyParams, Shard, UncertaintyOutput
from python_worker.store.manifest import read_manifest

ANSWERS = ["<think>a fox</think>the dog", "d", "assistant", "the dog"]
EMPTY = ChatTurns(system="", date=None)


@pytest.fixture
def chats(tmp_path):
    """Answers that a template rewrites, or that its special tokens and headers contain."""
    return write_dataset(tmp_path / "chats", {"train": [("why?", *ANSWERS[:2]), ("d", *ANSWERS[2:])]})


@pytest.fixture
def make_chat_params(make_params, chats, tmp_path):
    """Parameters of an extraction of the chats by a model with this template."""

    def make(template, **changes):
        model = tmp_path / "model"
        if not model.exists():
            tokenizer = AutoTokenizer.from_pretrained(save_llama(model, TEXTS))
            tokenizer.chat_template = template
            tokenizer.save_pretrained(model)
        usual = {"dataset": str(chats), "model": str(model), "chat": EMPTY, "max_tokens": 64}
        return make_params(**{**usual, **changes})

    return make


def verify(params, store):
    names = {field.name for field in msgspec.structs.fields(FeaturesVerifyParams)}
    source = {name: value for name, value in msgspec.structs.asdict(params).items() if name in names}
    params = FeaturesVerifyParams(**(source | {"store": str(store), "sample": 4, "seed": 0}))
    return features_verify.run(params, {}, Context.offline()).data


def test_the_store_names_the_date_of_a_template_with_a_clock_and_verify_uses_it(make_chat_params, tmp_path):
    params = make_chat_params(DATED, chat=ChatTurns(system=None, date="2025-01-31"))
    extract(params)
    source = read_manifest(tmp_path / "store").source
    assert (source["chatDate"], source["system"]) == ("2025-01-31", None)
    assert verify(params, tmp_path / "store").wrong == 0


def test_shards_of_another_date_are_refused_by_naming_both(make_chat_params, tmp_path):
    first = make_chat_params(DATED, shard=Shard(index=1, count=2), part_tokens=1)
    make_parts(first)
    assert read_plan(tmp_path / "work").source["chatDate"] == "2024-07-26"
    later = msgspec.structs.replace(first, shard=Shard(index=2, count=2), chat=ChatTurns(system="", date="2025-01-31"))
    with pytest.raises(WorkerError, match="begun with chat date '2024-07-26' and now it is '2025-01-31'; give the same"):
        make_parts(later)
    make_parts(msgspec.structs.replace(later, work=str(tmp_path / "other")))
    with pytest.raises(WorkerError, match=r"different extractions \(chat date: '2024-07-26' and '2025-01-31'\)"):
        merge(first.dataset, [first.work, tmp_path / "other"], tmp_path / "store")


def test_parts_that_were_begun_on_an_unknown_day_are_not_gone_on_with(make_chat_params, tmp_path):
    params = make_chat_params(DATED)
    make_parts(params)
    plan = json.loads((tmp_path / "work" / "plan.json").read_text())
    del plan["asked"]["chat date"], plan["source"]["chatDate"]
    (tmp_path / "work" / "plan.json").write_text(json.dumps(plan))
    with pytest.raises(WorkerError, match="begun with chat date unset and now it is '2024-07-26'"):
        make_parts(params)


def test_a_store_that_does_not_say_its_date_is_not_verified(make_chat_params, tmp_path):
    params = make_chat_params(DATED)
    extract(params)
    manifest = json.loads((tmp_path / "store" / "manifest.json").read_text())
    del manifest["source"]["chatDate"]
    from python_worker.store.manifest import store_id

    manifest["id"] = store_id(manifest["dataset"]["hash"], manifest["features"]["sha256"], manifest["source"])
    (tmp_path / "store" / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(WorkerError, match="its chat template writes the date, and the store does not say which; extract it anew"):
        verify(params, tmp_path / "store")


def test_a_chat_without_system_turn_is_another_extraction_than_texts_and_one_with_an_empty_turn(make_chat_params):
    texts = {"prompt_template": "{prompt}", "response_template": "{prompt}{response}"}
    bare = make_chat_params(PLAIN, chat=ChatTurns(system=None, date=None), **texts)
    make_parts(bare)
    with pytest.raises(WorkerError, match="begun with system turn false and now it is unset"):
        make_parts(msgspec.structs.replace(bare, chat=None))
    with pytest.raises(WorkerError, match="begun with chat unset and now it is ''"):
        make_parts(msgspec.structs.replace(bare, chat=EMPTY))


@torch.inference_mode()
def mean_entropy(params, prompt, answer):
    """Of the tokens between the assistant's header and the end of its turn, the plain way."""
    tokenizer, model = AutoTokenizer.from_pretrained(params.model), AutoModelForCausalLM.from_pretrained(params.model)
    turns = [("system", ""), ("user", prompt), ("assistant", answer)]
    text = tokenizer.apply_chat_template([{"role": role, "content": content} for role, content in turns], tokenize=False)
    begin, end = text.rindex("assistant\n" if answer != "assistant" else "<|start|>assistant\n"), text.rindex("<|end|>")
    begin = text.index("\n", begin) + 1
    encoded = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
    inside = [place for place, (first, last) in enumerate(encoded["offset_mapping"]) if first < end and last > begin]
    log_p_tv = model(torch.tensor([encoded["input_ids"]])).logits[0].double().log_softmax(-1)
    return np.mean((-(log_p_tv.exp() * log_p_tv).sum(-1) / math.log(2)).numpy()[inside])


@pytest.mark.parametrize("template", [PLAIN, REASONING + ASKING], ids=["plain", "reasoning"])
def test_entropies_are_of_what_the_template_made_of_the_answers(make_chat_params, tmp_path, template):
    params = make_chat_params(template, uncertainty=UncertaintyOutput(positions="response"))
    make_parts(params)
    merge(params.dataset, [params.work], tmp_path / "store", tmp_path / "columns.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "columns.jsonl").read_text().splitlines()]
    found = [line[f"entropy_{side}_mean"] for line in lines for side in "ab"]
    prompts = ["why?", "why?", "d", "d"]
    assert found == pytest.approx([mean_entropy(params, *pair) for pair in zip(prompts, ANSWERS, strict=True)], abs=1e-5)


def test_entropies_of_answers_that_cannot_be_told_from_their_template_are_refused(make_chat_params, tmp_path):
    params = make_chat_params(REASONING, uncertainty=UncertaintyOutput(positions="response"))
    message = "Cannot compute next-token entropies of answer a of item 'train-0': its template writes it twice, or other text"
    with pytest.raises(WorkerError, match=message):
        make_parts(params)
    shutil.rmtree(tmp_path / "work", ignore_errors=True)
    twice = make_chat_params(PLAIN, chat=None, response_template="{response}{prompt}{response}", uncertainty=params.uncertainty)
    with pytest.raises(WorkerError, match=message):
        make_parts(twice)


def test_a_cut_answer_is_lost_where_nothing_of_it_is_left(make_chat_params, tmp_path):
    params = make_chat_params(PLAIN, max_tokens=30)
    counts, _ = extract(params)
    tokenizer = AutoTokenizer.from_pretrained(params.model)
    before = "<|start|>system\n<|end|>\n<|start|>user\n{}<|end|>\n<|start|>assistant\n"
    lengths = [len(tokenizer(before.format(prompt), add_special_tokens=False)["input_ids"]) for prompt in ("why?", "d")]
    expected = sum(length >= 30 for length in lengths for _ in range(2))
    assert counts.lost_responses == expected == 2 and counts.truncated_responses > 0


def test_texts_with_a_special_token_twice_are_counted(make_chat_params, tmp_path):
    end = AutoTokenizer.from_pretrained(make_chat_params(PLAIN).model).eos_token
    params = make_chat_params(PLAIN, chat=None, prompt_template=end * 2 + "{prompt}", response_template="{prompt} {response}")
    assert [(each.token, each.texts) for each in make_parts(params).doubled_tokens] == [(end, 2)]
    merge(params.dataset, [params.work], tmp_path / "store")
    assert read_manifest(tmp_path / "store").stats[f"doubled.{end}"] == 2
