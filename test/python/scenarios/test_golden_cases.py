"""A place that was named and holds no cases is an error, not a skip."""

import pytest
from golden_cases import golden_cases


def test_golden_cases_names_the_directory_of_balpm_golden_that_holds_none(tmp_path):
    with pytest.raises(ValueError, match=f"'{tmp_path}/training' holds none"):
        golden_cases("training", environment={"BALPM_GOLDEN": str(tmp_path)})


def test_golden_cases_skips_with_a_reason_where_nothing_was_named(tmp_path):
    (only,) = golden_cases("training", environment={"BALPM_SHARED": str(tmp_path)})
    reasons = [mark.kwargs["reason"] for mark in only.marks if mark.name == "skip"]
    assert reasons == [f"there are no golden training cases in {tmp_path}/golden/training; set BALPM_GOLDEN"]


def test_golden_cases_marks_every_case_it_finds(tmp_path):
    for name in ("02-shift", "01"):
        (tmp_path / "selection" / name).mkdir(parents=True)
        (tmp_path / "selection" / name / "case.json").write_text("{}")
    cases = golden_cases("selection", environment={"BALPM_GOLDEN": str(tmp_path)})
    assert [case.id for case in cases] == ["01", "02-shift"]
    assert all(mark.name == "golden" for case in cases for mark in case.marks)
    assert [case.id for case in golden_cases("selection", "*-shift", {"BALPM_GOLDEN": str(tmp_path)})] == ["02-shift"]
