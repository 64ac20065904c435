"""What a handler works with: its request's context, the worker's state, the device."""
