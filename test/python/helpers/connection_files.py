"""Connection files for tests, with fresh keys."""

import json
import os

import zmq

PATIENCE = {"heartbeatIntervalMs": 200, "heartbeatTimeoutMs": 1000, "joinMs": 50, "reconnectMs": 100}


def content() -> dict:
    """A whole file with fresh keys, for an address nobody listens on."""
    server, _secret = zmq.curve_keypair()
    public, secret = zmq.curve_keypair()
    keys = {"serverKey": server.decode(), "publicKey": public.decode(), "secretKey": secret.decode()}
    rest = {"token": "ab" * 16, "schemaSha": "0" * 64, "runDir": None, "device": "cpu", "threads": 3}
    return {"schemaVersion": 1, "endpoints": ["tcp://127.0.0.1:1"], **keys, **rest, "patience": PATIENCE}


def write(directory, **changes) -> str:
    """The path of such a file that passes the checks of owner and mode."""
    os.chmod(directory, 0o700)
    path = directory / "connection.json"
    path.write_text(json.dumps(content() | changes))
    os.chmod(path, 0o600)
    return str(path)
