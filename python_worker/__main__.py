"""`python -m python_worker`: the process an orchestrator starts."""

from __future__ import annotations

import faulthandler
import logging
import os
import signal
import sys
from typing import TYPE_CHECKING

from .base.unheeded import leave_unheeded

if TYPE_CHECKING:
    from .context.state import WorkerState
    from .server.boot import Boot


def main() -> int:
    """Runs one worker until it is told to stop; returns its exit status."""
    os.dup2(2, 1)  # a stray print must not corrupt anything
    faulthandler.enable()
    faulthandler.register(signal.SIGUSR1, all_threads=True)
    leave_unheeded((signal.SIGINT, signal.SIGUSR2))
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")

    from .server.boot import exit_with_parent, read_boot, read_options, waits_for_many
    from .server.links.link import REFUSED, LinkFailed

    try:
        options = read_options(sys.argv[1:])
        if waits_for_many(options):
            from .server.keep_joining import keep_joining

            return keep_joining(options)
        boot = read_boot(options)
    except ValueError as error:
        logging.error("%s", error)
        return REFUSED
    except LinkFailed as failure:
        logging.error("%s", failure)
        return failure.status
    if not boot.heeds_sigterm:
        leave_unheeded((signal.SIGTERM,))
    if boot.watches_stdin:
        leave_unheeded((signal.SIGHUP,))
    _fix_threads(boot.threads)

    from .context.state import WorkerState
    from .server.server import Server

    state = WorkerState(boot.device, boot.threads)
    if boot.watches_stdin:
        exit_with_parent(lambda: _clear_up(boot, state))
    server = Server(boot, state)
    if boot.heeds_sigterm:
        signal.signal(signal.SIGTERM, lambda *_: server.stop_soon())
    status = server.serve()
    boot.link.remove()
    return status


def _clear_up(boot: Boot, state: WorkerState) -> None:
    """What an orchestrator that was killed cannot take away any more."""
    state.places.remove()
    boot.link.remove()


def _fix_threads(threads: int) -> None:
    """Results depend on these, and the libraries read them when they are loaded; an orchestrator sets them itself."""
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(threads)
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    os.environ["TOKENIZERS_PARALLELISM"] = "false"


if __name__ == "__main__":
    sys.exit(main())
