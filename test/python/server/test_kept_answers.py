"""What is kept of answers, in memory and on disk, and how much."""

import json
import logging
import os

import pytest
from kept_requests import finished_of, job_of, request_of

from python_worker.base.errors import WorkerError
from python_worker.server.kept_answers import KeptAnswers
from python_worker.wire.error_body import error_body


def reopened(directory, **limits) -> KeptAnswers:
    """As a worker that has just started sees the directory."""
    kept = KeptAnswers(**limits)
    kept.open(directory)
    return kept


def written_at(path, seconds: int) -> None:
    os.utime(path, (seconds, seconds))


def test_an_answer_on_disk_is_the_one_that_was_written(tmp_path):
    job = job_of()
    reopened(tmp_path).write(job, finished_of(100))
    found = reopened(tmp_path).find(request_of())
    assert found.payload == job.payload.sha256
    assert (bytes(found.outcome.data), found.outcome.wall_ms) == (b'{"text":"x"}', 1.5)
    assert [bytes(frame) for frame in found.outcome.frames] == [bytes(range(100))]
    assert reopened(tmp_path).find(request_of(keep=False)) is None


@pytest.mark.parametrize("file", ["result.json", "tensors.bin"])
def test_no_flipped_bit_of_an_answer_is_served_and_the_answer_is_removed(tmp_path, file):
    reopened(tmp_path).write(job_of(), finished_of(20))
    directory = tmp_path / request_of().key
    answer = {path.name: path.read_bytes() for path in directory.iterdir()}
    before = reopened(tmp_path).find(request_of()).outcome
    for place in range(len(answer[file])):
        for bit in (0, 5):
            flipped = bytearray(answer[file])
            flipped[place] ^= 1 << bit
            directory.mkdir(exist_ok=True)
            for name, content in answer.items():
                (directory / name).write_bytes(flipped if name == file else content)
            found = reopened(tmp_path).find(request_of())
            assert found is None or found.outcome == before, (place, bit)  # 1e3 and 1E3 are the same number
            assert found is not None or not directory.exists()


@pytest.mark.parametrize(
    "change",
    [{"payload": "b" * 64}, {"data": {"text": "y"}}, {"wall_ms": 2.5}, {"tensors": []}, {"more": 1}, {"sha256": ""}],
)
def test_an_answer_with_a_changed_field_is_removed_and_can_be_made_again(tmp_path, change):
    reopened(tmp_path).write(job_of(), finished_of(20))
    path = tmp_path / request_of().key / "result.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    kept = reopened(tmp_path)
    assert kept.find(request_of()) is None and not path.parent.exists()
    kept.write(job_of(), finished_of(20))
    assert reopened(tmp_path).find(request_of()) is not None


def test_a_file_in_the_place_of_an_answer_gives_way(tmp_path):
    (tmp_path / request_of().key).write_text("no directory")
    kept = reopened(tmp_path)
    assert kept.find(request_of()) is None
    kept.write(job_of(), finished_of())
    assert reopened(tmp_path).find(request_of()) is not None


def test_a_place_that_cannot_be_read_or_written_keeps_nothing_and_fails_nothing(tmp_path, caplog):
    kept = reopened(tmp_path / ("long" * 100))
    with caplog.at_level(logging.WARNING):
        kept.write(job_of(), finished_of())
        assert kept.find(request_of()) is None
    assert [record.message.split(" ")[:2] for record in caplog.records] == [["Cannot", "keep"], ["Cannot", "read"]]


def test_what_killed_writers_left_is_removed_at_the_first_write_and_counts_no_more(tmp_path):
    left = tmp_path / ".0123.partial"
    left.mkdir()
    (left / "tensors.bin").write_bytes(bytes(5000))
    kept = reopened(tmp_path, disk_bytes=4000)
    for key in "ab":
        kept.write(job_of(key), finished_of(1000))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a" * 64, "b" * 64]


def test_answers_on_disk_stay_below_the_bound_and_the_oldest_go_first(tmp_path):
    kept = reopened(tmp_path, disk_bytes=10_000)
    keys = [f"{number:02x}" for number in range(20)]
    for number, key in enumerate(keys):
        kept.write(job_of(key), finished_of(1000))
        written_at(tmp_path / request_of(key).key, 1_000_000 + number)
        assert sum(file.stat().st_size for file in tmp_path.glob("*/*")) <= 10_000
    left = [key for key in keys if (tmp_path / request_of(key).key).exists()]
    assert len(left) > 3 and left == keys[-len(left) :]


def test_answers_of_an_earlier_worker_count_and_one_too_large_alone_is_kept_until_the_next(tmp_path):
    reopened(tmp_path).write(job_of("a"), finished_of(3000))
    written_at(tmp_path / request_of("a").key, 1)
    kept = reopened(tmp_path, disk_bytes=4000)
    kept.write(job_of("b"), finished_of(9000))
    assert [path.name for path in tmp_path.iterdir()] == ["b" * 64]
    written_at(tmp_path / request_of("b").key, 2)
    kept.write(job_of("c"), finished_of(1000))
    assert [path.name for path in tmp_path.iterdir()] == ["c" * 64]


def test_an_answer_written_again_counts_once(tmp_path):
    kept = reopened(tmp_path, disk_bytes=5000)
    kept.write(job_of("a"), finished_of(1000))
    for _ in range(20):
        kept.write(job_of("b"), finished_of(1000))
    assert len(list(tmp_path.iterdir())) == 2


def test_shared_answers_in_memory_are_bounded_however_small_they_are():
    kept = KeptAnswers(memory_bytes=1 << 20)
    for number in range(5000):
        kept.remember(job_of(f"{number:04x}"), finished_of(), is_shared=True)
    found = [number for number in range(5000) if kept.find(request_of(f"{number:04x}")) is not None]
    assert found == list(range(5000 - len(found), 5000))
    assert 256 <= len(found) <= (1 << 20) // 2048


def test_shared_errors_count_with_their_texts():
    body = error_body(WorkerError("USER_CODE", "m" * 4000, {str(number): "d" * 4000 for number in range(8)}))
    kept = KeptAnswers(memory_bytes=1 << 20)
    for number in range(100):
        kept.remember(job_of(f"{number:02x}"), body, is_shared=True)
    assert sum(kept.find(request_of(f"{number:02x}")) is not None for number in range(100)) <= (1 << 20) // 36_000


def test_of_answers_for_requests_sent_again_only_the_newest_few_stay():
    kept = KeptAnswers()
    for number in range(1000):
        kept.remember(job_of(f"{number:04x}", id=f"r{number}", keep=False), finished_of(), is_shared=False)

    def find(number, asked):
        return kept.find(request_of(f"{number:04x}", id=asked, keep=False))

    assert [number for number in range(1000) if find(number, f"r{number}") is not None] == list(range(984, 1000))
    assert find(999, "other") is None


def test_an_answer_that_is_not_shared_does_not_push_out_one_that_is():
    kept = KeptAnswers()
    kept.remember(job_of("a"), finished_of(), is_shared=True)
    for number in range(100):
        kept.remember(job_of(f"{number:04x}", keep=False), finished_of(), is_shared=False)
    assert kept.find(request_of("a", id="another")) is not None
