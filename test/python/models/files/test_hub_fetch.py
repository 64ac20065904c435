import hashlib
import json
import shutil
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from python_worker.base.errors import Cancelled, WorkerError
from python_worker.context.context import Context
from python_worker.models.files.hub_directory import Published, find_directory, find_missing
from python_worker.models.files.hub_fetch import Missing, describe
from python_worker.models.files.prefetch import prefetch
from python_worker.protocol.messages import FeaturesPrefetchParams

COMMIT = "89abcdef0123456789abcdef0123456789abcdef"
SHAPING = ("config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors")


class Hub(ThreadingHTTPServer):
    """A hub on loopback with the model org/tiny; the bytes of files wait while `gate` is clear."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.folder = folder
        self.gate = threading.Event()
        self.gate.set()
        self.asked = threading.Event()


class Answer(BaseHTTPRequestHandler):
    server: Hub

    def do_HEAD(self) -> None:
        self._answer(False)

    def do_GET(self) -> None:
        self._answer(True)

    def log_message(self, *_: object) -> None:
        pass

    def _answer(self, with_bytes: bool) -> None:
        path = self.path.split("?")[0]
        if path == "/api/models/org/tiny/revision/main":
            return self._json({"_id": "f00d", "id": "org/tiny", "sha": COMMIT, "siblings": [], "tags": []})
        if path == f"/api/models/org/tiny/tree/{COMMIT}":
            return self._json([self._entry(file) for file in sorted(self.server.folder.iterdir())])
        content = (self.server.folder / path.rsplit("/", 1)[-1]).read_bytes()
        if with_bytes:
            self.server.asked.set()
            self.server.gate.wait(60)
        self._send(content, {"etag": f'"{hashlib.sha1(content).hexdigest()}"', "x-repo-commit": COMMIT}, with_bytes)

    def _entry(self, file: Path) -> dict:
        content = file.read_bytes()
        return {"type": "file", "path": file.name, "size": len(content), "oid": hashlib.sha1(content).hexdigest()}

    def _json(self, value: object) -> None:
        self._send(json.dumps(value).encode(), {"content-type": "application/json"}, True)

    def _send(self, content: bytes, headers: dict[str, str], with_bytes: bool) -> None:
        self.send_response(200)
        for name, value in {**headers, "content-length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        if with_bytes:
            self.wfile.write(content)


@pytest.fixture
def hub(llama, tmp_path, monkeypatch):
    folder = shutil.copytree(llama, tmp_path / "published")
    (folder / "README.md").write_text("not fetched")
    server = Hub(folder)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", url)
    monkeypatch.setattr("huggingface_hub.constants.HUGGINGFACE_CO_URL_TEMPLATE", url + "/{repo_id}/resolve/{revision}/{filename}")
    monkeypatch.setattr("huggingface_hub.file_download.HUGGINGFACE_CO_URL_TEMPLATE", url + "/{repo_id}/resolve/{revision}/{filename}", raising=False)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_DISABLE_XET", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    yield server
    server.gate.set()
    server.shutdown()
    server.server_close()


def wanted(*patterns: str) -> Published:
    return Published("model", "org/tiny", None, patterns or SHAPING)


def reports():
    told = []
    return told, Context.offline(on_progress=told.append)


def test_a_download_tells_its_size_before_the_first_byte(hub):
    told, context = reports()
    size = sum((hub.folder / name).stat().st_size for name in SHAPING)
    hub.gate.clear()
    fetching = threading.Thread(target=lambda: find_directory(wanted(), context))
    fetching.start()
    assert hub.asked.wait(60)
    assert told[0].note == f"fetching {size / 1e3:.1f} kB in 4 files of model org/tiny"
    assert (told[0].done, told[0].total) == (0.0, float(size))
    hub.gate.set()
    fetching.join(60)
    assert not fetching.is_alive()


def test_what_is_missing_is_what_the_cache_lacks_of_the_patterns(hub):
    config = (hub.folder / "config.json").stat().st_size
    found = find_missing(wanted("config.json"))
    assert (found.files, found.bytes) == (1, config)
    folder = find_directory(wanted("config.json"), Context.offline())
    assert sorted(file.name for file in folder.iterdir()) == ["config.json"]
    assert find_missing(wanted("config.json")) == Missing(0, 0, None)
    assert find_missing(wanted()).files == 3


def test_a_cancel_does_not_wait_for_the_network(hub):
    _, context = reports()
    hub.gate.clear()
    threading.Thread(target=lambda: hub.asked.wait(60) and context.cancel(), daemon=True).start()
    with pytest.raises(Cancelled):
        find_directory(wanted(), context)
    hub.gate.set()


def test_prefetch_gives_every_file_of_the_patterns_with_size_and_hash(hub, tmp_path):
    params = {"model": "org/tiny", "revision": None, "adapter": None, "trust_remote_code": False}
    asked = prefetch(FeaturesPrefetchParams(**params, fetch=False), Context.offline())
    assert (asked.sources[0].directory, asked.sources[0].missing.files, asked.files) == (None, 4, [])
    assert not list((tmp_path / "hub").glob("*/blobs/*"))
    found = prefetch(FeaturesPrefetchParams(**params, fetch=True), Context.offline())
    assert found.sources[0].commit == COMMIT
    assert [(file.name, file.bytes) for file in found.files] == [
        (name, (hub.folder / name).stat().st_size) for name in sorted(SHAPING)
    ]
    assert all(file.sha256 == hashlib.sha256((hub.folder / file.name).read_bytes()).hexdigest() for file in found.files)


def test_prefetch_asks_no_hub_when_offline_and_says_that_it_did_not(hub, monkeypatch):
    find_directory(wanted(), Context.offline())
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    params = FeaturesPrefetchParams(model="org/tiny", revision=None, adapter=None, trust_remote_code=False, fetch=True)
    assert prefetch(params, Context.offline()).sources[0].missing is None


def test_a_hub_that_fails_is_told_as_one_that_cannot_be_reached(hub):
    hub.folder.rename(hub.folder.with_name("gone"))
    with pytest.raises(WorkerError, match="where there is a network$"):
        find_directory(wanted(), Context.offline())


@pytest.mark.parametrize(
    ("size", "words"), [(12, "0.0 kB"), (2_500, "2.5 kB"), (3_000_000, "3.0 MB"), (13_500_000_000, "13.5 GB"), (2e12, "2.0 TB")]
)
def test_sizes_are_said_as_people_read_them(size, words):
    assert describe(Missing(1, int(size), None)) == f"{words} in 1 file"
