"""store.open tells what is in the store."""

import numpy as np

from python_worker.context.context import Context
from python_worker.operations import store_open
from python_worker.protocol.messages import StoreOpenData, StoreOpenParams


def test_store_open_tells_sizes_and_keeps_the_store(make_store, tmp_path):
    context = Context.offline()
    reference = make_store(tmp_path, np.ones((4, 3)), np.ones((7, 2)))
    data = store_open.run(StoreOpenParams(store=reference), {}, context).data
    assert data == StoreOpenData(prompts=4, responses=7, prompt_dimension=3, response_dimension=2, device="cpu")
    assert list(context.state.stores) == [reference.id]
