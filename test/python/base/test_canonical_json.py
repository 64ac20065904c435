"""The text both languages hash."""

from python_worker.base.canonical_json import canonical_json


def test_canonical_json_sorts_keys_by_utf16_code_units():
    # A character beyond the basic plane is a surrogate pair (D83D…): before U+FB01 in code units, after it in code points.
    assert canonical_json({"\ufb01": 1, "\U0001f642": 2, "a": 3}) == '{"a":3,"\U0001f642":2,"\ufb01":1}'


def test_canonical_json_writes_what_json_stringify_writes():
    value = {"b": [True, None, "é\n\t\x01\"\\/"], "a": {"z": -3, "y": False}}
    assert canonical_json(value) == '{"a":{"y":false,"z":-3},"b":[true,null,"é\\n\\t\\u0001\\"\\\\/"]}'
