import pytest

from python_worker.feature_export.dataset_card import code


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
