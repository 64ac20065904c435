"""What a worker keeps."""

import numpy as np

from python_worker.context.state import ByteBoundedCache


def test_cache_forgets_what_was_used_longest_ago():
    cache = ByteBoundedCache(100)
    cache["a"], cache["b"] = np.zeros(5), np.zeros(5)
    assert cache["a"] is not None
    cache["c"] = np.zeros(5)
    assert list(cache) == ["a", "c"]
    assert cache.nbytes == 80


def test_cache_keeps_a_single_value_that_is_too_large():
    cache = ByteBoundedCache(10)
    cache["a"] = np.zeros(1000)
    assert "a" in cache


def test_cache_counts_a_replaced_value_once():
    cache = ByteBoundedCache(100)
    cache["a"] = np.zeros(10)
    cache["a"] = np.zeros(10)
    assert (len(cache), cache.nbytes) == (1, 80)


def test_cache_makes_room_by_forgetting_the_oldest():
    cache = ByteBoundedCache(100)
    cache["a"], cache["b"] = np.zeros(5), np.zeros(5)
    cache.make_room(20)
    assert list(cache) == ["a", "b"]
    cache.make_room(60)
    assert list(cache) == ["b"]
    cache.make_room(1000)
    assert list(cache) == [] and cache.nbytes == 0
