"""external.check: whether a user's class can be a posterior."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from ..context.context import Context, Reply
from ..custom_code.user_code import UserCode
from ..posterior.custom.user_model import UserModelClass
from ..protocol.messages import ExternalCheckData, ExternalCheckParams


def run(params: ExternalCheckParams, tensors: Mapping[str, np.ndarray], context: Context) -> Reply:
    """Runs the file, makes no instance."""
    code = UserCode(Path(params.module), params.name, params.module_sha256, seed=0)
    return Reply(ExternalCheckData(learns=UserModelClass.load(code).learns))
