"""What a worker finds and leaves in a rendezvous directory, and how the process that waits there ends."""

import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest
import zmq
from connection_files import content

from python_worker.base.owner import own_mark
from python_worker.base.private_file import write_private
from python_worker.server.boot import read_boot, read_options, waits_for_many
from python_worker.server.links.link import LinkFailed
from python_worker.server.links.rendezvous import Rendezvous
from python_worker.server.links.rendezvous_files import WorkerFile
from python_worker.server.links.rendezvous_link import RendezvousLink, WorkerLife
from python_worker.server.links.worker_name import job_id, job_prefix

FIRST, SECOND = "ab" * 16, "cd" * 16


@pytest.fixture
def directory(tmp_path):
    os.chmod(tmp_path, 0o700)
    return tmp_path


def write(path, value) -> None:
    """Whole at once, as a process that looks at the same time must find it."""
    write_private(str(path), json.dumps(value).encode())


def orchestrator(incarnation=FIRST, **changes) -> dict:
    """An orchestrator's file, for an address nobody listens on."""
    known = content()
    place = {name: known[name] for name in ("schemaVersion", "endpoints", "schemaSha", "runDir", "device", "threads", "patience")}
    return place | {"publicKey": known["serverKey"], "incarnation": incarnation} | changes


def worker(incarnation=FIRST) -> WorkerFile:
    public, _secret = zmq.curve_keypair()
    return WorkerFile(1, incarnation, public.decode(), None, "host", 1)


def ended(incarnation) -> dict:
    return {"schemaVersion": 1, "incarnation": incarnation}


def test_who_is_to_be_met_is_what_stands_there_at_that_moment(directory):
    meeting = Rendezvous(str(directory))
    assert (meeting.look().orchestrator, meeting.look().is_over) == (None, False)
    write(directory / "orchestrator.json", orchestrator())
    assert meeting.look().orchestrator.incarnation == FIRST
    write(directory / "ended.json", ended(FIRST))
    assert meeting.look().is_over
    write(directory / "orchestrator.json", orchestrator(SECOND))  # another run has begun since
    assert (meeting.look().orchestrator.incarnation, meeting.look().is_over) == (SECOND, False)
    os.remove(directory / "orchestrator.json")
    assert meeting.look().is_over


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda path: os.chmod(path, 0o640), "its mode is 0640, 0600 is needed"),
        (lambda path: os.chmod(path.parent, 0o755), "its mode is 0755, 0700 is needed"),
        (lambda path: write(path, orchestrator(endpoints=[])), "endpoints"),
        (lambda path: write(path, orchestrator(secretKey="x" * 40)), "secretKey"),
        (lambda path: path.write_text("{"), "the file its owner wrote is needed"),
        (lambda path: (os.rename(path, f"{path}.kept"), os.symlink(f"{path}.kept", path)), "it is a symbolic link"),
    ],
)
def test_what_others_may_have_changed_is_refused(directory, damage, reason):
    meeting = Rendezvous(str(directory))
    write(directory / "orchestrator.json", orchestrator())
    damage(directory / "orchestrator.json")
    with pytest.raises(ValueError, match=reason):
        meeting.look()


@pytest.mark.skipif(os.getuid() != 0, reason="only root gives files away")
def test_a_directory_of_another_user_is_refused(directory):
    os.chown(directory, 12345, 0)
    with pytest.raises(ValueError, match="its owner is user 12345, user 0 is needed"):
        Rendezvous(str(directory))


def test_a_worker_file_is_private_whole_and_without_a_secret(directory):
    meeting = Rendezvous(str(directory))
    meeting.publish("w", worker())
    path = directory / "worker-w.json"
    assert path.stat().st_mode & 0o777 == 0o600
    assert set(json.loads(path.read_text())) == {"schemaVersion", "incarnation", "publicKey", "jobId", "host", "pid"}
    assert os.listdir(directory) == ["worker-w.json"]


