import shutil

import pytest
import torch
from safetensors import safe_open

from python_worker.base.errors import WorkerError
from python_worker.context.context import Context
from python_worker.data.dataset_index import index_dataset
from python_worker.extraction.extract import extract_parts
from python_worker.extraction.forecast import forecast
from python_worker.protocol.messages import FeatureOutput, FeaturesForecastParams


def ask(params, sample=1000):
    return forecast(FeaturesForecastParams(extraction=params, sample=sample), Context.offline())


def test_a_whole_sample_counts_the_tokens_that_an_extraction_runs(make_params, tmp_path):
    found = ask(make_params(way="tree"))
    index = index_dataset(make_params().dataset)
    texts = index.prompts.rows + index.responses.rows
    assert (found.prompts, found.responses, found.counted_texts) == (index.prompts.rows, index.responses.rows, texts)
    assert not (tmp_path / "work").exists()
    shared = extract_parts(make_params(way="tree"), Context.offline())
    assert (found.shared_tokens, found.parts, found.max_tokens) == (shared.tokens, shared.parts, 48)
    alone = extract_parts(make_params(way="buckets", work=str(tmp_path / "other")), Context.offline())
    assert found.tokens == alone.tokens > found.shared_tokens


def test_the_sizes_are_those_of_the_weights_and_of_the_stores(make_params, llama):
    outputs = [FeatureOutput(pooling="mean", layer=None), FeatureOutput(pooling="last-token", layer=1)]
    found = ask(make_params(outputs=outputs, store_dtype="bfloat16"))
    with safe_open(str(llama / "model.safetensors"), framework="pt") as file:
        parameters = sum(file.get_tensor(name).numel() for name in file.keys())  # noqa: SIM118
    assert (found.parameters, found.parameters_from, found.weight_bytes) == (parameters, "weights", 4 * parameters)
    assert found.dimension == 32
    assert found.store_bytes == 2 * (2 * 32 * (found.prompts + found.responses) + 12 * 14)
    assert found.fetch_bytes == 0


def test_the_trial_names_the_way_it_went(make_params):
    found = ask(make_params(way="buckets"))
    assert found.unmeasured is None
    assert found.trial.way == "buckets"
    assert 0 < found.trial.tokens <= found.tokens
    assert found.trial.seconds > 0
    assert found.trial.memory_mib > 0


def test_a_model_without_weights_is_measured_by_its_configuration(make_params, llama, tmp_path):
    bare = shutil.copytree(llama, tmp_path / "bare", ignore=shutil.ignore_patterns("*.safetensors"))
    whole, found = ask(make_params()), ask(make_params(model=str(bare)))
    assert (found.tokens, found.shared_tokens, found.store_bytes) == (whole.tokens, whole.shared_tokens, whole.store_bytes)
    assert found.parameters_from == "config"
    # Without the table of the head, which features do not go through.
    assert found.parameters == whole.parameters - 300 * 32
    assert found.trial is None
    assert found.unmeasured.startswith("its weights are not here (Cannot load model")


def test_a_sample_is_scaled_to_all_texts(make_params):
    whole, part = ask(make_params(way="buckets")), ask(make_params(way="buckets"), sample=9)
    assert 0 < part.counted_texts < whole.counted_texts
    assert part.tokens == pytest.approx(whole.tokens, rel=0.4)
    assert part.shared_tokens == pytest.approx(whole.shared_tokens, rel=0.4)


def test_a_type_that_this_machine_cannot_compute_in_is_not_tried(make_params):
    if torch.cuda.is_available():
        pytest.skip("a GPU computes in bfloat16")
    found = ask(make_params(dtype="bfloat16", device="auto"))
    assert (found.device, found.trial) == ("cuda", None)
    assert "the device is the CPU" in found.unmeasured
    assert found.weight_bytes == 2 * found.parameters


def test_a_model_that_does_not_fit_is_not_loaded(make_params, monkeypatch):
    monkeypatch.setattr("python_worker.extraction.trial.available_mib", lambda: -1)
    found = ask(make_params())
    assert found.trial is None
    assert found.unmeasured.startswith("the model needs about 0.0 GiB")


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"max_tokens": 4096}, "at most 64"),
        ({"model": "./absent"}, "there is no such directory"),
        ({"dataset": "./absent"}, "Cannot read"),
        ({"adapter": "./absent"}, "Cannot load adapter"),
    ],
)
def test_what_the_extraction_refuses_is_refused(make_params, changes, found):
    with pytest.raises(WorkerError, match=found):
        ask(make_params(**changes))
