import pytest

from python_worker.feature_export.dataset_card import code, prose


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("plain", "`plain`"),
        ("two\nlines", "`two\\nlines`"),
        ("a|b", "`a\\|b`"),
        ("`tick", "`` `tick ``"),
        ("in``side", "```in``side```"),
        ("", "`  `"),
        (512, "`512`"),
        (True, "`true`"),
        (None, "none"),
    ],
)
def test_code_shows_a_value_that_stays_in_its_cell(value, shown):
    assert code(value) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("org/model-7b.v2", "org/model-7b.v2"),
        ("<img src=x onerror=y>", r"\<img src=x onerror=y\>"),
        ("![x](http://host/y)", r"\!\[x\](http://host/y)"),
        ("a\n---\n# b", r"a --- \# b"),
        ("`code` &amp; | \\", r"\`code\` \&amp; \| \\"),
        ("evil\u202egnp.exe", r"evil\\u202egnp.exe"),
    ],
)
def test_prose_makes_no_markup_of_a_name(name, shown):
    assert prose(name) == shown


def test_code_shows_what_would_hide_or_reorder_text():
    assert code("a\u202eb\x1b") == r"`a\u202eb\u001b`"
