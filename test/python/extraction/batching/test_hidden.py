"""What is pooled of packed and padded rows, beside the plain computation of each text."""

import math

import numpy as np
import pytest
import torch
from made_up_parts import make_tokens

from python_worker.extraction.batching.batch_arrays import pad_units
from python_worker.extraction.batching.hidden import Hidden, entropies, last_token, mean
from python_worker.extraction.batching.unit import path_of, units_of_groups, units_of_sequences

DIMENSION, VOCABULARY = 6, 11


def make_hidden(units, seed=0):
    """Random states of padded rows."""
    arrays = pad_units(units, 0)
    states_btd = torch.randn((*arrays.ids.shape, DIMENSION), generator=torch.Generator().manual_seed(seed))
    last_bm, end_bt = torch.from_numpy(arrays.lasts), torch.from_numpy(arrays.ends)
    index_t = torch.arange(arrays.ids.shape[1])
    member_bmt = (index_t <= last_bm.unsqueeze(2)) & (end_bt.unsqueeze(1) > last_bm.unsqueeze(2))
    others = (arrays.depths, arrays.count_begins, arrays.count_ends, arrays.row_s, arrays.slot_s)
    return Hidden({None: states_btd, 1: -states_btd}, member_bmt, last_bm, *map(torch.from_numpy, others)), arrays


def states_of(hidden, units, layer=None):
    """States of each sequence in the order of the units, and the positions that count."""
    for row, unit in enumerate(units):
        for last, counted in zip(unit.tree.lasts, unit.counted, strict=True):
            yield hidden.states[layer][row, path_of(unit.tree, last)], counted


@pytest.mark.parametrize("plan", [lambda tokens: units_of_groups(tokens, 40), units_of_sequences], ids=["trees", "texts"])
@pytest.mark.parametrize("layer", [None, 1])
def test_poolings_are_those_of_each_text_alone(plan, layer):
    units = plan(make_tokens(2))
    hidden, arrays = make_hidden(units)
    alone = [states_td for states_td, _counted in states_of(hidden, units, layer)]
    assert len(alone) == len(arrays.sequences)
    assert torch.equal(last_token(hidden, layer), torch.stack([states_td[-1] for states_td in alone]))
    assert torch.allclose(mean(hidden, layer), torch.stack([states_td.mean(0) for states_td in alone]), atol=1e-6)


def test_mean_of_narrow_states_is_summed_in_float32():
    units = units_of_sequences(make_tokens(2))
    hidden, _arrays = make_hidden(units)
    narrow = Hidden({None: hidden.states[None].bfloat16()}, *list(vars(hidden).values())[1:])
    exact = torch.stack([states_td.float().mean(0) for states_td, _counted in states_of(narrow, units)])
    assert mean(narrow, None).dtype == torch.float32
    assert torch.allclose(mean(narrow, None), exact, atol=1e-6)


def bits_of(logits_v):
    log_p_v = logits_v.double().log_softmax(-1)
    return float(-(log_p_v.exp() * log_p_v).sum() / math.log(2))


@pytest.mark.parametrize("plan", [lambda tokens: units_of_groups(tokens, 40), units_of_sequences], ids=["trees", "texts"])
def test_entropies_are_those_of_the_positions_of_each_text_that_count(plan):
    units = plan(make_tokens(4))
    hidden, _arrays = make_hidden(units)
    head_dv = torch.randn((DIMENSION, VOCABULARY), generator=torch.Generator().manual_seed(1))
    found_s4 = entropies(hidden, lambda states_nd: states_nd @ head_dv, VOCABULARY)
    nothing = 0
    for found_4, (states_td, (begin, end)) in zip(found_s4.tolist(), states_of(hidden, units), strict=True):
        bits = [bits_of(states_d @ head_dv) for states_d in states_td[begin:end]]
        nothing += len(bits) == 0
        plain = [sum(bits), max(bits, default=-math.inf), min(bits, default=math.inf), len(bits)]
        assert found_4 == pytest.approx(plain, abs=1e-5)
    assert 0 < nothing < len(found_s4)
    assert found_s4.dtype == torch.float64


def test_entropies_asks_for_the_logits_of_a_shared_position_once():
    units = units_of_groups(make_tokens(5), 10_000)
    hidden, arrays = make_hidden(units)
    counted = set()
    for number, row, slot in zip(arrays.sequences, arrays.row_s, arrays.slot_s, strict=True):
        unit, (begin, end) = units[row], make_tokens(5).counted[number]
        counted |= {(int(row), int(place)) for place in path_of(unit.tree, arrays.lasts[row, slot])[begin:end]}
    asked = []

    def logits_of(states_nd):
        asked.append(len(states_nd))
        return states_nd @ torch.ones((DIMENSION, VOCABULARY))

    entropies(hidden, logits_of, VOCABULARY)
    assert sum(asked) == len(counted) < int(np.diff(make_tokens(5).counted).sum())
