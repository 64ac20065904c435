import numpy as np

from python_worker.features.batches import pad_batch, padding_share, plan_batches
from python_worker.texts.tokens import TokenRows

LENGTHS = np.random.default_rng(3).integers(1, 256, size=2000)


def test_plan_batches_holds_every_text_once():
    assert sorted(np.concatenate(plan_batches(LENGTHS, 4096))) == list(range(2000))


def test_plan_batches_keeps_to_the_token_budget():
    assert all(len(rows) * LENGTHS[rows].max() <= 4096 for rows in plan_batches(LENGTHS, 4096))


def test_plan_batches_puts_long_texts_first_and_ties_in_row_order():
    batches = plan_batches(np.array([2, 5, 2, 5, 1]), 10)
    assert [rows.tolist() for rows in batches] == [[1, 3], [0, 2, 4]]


def test_plan_batches_gives_a_text_longer_than_the_budget_its_own_batch():
    assert [rows.tolist() for rows in plan_batches(np.array([9, 3]), 4)] == [[0], [1]]


def test_padding_share_is_small_for_sorted_batches():
    assert padding_share(LENGTHS, plan_batches(LENGTHS, 4096)) < 0.03
    assert padding_share(np.array([4, 2]), [np.array([0, 1])]) == 0.25


def test_pad_batch_pads_on_the_right():
    tokens = TokenRows(np.array([1, 2, 3, 4], np.int32), np.array([0, 3, 4]), np.zeros(2, bool), np.array([3, 1]))
    ids_bt, mask_bt = pad_batch(tokens, np.array([1, 0]), pad_id=9)
    assert ids_bt.tolist() == [[4, 9, 9], [1, 2, 3]]
    assert mask_bt.tolist() == [[1, 0, 0], [1, 1, 1]]
