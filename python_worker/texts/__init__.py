"""Texts as a model reads them: rendered, as chats, tokenised, and where answers are in them."""
