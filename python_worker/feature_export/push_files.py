"""Uploads an export to a dataset repository of the hub. The token comes from the environment and goes to the hub alone."""

from __future__ import annotations

import os
import time

from huggingface_hub import HfApi
from huggingface_hub.errors import HfHubHTTPError, RepositoryNotFoundError
from huggingface_hub.utils import disable_progress_bars

from ..base.errors import WorkerError, invalid_argument
from ..context.context import Context
from ..protocol.error_codes import ErrorCode
from ..protocol.messages import FeaturesPushData, FeaturesPushParams

_KEPT_BY_THE_HUB = {".gitattributes"}
_REFUSALS = (401, 402, 403, 404)


def push_files(params: FeaturesPushParams, context: Context) -> FeaturesPushData:
    """Makes the repository where there is none, and uploads the files into it.

    Raises INVALID_ARGUMENT without HF_TOKEN, for a token that may not write there, and for a repository of the other
    visibility or with other files; UNAVAILABLE when the hub cannot be reached. Files uploaded before stay there.
    """
    start = time.monotonic()
    token = os.environ.get("HF_TOKEN", "").strip()
    if not token:
        raise _unpushable(params, "HF_TOKEN is not set", "a token with write access is")
    disable_progress_bars()
    api = HfApi(token=token)
    try:
        context.progress(0, note=f"asking {api.endpoint} for {params.repository}")
        _prepare_repository(api, params)
        context.check()
        context.progress(0, note=f"uploading {len(params.files)} files")
        commit = api.upload_folder(
            repo_id=params.repository,
            repo_type="dataset",
            folder_path=params.directory,
            allow_patterns=list(params.files),
            commit_message=params.message,
        )
    except (WorkerError, TypeError, AttributeError, NameError):
        raise  # ours, or a fault of ours
    except Exception as error:  # whatever hub, network and upload raise; its text is told without the token
        raise _explain(params, api.endpoint, error, token) from None
    url = f"{api.endpoint}/datasets/{params.repository}"
    return FeaturesPushData(url=url, commit=commit.oid, wall_seconds=round(time.monotonic() - start, 3))


def _prepare_repository(api: HfApi, params: FeaturesPushParams) -> None:
    try:
        found = api.dataset_info(params.repository)
    except RepositoryNotFoundError:
        api.create_repo(params.repository, repo_type="dataset", private=not params.is_public)
        return
    if bool(found.private) == params.is_public:
        visibility, other = ("private", "without") if found.private else ("public", "with")
        raise _unpushable(params, f"it exists and is {visibility}", f"another name, or the command {other} --public, is")
    others = {file.rfilename for file in found.siblings or []} - {*params.files, *_KEPT_BY_THE_HUB}
    if others:
        raise _unpushable(params, f"it holds '{min(others)}', which this export has not", "a new or cleared repository is")


def _explain(params: FeaturesPushParams, endpoint: str, error: Exception, token: str) -> WorkerError:
    """The error in one line; the first cause with an answer of the hub says what kind it is."""
    answered = next((cause for cause in _causes(error) if isinstance(cause, HfHubHTTPError)), None)
    text = " ".join(str(answered or error).replace(token, "…").split())[:400].strip(" .") or type(error).__name__
    status = None if answered is None else answered.response.status_code
    if status in _REFUSALS:
        owner = params.repository.split("/")[0]
        needed = f"an HF_TOKEN with write access to '{owner}' is"
        return _unpushable(params, f"{endpoint} answered {status} ({text})", needed)
    found, needed = (text, "a hub that answers") if status is None else (f"{endpoint} answered {status} ({text})", "a hub that takes the files")
    message = f"Cannot push to '{params.repository}': {found}, {needed} is needed (what was uploaded is kept)"
    return WorkerError(ErrorCode.UNAVAILABLE, message)


def _causes(error: BaseException | None) -> list[BaseException]:
    return [] if error is None else [error, *_causes(error.__cause__)]


def _unpushable(params: FeaturesPushParams, found: str, needed: str) -> WorkerError:
    return invalid_argument(f"Cannot push to '{params.repository}': {found}, {needed} needed")
