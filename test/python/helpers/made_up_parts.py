"""Tokens of made-up groups: a beginning that all of a group's sequences have, and ends of their own."""

from __future__ import annotations

import numpy as np

from python_worker.extraction.batching.unit import PartTokens


def make_tokens(seed: int, groups: int = 5, answers: int = 6, longest: int = 12, vocabulary: int = 40) -> PartTokens:
    """Groups of a prompt and up to `answers` answers; some are equal, some no longer than the prompt."""
    rng = np.random.default_rng(seed)
    sequences, members = [], []
    for _ in range(groups):
        prompt = rng.integers(0, vocabulary, rng.integers(1, longest)).astype(np.int32)
        ends = [rng.integers(0, vocabulary, rng.integers(0, longest)).astype(np.int32) for _ in range(rng.integers(0, answers + 1))]
        members.append(np.arange(len(sequences), len(sequences) + 1 + len(ends)))
        sequences += [prompt, *(np.concatenate([prompt, end]) for end in ends)]
    counted = np.array([sorted(rng.integers(0, len(sequence) + 1, 2)) for sequence in sequences], dtype=np.int64)
    return PartTokens(sequences, members, counted)
