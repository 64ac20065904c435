"""The conda environment and the requirements file pin the same packages."""

import re
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[3]
REQUIREMENTS = (REPOSITORY / "python_worker" / "requirements.txt").read_text("utf-8").split()
ENVIRONMENT = (REPOSITORY / "environment.yml").read_text("utf-8")


def test_requirements_pin_one_exact_version_a_package_with_torch_first():
    assert all(re.fullmatch(r"[a-z0-9-]+==\d+(\.\d+)+", line) for line in REQUIREMENTS)
    assert REQUIREMENTS[0].startswith("torch==")
    assert len({line.split("==")[0] for line in REQUIREMENTS}) == len(REQUIREMENTS)


def test_environment_pins_what_the_requirements_pin():
    assert re.findall(r"^ {6}- (\S+)$", ENVIRONMENT, flags=re.MULTILINE) == REQUIREMENTS


@pytest.mark.parametrize("entry", ["python=3.11", "nodejs=20", "pip", "pip:"])
def test_environment_asks_for_the_interpreters(entry):
    assert f"\n  - {entry}\n" in ENVIRONMENT


@pytest.mark.parametrize("line", REQUIREMENTS)
def test_this_python_has_the_pinned_package(line):
    name, pinned = line.split("==")
    assert version(name).split("+")[0] == pinned
    assert sys.version_info >= (3, 11)


def test_environment_says_which_build_of_the_pinned_torch_it_means():
    pinned = REQUIREMENTS[0].split("==")[1]
    assert f"({pinned}: CUDA " in ENVIRONMENT
    assert f"torch {pinned}+cu" in ENVIRONMENT
