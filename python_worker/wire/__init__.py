"""Messages as text: read, judged and written by the same rules as in TypeScript."""
