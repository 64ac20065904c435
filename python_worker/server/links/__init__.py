"""The ways to an orchestrator: on this host, on another one, and met in a rendezvous directory."""
