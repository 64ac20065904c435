"""What an error says of itself."""


def error_text(error: BaseException) -> str:
    """Its text; "" where giving it fails, as the `__str__` of a user's error may."""
    try:
        return error.msg if isinstance(error, SyntaxError) else str(error)
    except Exception:
        return ""


def first_line(error: BaseException) -> str:
    """The first line of its text that says something; its type where none does."""
    return next((line.strip(" .\t") for line in str(error).splitlines() if line.strip()), type(error).__name__)