def test_a_worker_takes_away_its_own_life_only(directory):
    meeting = Rendezvous(str(directory))
    meeting.withdraw("w", FIRST)
    meeting.publish("w", worker(SECOND))
    meeting.withdraw("w", FIRST)
    assert meeting.incarnation_of("w") == SECOND
    meeting.withdraw("w", SECOND)
    assert meeting.incarnation_of("w") is None


def test_files_of_workers_that_are_gone_are_taken_away_and_of_no_others(directory):
    gone, here, elsewhere = "fffffff-1-" + own_mark()[-6:], own_mark(), "1-2-ffffff"
    names = [f"worker-{job}{mark}.json" for job in ("", "7_1.0-", "7_2.0-") for mark in (gone, here, elsewhere)]
    for name in [*names, "worker-.json", "orchestrator.json"]:
        (directory / name).touch()
    Rendezvous(str(directory)).remove_left_over("7_1.0-")
    left = {f"worker-{job}{mark}.json" for job in ("", "7_1.0-", "7_2.0-") for mark in (here, elsewhere)}
    assert set(os.listdir(directory)) == left - {f"worker-7_1.0-{elsewhere}.json"} | {"worker-.json", "orchestrator.json"}


def test_an_element_of_an_array_is_named_by_both_its_numbers():
    element = {"SLURM_JOB_ID": "9", "SLURM_ARRAY_JOB_ID": "7", "SLURM_ARRAY_TASK_ID": "1", "SLURM_PROCID": "2"}
    assert (job_id(element), job_prefix(element)) == ("7_1", "7_1.2-")
    assert (job_id({"SLURM_JOB_ID": "9"}), job_prefix({"SLURM_JOB_ID": "9"})) == ("9", "9.0-")
    assert (job_id({}), job_prefix({})) == (None, "")


def test_a_worker_has_a_name_that_is_fit_for_a_file(directory):
    assert job_prefix({"SLURM_JOB_ID": "../é/9"}) == "..___9.0-"
    assert len(job_prefix({"SLURM_JOB_ID": "9" * 500})) < 200
    write(directory / "orchestrator.json", orchestrator())
    for name in ("", "../outside", "a/b", "a b", "é", "x" * 201):
        with pytest.raises(ValueError, match="Cannot start: the worker's name is"):
            read_boot(read_options(["--rendezvous", str(directory), "--incarnation", FIRST, "--name", name]))


def test_a_worker_computes_with_what_the_orchestrator_says_unless_told_otherwise(directory):
    write(directory / "orchestrator.json", orchestrator())
    words = ["--rendezvous", str(directory), "--incarnation", FIRST]
    boot = read_boot(read_options(words))
    assert (boot.device, boot.threads, boot.watches_stdin) == ("cpu", 3, False)
    boot = read_boot(read_options([*words, "--device", "cuda:1", "--threads", "2"]))
    assert (boot.device, boot.threads) == ("cuda:1", 2)
    os.remove(directory / "orchestrator.json")
    with pytest.raises(LinkFailed, match="has left") as failure:
        read_boot(read_options(words))
    assert failure.value.status == 75


def test_both_ways_to_an_orchestrator_are_one_too_many():
    with pytest.raises(ValueError, match="both --connect and --rendezvous are given"):
        read_options(["--connect", "x", "--rendezvous", "y"])
    assert waits_for_many(read_options(["--rendezvous", "y"]))


def follow(directory, then, idle_seconds=60.0) -> LinkFailed:
    """How a link to an orchestrator that is not there gives up after `then`."""
    context = zmq.Context()
    meeting = Rendezvous(str(directory))
    link = RendezvousLink(meeting, meeting.look().orchestrator, WorkerLife("w", FIRST, idle_seconds))
    dealer = link.open(context, "s1")
    try:
        assert os.path.exists(directory / "worker-w.json")
        then()
        poller = zmq.Poller()
        link.register(poller)
        with pytest.raises(LinkFailed) as failure:
            while True:
                link.came_up(dict(poller.poll(link.on_tick())))
        link.remove()
        assert not os.path.exists(directory / "worker-w.json")
        return failure.value
    finally:
        link.close()
        dealer.close(0)
        context.term()


