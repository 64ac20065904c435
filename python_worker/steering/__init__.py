"""What stands behind the fence: how a call is found, answered, interrupted and ended. Standard library only."""
