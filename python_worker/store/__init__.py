"""Feature stores: checked once, then resident."""
