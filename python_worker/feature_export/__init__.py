"""Feature stores in the layouts of others: written to disk, and uploaded to the hub."""
