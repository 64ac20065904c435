"""The reference's cut: a pair's prompt leaves room for the pair's longer answer, twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from ..context.context import Context
from ..data.dataset_index import DatasetIndex, index_dataset
from ..models.files.model_files import find_model, model_name
from ..models.max_tokens import max_tokens_within
from ..models.network_limit import network_limit
from ..models.pretrained import Pretrained, load_tokenizer
from ..protocol.messages import FeaturesCutData, FeaturesCutParams
from ..texts.tokenizer_hash import hash_tokenizer
from ..texts.tokens import encode_whole, end_of_tokens

if TYPE_CHECKING:
    from tokenizers import Encoding
    from transformers import PreTrainedTokenizerFast

_BLOCK = 1024


def cut_pairs(params: FeaturesCutParams, context: Context) -> tuple[FeaturesCutData, np.ndarray]:
    """UTF-16 code units of the prompt that remain in each item, int32 (N,), split after split; texts are read in blocks.

    Raises INVALID_DATA naming the file or the model, INVALID_ARGUMENT for more tokens than the model takes.
    """
    index = index_dataset(params.dataset)
    folder = find_model(params.model, params.revision, params.trust_remote_code, context)
    source = Pretrained(folder, params.model, "float32", torch.device("cpu"), params.trust_remote_code)
    tokenizer = load_tokenizer(source)
    max_tokens = max_tokens_within(params, tokenizer, network_limit(source, tokenizer))
    rows_n3 = np.concatenate([np.empty((0, 3), np.int32), *index.splits.values()])
    answer_r = _count_answers(index, tokenizer, context)
    longest_n = answer_r[rows_n3[:, 1:]].max(axis=1, initial=0)
    room_n = np.maximum(1, (max_tokens - longest_n) // 2)
    kept_n, is_cut_n = _cut(index, tokenizer, (rows_n3[:, 0], room_n), context)
    data = FeaturesCutData(
        items=len(kept_n),
        cut_items=int(is_cut_n.sum()),
        max_tokens=max_tokens,
        model=model_name(params.model),
        tokenizer_hash=hash_tokenizer(tokenizer),
    )
    return data, kept_n


def _count_answers(index: DatasetIndex, tokenizer: PreTrainedTokenizerFast, context: Context) -> np.ndarray:
    """Tokens of each answer alone, int64 (R,)."""
    count_r = np.zeros(index.responses.rows, dtype=np.int64)
    for begin in range(0, len(count_r), _BLOCK):
        context.check()
        context.progress(begin, len(count_r), note="counting the tokens of answers")
        block = range(begin, min(begin + _BLOCK, len(count_r)))
        encodings = encode_whole(tokenizer, index.responses.read(block), False)
        count_r[block.start : block.stop] = [len(encoding.ids) for encoding in encodings]
    return count_r


def _cut(
    index: DatasetIndex, tokenizer: PreTrainedTokenizerFast, items: tuple[np.ndarray, np.ndarray], context: Context
) -> tuple[np.ndarray, np.ndarray]:
    """Code units that remain, int32 (N,), and whether any were lost. items: prompt rows, tokens that fit, int (N,)."""
    prompt_n, room_n = items
    order = np.argsort(prompt_n, kind="stable")
    begin_p = np.searchsorted(prompt_n[order], np.arange(index.prompts.rows + 1))
    kept_n = np.zeros(len(order), dtype=np.int32)
    is_cut_n = np.zeros(len(order), dtype=bool)
    for begin in range(0, index.prompts.rows, _BLOCK):
        context.check()
        context.progress(begin, index.prompts.rows, note="cutting prompts")
        block = range(begin, min(begin + _BLOCK, index.prompts.rows))
        texts = index.prompts.read(block)
        for prompt, text, encoding in zip(block, texts, encode_whole(tokenizer, texts, False), strict=True):
            for item in order[begin_p[prompt] : begin_p[prompt + 1]]:
                kept = _remaining(text, encoding, int(room_n[item]))
                kept_n[item], is_cut_n[item] = _code_units(text[:kept]), kept < len(text)
    return kept_n, is_cut_n


def _remaining(text: str, encoding: Encoding, tokens: int) -> int:
    """Characters of the first `tokens` tokens, all of them where there are no more tokens."""
    return len(text) if len(encoding.ids) <= tokens else max(1, end_of_tokens(encoding, tokens))


def _code_units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
