"""Headers of tensor files, judged as in TypeScript."""

import json
from pathlib import Path

import pytest

from python_worker.base.errors import WorkerError
from python_worker.base.safetensors_file import TensorLayout, read_layout

GOLDEN = json.loads((Path(__file__).parents[2] / "golden" / "safetensors.json").read_text("utf-8"))


@pytest.mark.parametrize("case", GOLDEN["read"], ids=lambda case: case["what"])
def test_a_header_is_judged_as_in_typescript(case, tmp_path):
    path, header = tmp_path / "a.safetensors", case["header"].encode()
    path.write_bytes(len(header).to_bytes(8, "little") + header + bytes(case["dataBytes"]))
    if case["tensors"] is None:
        with pytest.raises(WorkerError, match="Cannot read features") as caught:
            read_layout(path)
        assert caught.value.code == "INVALID_DATA"
    else:
        expected = {name: TensorLayout(one["dtype"], tuple(one["shape"])) for name, one in case["tensors"].items()}
        assert read_layout(path) == expected
