import json
import re

import pytest

from python_worker.base.printable import printable


def test_printable_shows_every_control_and_direction_as_json_would_read_it_back():
    for point in [*range(9), *range(0x0B, 0x20), *range(0x7F, 0xA0), 0x61C, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF, 0xD800, 0xE0041]:
        text = f"a{chr(point)}b"
        assert re.fullmatch(r"a(\\u[0-9a-f]{4}){1,2}b", printable(text))
        assert json.loads(f'"{printable(text)}"') == text


@pytest.mark.parametrize("text", ["two\nlines\t", "می‌خواهم", "👩‍👩‍👧 ❤️ 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "क्‍ष", "עברית", "漢字"])
def test_printable_leaves_text_of_every_script(text):
    assert printable(text) == text


def test_printable_shows_joiners_and_selectors_in_a_row():
    assert printable("a\u200d\u200c\u200db") == "a\u200d\\u200c\\u200db"
    assert printable("x\ufe00\ufe01") == "x\ufe00\\ufe01"
