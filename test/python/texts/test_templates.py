import pytest

from python_worker.base.errors import WorkerError
from python_worker.data.dataset_texts import DatasetTexts
from python_worker.texts.templates import render_prompts, render_responses

DATASET = DatasetTexts("toy", "0" * 64, ["say {response}", "{0}"], ["yes {prompt}", "no"], [0, 1], {}, {})


def test_render_responses_fills_in_prompt_and_response():
    assert render_responses("{prompt}|{response}", DATASET)[1] == "{0}|no"


def test_render_responses_leaves_braces_inside_a_text_alone():
    assert render_responses("{prompt}|{response}", DATASET)[0] == "say {response}|yes {prompt}"


def test_render_prompts_leaves_other_braces_of_the_template_alone():
    assert render_prompts("{x} {{prompt}}", DATASET) == ["{x} {say {response}}", "{x} {{0}}"]


@pytest.mark.parametrize("template", ["no field", "{prompt} {response}"])
def test_render_prompts_refuses_other_fields(template):
    with pytest.raises(WorkerError, match=r"Cannot use prompt template .*: .*, \{prompt\} is needed"):
        render_prompts(template, DATASET)


@pytest.mark.parametrize("template", ["{prompt}", "{response}"])
def test_render_responses_refuses_a_missing_field(template):
    with pytest.raises(WorkerError, match=r"Cannot use response template .*, \{prompt\} and \{response\}"):
        render_responses(template, DATASET)
