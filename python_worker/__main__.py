"""`python -m python_worker`: the process an orchestrator starts."""

from __future__ import annotations

import faulthandler
import logging
import os
import signal
import sys


def main() -> int:
    """Runs one worker until it is told to stop; returns its exit status."""
    os.dup2(2, 1)  # a stray print must not corrupt anything
    faulthandler.enable()
    faulthandler.register(signal.SIGUSR1, all_threads=True)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the orchestrator, which then says what to do
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")

    from .boot import exit_with_parent, read_boot
    from .server import EXIT_REFUSED, Server
    from .state import WorkerState

    try:
        boot = read_boot(sys.argv[1:])
    except ValueError as error:
        logging.error("%s", error)
        return EXIT_REFUSED
    state = WorkerState(boot.device, boot.threads)
    exit_with_parent(state.places.remove)
    server = Server(boot, state)
    signal.signal(signal.SIGTERM, lambda *_: server.stop_soon())
    return server.serve()


if __name__ == "__main__":
    sys.exit(main())
