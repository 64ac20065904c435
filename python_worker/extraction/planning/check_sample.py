"""The texts that tell how a model may be run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...context.context import Context
from ..batching.unit import PartTokens
from ..parts.plan_parts import PartPlan
from ..parts.prepare_part import PartMaker

# Groups that are split into tokens at a time, in search of a text that is long enough.
_GROUPS_AT_A_TIME = 256


def check_sample(maker: PartMaker, plan: PartPlan, switch: int | None, context: Context) -> PartTokens:
    """Tokens of the largest group, the one with the longest text, one of the middle and the smallest; few of each.

    switch: where a text of more tokens changes what a model does, one that has them is there if the dataset has any.
    """
    places = sorted({0, _place_of_longest(maker, plan), len(plan.prompts) // 2, len(plan.prompts) - 1})
    sampled = [_few(maker.sample(plan.prompts[place : place + 1])) for place in places]
    if switch is not None and switch < maker.max_tokens and not _has_longer(sampled, switch):
        sampled += _find_longer(maker, plan, switch, context)
    return sample_groups(sampled)


def sample_groups(tokens: Sequence[PartTokens]) -> PartTokens:
    """Several parts' tokens as one."""
    offset, sequences, groups = 0, [], []
    for part in tokens:
        groups += [group + offset for group in part.groups]
        sequences += part.sequences
        offset += len(part.sequences)
    return PartTokens(sequences, groups, np.concatenate([part.counted for part in tokens]))


def with_branches(sample: PartTokens) -> PartTokens:
    """The sample and a group of made-up texts that begin alike, so that every way has something to tell apart."""
    known = np.unique(np.concatenate(sample.sequences))
    ids = known[np.arange(24) * 7 % len(known)]
    made_up = [ids[:12], ids[:16], np.concatenate([ids[:12], ids[18:24]]), np.concatenate([ids[:5], ids[9:20]])]
    longest = max(map(len, sample.sequences))
    added = [sequence[:longest].astype(np.int32) for sequence in made_up]
    begin = len(sample.sequences)
    counted = np.array([(0, len(sequence)) for sequence in added])
    return PartTokens(
        [*sample.sequences, *added],
        [*sample.groups, np.arange(begin, begin + len(added))],
        np.concatenate([sample.counted, counted]),
    )


def _place_of_longest(maker: PartMaker, plan: PartPlan) -> int:
    index = maker.index
    longest_p = np.zeros(index.prompts.rows, dtype=np.int64)
    np.maximum.at(longest_p, index.response_prompts, index.responses.sizes)
    return int((longest_p + index.prompts.sizes)[plan.prompts].argmax())


def _few(tokens: PartTokens, group: int = 0) -> PartTokens:
    """A prompt with its seven longest answers at most: what a model does to long texts alone shows in these."""
    prompt, *answers = tokens.groups[group]
    kept = [prompt, *sorted(answers, key=lambda number: -len(tokens.sequences[number]))[:7]]
    return PartTokens([tokens.sequences[number] for number in kept], [np.arange(len(kept))], tokens.counted[kept])


def _has_longer(sampled: Sequence[PartTokens], switch: int) -> bool:
    return any(len(sequence) > switch for tokens in sampled for sequence in tokens.sequences)


def _find_longer(maker: PartMaker, plan: PartPlan, switch: int, context: Context) -> list[PartTokens]:
    """The first group with such a text, largest groups first; sizes in bytes only tell about tokens, so all are tried."""
    for begin in range(0, len(plan.prompts), _GROUPS_AT_A_TIME):
        context.check()
        tokens = maker.sample(plan.prompts[begin : begin + _GROUPS_AT_A_TIME])
        lengths = [max(len(tokens.sequences[number]) for number in group) for group in tokens.groups]
        found = next((place for place, length in enumerate(lengths) if length > switch), None)
        if found is not None:
            return [_few(tokens, found)]
    return []
