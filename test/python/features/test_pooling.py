import pytest
import torch
from tiny_models import save_gpt2
from transformers import AutoModel, AutoTokenizer

from python_worker.features.pooling import last_token, mean

HIDDEN_BTD = torch.arange(24.0).reshape(2, 4, 3)


def test_last_token_takes_the_last_real_token_with_padding_on_the_right():
    mask_bt = torch.tensor([[1, 1, 0, 0], [1, 1, 1, 1]])
    assert torch.equal(last_token(HIDDEN_BTD, mask_bt), HIDDEN_BTD[[0, 1], [1, 3]])


def test_last_token_takes_the_last_real_token_with_padding_on_the_left():
    mask_bt = torch.tensor([[0, 0, 1, 1], [0, 0, 0, 1]])
    assert torch.equal(last_token(HIDDEN_BTD, mask_bt), HIDDEN_BTD[:, 3])


def test_mean_leaves_padding_out():
    mask_bt = torch.tensor([[1, 1, 0, 0], [0, 0, 0, 1]])
    assert torch.allclose(mean(HIDDEN_BTD, mask_bt), torch.stack([HIDDEN_BTD[0, :2].mean(0), HIDDEN_BTD[1, 3]]))


def test_mean_adds_up_in_float32():
    ones_btd = torch.ones(1, 4096, 2, dtype=torch.bfloat16)
    assert torch.equal(mean(ones_btd, torch.ones(1, 4096, dtype=torch.int64)), torch.ones(1, 2))


@pytest.mark.parametrize("side", ["left", "right"])
def test_last_token_equals_the_unpadded_forward_on_either_side(tmp_path, side):
    texts = ["a short one", "a much longer one with many more tokens in it"]
    folder = save_gpt2(tmp_path, texts, pad_token="<|end|>", padding_side=side)
    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder)
    batch = tokenizer(texts, padding=True, return_tensors="pt")
    positions_bt = (batch["attention_mask"].cumsum(1) - 1).clamp(min=0)
    with torch.inference_mode():
        padded = model(**batch, position_ids=positions_bt).last_hidden_state
        alone = [model(tokenizer(text, return_tensors="pt")["input_ids"]).last_hidden_state[0, -1] for text in texts]
    assert torch.allclose(last_token(padded, batch["attention_mask"]), torch.stack(alone), atol=1e-5)
