"""Code of the user's: loaded from the one file that was named, called with seeds set, its failures told by file and line."""
