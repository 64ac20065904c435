"""What pythonia calls: text in, text out."""


def echo(text: str) -> str:
    return text
