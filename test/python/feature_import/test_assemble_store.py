import numpy as np
import pytest

from python_worker.base.errors import WorkerError
from python_worker.context.context import Context
from python_worker.data.dataset_texts import read_dataset_texts
from python_worker.feature_import.assemble_store import assemble_store
from python_worker.feature_import.work_folder import WorkFolder
from python_worker.protocol.messages import FeaturesAssembleParams


def test_assemble_refuses_parts_an_import_works_on(dataset, tmp_path):
    texts, work = read_dataset_texts(dataset), tmp_path / "work"
    params = FeaturesAssembleParams(
        work=str(work), dataset=str(dataset), out=str(tmp_path / "store"), store_dtype="float32", prompt_dimension=2,
        response_dimension=2, prompt_parts=[], pair_parts=[], source={}, stats={},
    )  # fmt: skip
    rows = {
        "prompts": np.full(len(texts.prompts), -1, np.int32),
        "responses": np.zeros(len(texts.responses), np.int32),
    }
    with WorkFolder(work), pytest.raises(WorkerError, match="another import works there"):
        assemble_store(params, rows, Context.offline())
    assert not (tmp_path / "store").exists()
