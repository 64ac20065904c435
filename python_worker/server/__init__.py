"""The worker's side of the conversation: its start, requests in, jobs one at a time, results out."""
