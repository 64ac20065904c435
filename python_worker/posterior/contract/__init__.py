"""What a kind of posterior is asked for, and what it gives."""