def test_a_link_leaves_an_orchestrator_that_was_replaced_has_left_or_is_done(directory):
    path = directory / "orchestrator.json"
    for change in (
        lambda: write(path, orchestrator(SECOND)),
        lambda: os.remove(path),
        lambda: write(directory / "ended.json", ended(FIRST)),
    ):
        write(path, orchestrator())
        failure = follow(directory, change)
        assert (failure.status, "has left" in str(failure)) == (75, True)


def test_a_link_waits_so_long_for_one_that_was_killed(directory):
    write(directory / "orchestrator.json", orchestrator())
    failure = follow(directory, lambda: None, idle_seconds=0.1)
    assert failure.status == 77
    assert "nobody was at 'tcp://127.0.0.1:1'" in str(failure)


@pytest.fixture
def waiting(directory):
    """Starts processes that wait in the directory, with further arguments; they end with the test."""
    started = []

    def start(*words: str, launcher: tuple[str, ...] = ()) -> subprocess.Popen:
        command = [*launcher, sys.executable, "-m", "python_worker", "--rendezvous", str(directory), *words]
        started.append(subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stderr.close()


def until_waiting(process: subprocess.Popen) -> None:
    assert "for an orchestrator" in process.stderr.readline()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_who_waits_ends_with_0_when_told(waiting, number):
    process = waiting(launcher=("env", "--default-signal=HUP"))  # the tests may run under nohup
    until_waiting(process)
    process.send_signal(number)
    assert process.wait(60) == 0


def test_who_waits_under_nohup_goes_on_when_its_terminal_is_closed(waiting, directory):
    process = waiting(launcher=("env", "--ignore-signal=HUP"))
    until_waiting(process)
    process.send_signal(signal.SIGHUP)
    write(directory / "ended.json", ended(FIRST))
    assert process.wait(60) == 0
    assert "the run is done" in process.stderr.read()


def test_who_waits_takes_no_notice_of_a_warning_and_ends_when_the_run_is_done(waiting, directory):
    process = waiting()
    until_waiting(process)
    process.send_signal(signal.SIGUSR2)
    write(directory / "ended.json", ended(FIRST))
    assert process.wait(60) == 0
    assert "the run is done" in process.stderr.read()


def test_who_waits_ends_with_its_stdin_where_that_is_asked_for(waiting):
    process = waiting("--watch-stdin")
    until_waiting(process)
    process.stdin.close()
    assert process.wait(60) == 0


def test_who_waits_gives_up_a_worker_that_cannot_start(waiting, directory):
    write(directory / "orchestrator.json", orchestrator(patience={}))
    process = waiting()
    assert process.wait(60) == 78
    assert "heartbeatIntervalMs" in process.stderr.read()


def test_a_worker_ends_with_who_started_it(waiting, directory):
    """The worker process is a child of the one that waits; its file shows its number."""
    write(directory / "orchestrator.json", orchestrator())
    process = waiting()
    pid = published_pid(directory)
    process.kill()
    process.wait(60)
    until(lambda: has_ended(pid))
    assert not list(directory.glob("worker-*.json"))


def published_pid(directory) -> int:
    """The number of the worker process, once it is known."""
    path = until(lambda: next(directory.glob("worker-*.json"), None))
    return json.loads(path.read_text())["pid"]


def has_ended(pid: int) -> bool:
    """An orphan whose end nobody asks for, as happens in containers, has ended all the same."""
    try:
        with open(f"/proc/{pid}/stat", encoding="latin-1") as file:
            return file.read().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def until(find):
    """What is found within a minute."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if found := find():
            return found
        threading.Event().wait(0.01)
    raise AssertionError("waited a minute in vain")
