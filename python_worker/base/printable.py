"""Text with everything visible that could reorder or hide it, as `src/base/text/printable.ts` shows it."""

from __future__ import annotations

import re
import unicodedata

_REGION_FLAG = "\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,6}\U000e007f"
_JOINERS = "\u200c\u200d"
_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_WRITTEN = {
    *"\u00ad\u06dd\u070f\u0890\u0891\u08e2\u180e\u200c\u200d\U000110bd\U000110cd",
    *map(chr, range(0x600, 0x606)),
    *map(chr, range(0x13430, 0x13440)),
}
_SUSPECT = re.compile(
    f"({_REGION_FLAG})|(?<=[{_JOINERS}])[{_JOINERS}]|(?<=[{_SELECTORS}])[{_SELECTORS}]|[^\\t\\n\\x20-\\x7e]"
)


def printable(text: str) -> str:
    """The text with controls, format characters and halves of surrogate pairs as `\\u001b`; tabs and line feeds stay."""
    return _SUSPECT.sub(_shown, text)


def _shown(found: re.Match[str]) -> str:
    character = found.group()
    if found.group(1) is not None or not (_is_repeated(found) or _is_unprintable(character)):
        return character
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[index : index + 4]}" for index in range(0, len(units), 4))


def _is_repeated(found: re.Match[str]) -> bool:
    before = found.string[found.start() - 1 : found.start()]
    both = before + found.group()
    return bool(re.fullmatch(f"[{_JOINERS}]{{2}}|[{_SELECTORS}]{{2}}", both))


def _is_unprintable(character: str) -> bool:
    point = ord(character)
    if 0xE0000 <= point <= 0xE007F or point & 0xFFFE == 0xFFFE or 0xFDD0 <= point <= 0xFDEF:
        return True
    category = unicodedata.category(character)
    return category in ("Cc", "Zl", "Zp", "Cs") or (category == "Cf" and character not in _WRITTEN)
