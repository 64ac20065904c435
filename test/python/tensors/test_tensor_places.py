"""The directories arrays are exchanged through, as in TypeScript."""

import json
import os
from pathlib import Path

import pytest

from python_worker.tensors.tensor_places import TensorPlaces

GOLDEN = json.loads((Path(__file__).parents[2] / "golden" / "tensor-places.json").read_text("utf-8"))


def _under(root: Path, path: str | None) -> str | None:
    return None if path is None else f"{root}/{path}"  # not joined: '..' must stay


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> tuple[Path, TensorPlaces]:
    """The golden files under a directory, and the places there."""
    root, places = tmp_path_factory.mktemp("places"), TensorPlaces()
    (root / "memory").mkdir()
    places.open(f"{root}/memory/balpm-{GOLDEN['session']}", f"{root}/run", GOLDEN["session"])
    for path in GOLDEN["files"]:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).touch()
    for path, target in GOLDEN["links"].items():
        (root / path).symlink_to(root / target)
    yield root, places
    _close(places)


def _close(places: TensorPlaces) -> None:
    places.remove()
    for place in places:
        os.close(place.lock)


@pytest.mark.parametrize("case", GOLDEN["places"], ids=lambda case: f"{case['sharedMemory']} {case['runDir']}")
def test_the_places_are_those_of_typescript(case, tmp_path):
    (tmp_path / "memory").mkdir()
    places = TensorPlaces()
    # TypeScript names the directory in shared memory, a run only its own.
    places.open(_under(tmp_path, case["memory"]), _under(tmp_path, case["runDir"]), case["session"])
    expected = [(_under(tmp_path, case[kind]), kind == "disk") for kind in ("memory", "disk") if case[kind] is not None]
    assert [(place.directory, place.on_disk) for place in places] == expected
    _close(places)


@pytest.mark.parametrize(("path", "directory"), GOLDEN["found"].items())
def test_a_file_is_found_in_the_place_typescript_finds_it_in(files, path, directory):
    root, places = files
    place = places.containing(f"{root}/{path}")
    assert (None if place is None else place.directory) == _under(root, directory)


def test_a_file_that_is_missing_is_an_error(files):
    root, places = files
    with pytest.raises(FileNotFoundError):
        places.containing(f"{root}/memory/balpm-s1/absent")
