"""The layouts a store can be exported in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from .export_job import ExportJob
from .hugging_face import write_hugging_face
from .npy_layout import write_npy
from .reference import write_reference

LAYOUTS: Mapping[str, Callable[[Path, ExportJob], None]] = {
    "huggingface": write_hugging_face,
    "reference": write_reference,
    "npy": write_npy,
}
