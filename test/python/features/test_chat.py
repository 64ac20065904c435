import pytest
from conftest import PAIRS, TEXTS
from dataset_directory import write_dataset
from extract_store import extract
from tiny_models import EOS, save_llama
from transformers import AutoModel, AutoTokenizer

from python_worker.context import Context
from python_worker.errors import WorkerError
from python_worker.features.chat import render_chat
from python_worker.features.dataset_texts import read_dataset_texts
from python_worker.operations.features_extract import run
from python_worker.protocol.messages import ChatTurns
from python_worker.store.manifest import read_manifest

TEMPLATE = "{% for m in messages %}<{{ m['role'] }}>{{ m['content'].strip() }}" + EOS + "{% endfor %}"
NO_SYSTEM = "{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"


@pytest.fixture
def dataset(tmp_path):
    return write_dataset(tmp_path / "chats", {"train": [("why?", " so ", "no"), *PAIRS[:2]]})


def save_chat(folder, template):
    tokenizer = AutoTokenizer.from_pretrained(save_llama(folder, TEXTS))
    tokenizer.chat_template = template
    tokenizer.save_pretrained(folder)
    return tokenizer


def test_render_chat_writes_system_user_and_assistant_turns(tmp_path, dataset):
    tokenizer = save_chat(tmp_path / "model", TEMPLATE)
    prompts, responses, starts = render_chat(tokenizer, "m", "be brief", read_dataset_texts(dataset))
    assert prompts[0] == f"<system>be brief{EOS}<user>why?{EOS}"
    assert responses[:2] == [f"{prompts[0]}<assistant>so{EOS}", f"{prompts[0]}<assistant>no{EOS}"]
    assert [text[start:][:2] for text, start in zip(responses[:2], starts, strict=False)] == ["so", "no"]


def test_extract_embeds_a_chat_without_special_tokens_of_its_own(make_params, tmp_path, dataset):
    tokenizer = save_chat(tmp_path / "model", TEMPLATE)
    params = make_params(dataset=str(dataset), model=str(tmp_path / "model"), chat=ChatTurns(system=""), max_tokens=64)
    _, tensors = extract(params)
    ids = tokenizer(f"<system>{EOS}<user>why?{EOS}<assistant>so{EOS}", add_special_tokens=False, return_tensors="pt")
    expected = AutoModel.from_pretrained(tmp_path / "model")(ids["input_ids"]).last_hidden_state[0, -1]
    stored = tensors["responses"][0]
    assert (stored - expected).abs().max() < 1e-5
    source = read_manifest(tmp_path / "store").source
    assert (source["promptTemplate"], source["system"], len(source["chatTemplateSha256"])) == ("chat", "", 64)


@pytest.mark.parametrize(
    ("template", "message"),
    [
        (None, "its tokenizer has none, a template that takes system, user and assistant turns is needed"),
        (NO_SYSTEM, "System role not supported, a template"),
        ("{% if %}", "Expected an expression"),
    ],
)
def test_extract_names_a_chat_template_that_cannot_be_used(make_params, tmp_path, dataset, template, message):
    save_chat(tmp_path / "model", template)
    params = make_params(dataset=str(dataset), model=str(tmp_path / "model"), chat=ChatTurns(system=""))
    with pytest.raises(WorkerError, match=f"Cannot use the chat template of model '.*': {message}") as caught:
        run(params, {}, Context.offline())
    assert caught.value.code == "INVALID_DATA"
    assert not (tmp_path / "work").exists()
