import itertools

import numpy as np
import pytest
from dataset_directory import write_dataset
from feature_fixtures import PAIRS

from python_worker.data.dataset_index import DatasetIndex, index_dataset
from python_worker.data.text_file import TextFile
from python_worker.extraction.parts.plan_parts import PartLimits, block, plan_parts

NO_LIMITS = PartLimits(1 << 62, 1 << 62)


def make_index(seed, prompts=60, longest=4000):
    """An index of texts of random sizes; nothing of them is read."""
    rng = np.random.default_rng(seed)
    owners = np.sort(rng.integers(0, prompts, prompts * 4)).astype(np.int32)
    sizes = [rng.integers(20, longest, count) for count in (prompts, len(owners))]
    files = [TextFile(None, np.concatenate([[0], np.cumsum(size)]).astype(np.int64)) for size in sizes]
    return DatasetIndex(None, "made up", "0", *files, owners, {})


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("tokens", [1, 500, 5000, 1 << 62])
@pytest.mark.parametrize("shares_prompts", [True, False])
def test_plan_parts_holds_every_group_once_largest_first(seed, tokens, shares_prompts):
    plan = plan_parts(make_index(seed), 512, shares_prompts, PartLimits(tokens, 1 << 62))
    assert sorted(plan.prompts.tolist()) == list(range(60))
    assert np.concatenate([plan.prompts_of(part) for part in range(plan.parts)]).tolist() == plan.prompts.tolist()
    assert plan.begins[0] == 0 and plan.begins[-1] == 60 and len(plan.begins) == plan.parts + 1
    single = plan_parts(make_index(seed), 512, shares_prompts, PartLimits(1, 1 << 62))
    assert single.parts == 60
    assert (np.diff(single.estimates) <= 0).all()
    assert single.prompts.tolist() == plan.prompts.tolist()
    assert plan.estimates.sum() == single.estimates.sum()


@pytest.mark.parametrize("tokens", [800, 3000])
def test_plan_parts_closes_a_part_once_it_holds_the_tokens_asked_for(tokens):
    plan = plan_parts(make_index(1), 512, True, PartLimits(tokens, 1 << 62))
    largest = int(plan_parts(make_index(1), 512, True, PartLimits(1, 1 << 62)).estimates.max())
    assert (plan.estimates[:-1] >= tokens).all()
    assert (plan.estimates < tokens + largest).all()


def test_plan_parts_holds_at_most_so_many_texts_but_one_group_at_least():
    index = make_index(2)
    texts_p = 1 + np.diff(index.grouped_responses[1])
    plan = plan_parts(index, 512, True, PartLimits(1 << 62, 8))
    for part in range(plan.parts):
        assert texts_p[plan.prompts_of(part)].sum() <= 8 or len(plan.prompts_of(part)) == 1


def test_plan_parts_breaks_ties_by_row():
    texts = [0] + list(range(40, 40 * 21, 40))
    files = [TextFile(None, np.array(texts, np.int64)) for _ in range(2)]
    index = DatasetIndex(None, "made up", "0", *files, np.arange(20, dtype=np.int32), {})
    assert plan_parts(index, 512, True, NO_LIMITS).prompts.tolist() == list(range(20))


def test_plan_parts_cuts_a_dataset_of_a_million_tokens_into_sixteen_parts_at_least():
    index = make_index(3, prompts=800)
    plan = plan_parts(index, 512, True, NO_LIMITS)
    assert plan.estimates.sum() > 16 * 32_768
    assert 15 <= plan.parts <= 17
    assert plan_parts(make_index(3, prompts=10), 512, True, NO_LIMITS).parts == 1


def test_plan_parts_knows_no_more_tokens_than_a_text_may_have():
    short, long = (plan_parts(make_index(4), limit, False, PartLimits(1, 1 << 62)) for limit in (16, 512))
    assert short.estimates.max() <= 16 * 13
    assert long.estimates.max() > short.estimates.max()


def test_plan_parts_gives_the_same_plan_each_time_and_another_hash_for_other_cuts(tmp_path):
    index = index_dataset(str(write_dataset(tmp_path / "toy", {"train": PAIRS})))
    hashes = [plan_parts(index, 48, True, PartLimits(tokens, 99)).sha256 for tokens in (1, 1, 10_000)]
    assert hashes[0] == hashes[1] != hashes[2]


@pytest.mark.parametrize(("parts", "shards"), list(itertools.product([0, 1, 5, 16, 17, 1000], [1, 2, 3, 7, 16, 40])))
def test_blocks_of_shards_hold_every_part_once_in_order_and_are_equal_but_for_one(parts, shards):
    blocks = [block(parts, shard, shards) for shard in range(1, shards + 1)]
    assert [part for each in blocks for part in each] == list(range(parts))
    assert max(map(len, blocks)) - min(map(len, blocks)) <= 1
