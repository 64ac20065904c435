import pytest
from dataset_directory import write_dataset
from extract_store import extract
from feature_fixtures import PAIRS, TEXTS
from tiny_models import EOS, save_llama
from transformers import AutoModel, AutoTokenizer

from python_worker.base.errors import WorkerError
from python_worker.context.context import Context
from python_worker.operations.features_extract import run
from python_worker.protocol.messages import ChatTurns
from python_worker.store.manifest import read_manifest
from python_worker.texts.open_chat import open_chat

TEMPLATE = "{% for m in messages %}<{{ m['role'] }}>{{ m['content'].strip() }}" + EOS + "{% endfor %}"
NO_SYSTEM = "{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
EMPTY = ChatTurns(system="", date=None)


@pytest.fixture
def dataset(tmp_path):
    return write_dataset(tmp_path / "chats", {"train": [("why?", " so ", "no"), *PAIRS[:2]]})


def save_chat(folder, template):
    tokenizer = AutoTokenizer.from_pretrained(save_llama(folder, TEXTS))
    tokenizer.chat_template = template
    tokenizer.save_pretrained(folder)
    return tokenizer


def test_chat_writes_system_user_and_assistant_turns(tmp_path):
    chat = open_chat(save_chat(tmp_path / "model", TEMPLATE), "m", ChatTurns(system="be brief", date=None))
    prompt = chat.render("why?")
    assert prompt == f"<system>be brief{EOS}<user>why?{EOS}"
    assert chat.render("why?", " so ") == f"{prompt}<assistant>so{EOS}"


def test_extract_embeds_a_chat_without_special_tokens_of_its_own(make_params, tmp_path, dataset):
    tokenizer = save_chat(tmp_path / "model", TEMPLATE)
    params = make_params(dataset=str(dataset), model=str(tmp_path / "model"), chat=EMPTY, max_tokens=64)
    _, tensors = extract(params)
    ids = tokenizer(f"<system>{EOS}<user>why?{EOS}<assistant>so{EOS}", add_special_tokens=False, return_tensors="pt")
    expected = AutoModel.from_pretrained(tmp_path / "model")(ids["input_ids"]).last_hidden_state[0, -1]
    stored = tensors["responses"][0]
    assert (stored - expected).abs().max() < 1e-5
    source = read_manifest(tmp_path / "store").source
    assert (source["promptTemplate"], source["system"], len(source["chatTemplateSha256"])) == ("chat", "", 64)
    assert "chatDate" not in source


@pytest.mark.parametrize("system", ["", None])
def test_extract_writes_no_system_turn_where_the_template_takes_none(make_params, tmp_path, dataset, system):
    tokenizer = save_chat(tmp_path / "model", NO_SYSTEM + TEMPLATE)
    chat = ChatTurns(system=system, date=None)
    _, tensors = extract(make_params(dataset=str(dataset), model=str(tmp_path / "model"), chat=chat, max_tokens=64))
    ids = tokenizer(f"<user>why?{EOS}<assistant>so{EOS}", add_special_tokens=False, return_tensors="pt")
    expected = AutoModel.from_pretrained(tmp_path / "model")(ids["input_ids"]).last_hidden_state[0, -1]
    assert (tensors["responses"][0] - expected).abs().max() < 1e-5
    assert read_manifest(tmp_path / "store").source["system"] is None


@pytest.mark.parametrize(
    ("template", "system", "message"),
    [
        (None, "", "its tokenizer has none; use a model whose template takes user and assistant turns"),
        ("{% if %}", "", "Expected an expression"),
        (NO_SYSTEM + TEMPLATE, "be brief", r"System role not supported; leave the system turn out \(chat: {system: null}\)"),
    ],
)
def test_extract_names_a_chat_template_that_cannot_be_used(make_params, tmp_path, dataset, template, system, message):
    save_chat(tmp_path / "model", template)
    params = make_params(dataset=str(dataset), model=str(tmp_path / "model"), chat=ChatTurns(system=system, date=None))
    with pytest.raises(WorkerError, match=f"^Cannot use the chat template of model '.*model': {message}") as caught:
        run(params, {}, Context.offline())
    assert caught.value.code == "INVALID_DATA"
    assert not (tmp_path / "work").exists()
