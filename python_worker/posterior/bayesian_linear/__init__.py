"""A linear reward with a normal prior whose strength and shape the labels choose."""
