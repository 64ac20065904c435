"""What an error says of itself."""


def error_text(error: BaseException) -> str:
    """Its text; "" where giving it fails, as the `__str__` of a user's error may."""
    try:
        return error.msg if isinstance(error, SyntaxError) else str(error)
    except Exception:
        return ""
