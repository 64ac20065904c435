"""Headers as text."""

import msgspec
import pytest

from python_worker.base.errors import WorkerError
from python_worker.protocol.messages import MemberReport, PosteriorFitData, WorkerEchoData, WorkerStatsParams
from python_worker.wire.codec import encode_data, encode_header, parse_as, parse_json, readable, split_non_finite


def _fit_data(**changes) -> PosteriorFitData:
    fields = dict(steps=[1], losses=[0.5], best_step=1, best_loss=None, stop_step=1, stopped_early=False) | changes
    return PosteriorFitData(posterior="p", samples=1, members=[MemberReport(**fields)], noise=None, covariate_share=None)


def test_parse_json_reads_integral_numbers_as_int():
    assert [type(value) for value in parse_json(b"[1.0, 1e2, 0.5, -0.0]")] == [int, int, float, int]


@pytest.mark.parametrize(
    "text",
    [b"", b"NaN", b"1e400", b"1" + b"0" * 400, b"[" * 66 + b"]" * 66, b"[" * 9000, b'{"__proto__":1}', b'"\xff"', b'"%1048576d"' % 1],
)
def test_parse_json_refuses_what_javascript_would_read_otherwise(text):
    with pytest.raises(WorkerError, match="Cannot read a message") as caught:
        parse_json(text)
    assert caught.value.code == "BAD_MESSAGE"


def test_parse_as_names_the_field():
    with pytest.raises(WorkerError, match=r"extra"):
        parse_as({"extra": 1}, WorkerStatsParams, "the parameters")


def test_encode_data_writes_camel_case():
    text = encode_data(_fit_data(), PosteriorFitData, "the result")
    assert b'"bestStep":1' in bytes(text)
    assert encode_header(WorkerEchoData(text="é")) == '{"text":"é"}'.encode()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_encode_data_names_the_field_that_is_not_finite(value):
    with pytest.raises(WorkerError, match=r"the result\.members\[0\]\.losses\[0\]: it is not finite") as caught:
        encode_data(_fit_data(losses=[value]), PosteriorFitData, "the result")
    assert caught.value.code == "INTERNAL"


def test_encode_data_names_the_field_a_handler_filled_wrongly():
    with pytest.raises(WorkerError, match="stopStep"):
        encode_data(_fit_data(stop_step=-1), PosteriorFitData, "the result")


def test_encode_data_refuses_what_does_not_fit_in_a_header():
    with pytest.raises(WorkerError) as caught:
        encode_data(WorkerEchoData(text="x" * (1 << 20)), WorkerEchoData, "the result")
    assert caught.value.code == "TOO_LARGE"


def test_split_non_finite_gives_none_and_the_names():
    metrics, names = split_non_finite({"loss": float("nan"), "step": 3})
    assert (metrics, names) == ({"loss": None, "step": 3.0}, ["loss"])


def test_readable_writes_what_json_cannot_carry_as_escapes():
    assert msgspec.json.encode(readable("a\udcffb")) == b'"a\\\\udcffb"'


def test_encode_header_refuses_what_no_reader_takes():
    with pytest.raises(WorkerError, match="at most 1048576 is needed"):
        encode_header(WorkerEchoData(text="x" * (1 << 20)))
