"""The frozen order of a dataset's groups, and where it is cut into parts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from ...data.dataset_index import DatasetIndex

# Bytes of a line that make about one token; only the balance of parts depends on it.
_BYTES_A_TOKEN = 4
# So many parts at least, so that a small dataset can be shared among processes too …
_FEWEST_PARTS = 16
# … but none so small that texts of very different lengths share a batch.
_FEWEST_TOKENS = 32_768


@dataclass(frozen=True)
class PartLimits:
    """What a part may hold: `tokens` roughly, `texts` at most (but one group at least)."""

    tokens: int
    texts: int


@dataclass(frozen=True)
class PartPlan:
    """prompts: rows in the frozen order, int64 (P,); part k holds `prompts[begins[k]:begins[k + 1]]`.

    estimates: int64 (parts,), estimated tokens of each.
    """

    prompts: np.ndarray
    begins: np.ndarray
    estimates: np.ndarray

    @property
    def parts(self) -> int:
        """Number of parts."""
        return len(self.estimates)

    def prompts_of(self, part: int) -> np.ndarray:
        """Prompt rows of a part."""
        return self.prompts[self.begins[part] : self.begins[part + 1]]

    @property
    def sha256(self) -> str:
        """Of order and cuts, as little-endian int64."""
        digest = hashlib.sha256(self.prompts.astype("<i8").tobytes())
        digest.update(self.begins.astype("<i8").tobytes())
        return digest.hexdigest()


def plan_parts(index: DatasetIndex, max_tokens: int, shares_prompts: bool, limits: PartLimits) -> PartPlan:
    """Groups by size of their texts, largest first and by row where sizes tie, cut into parts of about equal work.

    `shares_prompts`: a prompt is run once for all its answers, and not once with each. Depends on the arguments alone.
    """
    estimates_p = estimate_tokens(index, max_tokens, shares_prompts)
    texts_p = 1 + np.diff(index.grouped_responses[1])
    order = np.argsort(-estimates_p, kind="stable")
    tokens = min(limits.tokens, max(-(-int(estimates_p.sum()) // _FEWEST_PARTS), _FEWEST_TOKENS))
    begins, sums = [0], []
    held_tokens = held_texts = 0
    for place, prompt in enumerate(order):
        is_full = held_tokens >= tokens or held_texts + texts_p[prompt] > limits.texts
        if is_full and place > begins[-1]:
            begins.append(place)
            sums.append(held_tokens)
            held_tokens = held_texts = 0
        held_tokens += int(estimates_p[prompt])
        held_texts += int(texts_p[prompt])
    return PartPlan(order, np.array([*begins, len(order)], dtype=np.int64), np.array([*sums, held_tokens], dtype=np.int64))


def estimate_tokens(index: DatasetIndex, max_tokens: int, shares_prompts: bool) -> np.ndarray:
    """Tokens of each prompt with its answers by the bytes of their lines, int64 (P,)."""
    prompt_p = np.minimum(index.prompts.sizes // _BYTES_A_TOKEN + 1, max_tokens)
    answer_r = index.responses.sizes // _BYTES_A_TOKEN + 1
    if not shares_prompts:
        answer_r = answer_r + prompt_p[index.response_prompts]
    answers_p = np.bincount(index.response_prompts, np.minimum(answer_r, max_tokens), index.prompts.rows)
    return prompt_p + answers_p.astype(np.int64)


def block(parts: int, shard: int, shards: int) -> range:
    """The parts of shard i (from 1) of n: blocks in order, equal but for one part."""
    return range(parts * (shard - 1) // shards, parts * shard // shards)
