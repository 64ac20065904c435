"""The tensor side of balpm: a long-lived process that an orchestrator talks to over ZeroMQ."""

__version__ = "0.1.0"
