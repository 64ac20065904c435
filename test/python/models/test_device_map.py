from types import SimpleNamespace

import pytest

from python_worker.base.errors import WorkerError
from python_worker.models.device_map import refuse_offload


@pytest.mark.parametrize(
    ("places", "first"),
    [
        ({"embed": 0, "layers.0": 1, "layers.1": "cpu"}, "layers.1"),
        ({"embed": "cpu", "layers": "disk"}, "layers"),
        ({"": "disk"}, ""),
    ],
)
def test_refuse_offload_names_the_first_part_that_found_no_room(places, first):
    with pytest.raises(WorkerError, match=f"1 of its {len(places)} parts, the first of them '{first}', find no room"):
        refuse_offload(SimpleNamespace(hf_device_map=places), "large")


@pytest.mark.parametrize("places", [{}, {"": "cpu"}, {"embed": 0, "layers": 1}])
def test_refuse_offload_takes_a_model_that_lies_where_it_runs(places):
    refuse_offload(SimpleNamespace(hf_device_map=places), "small")
