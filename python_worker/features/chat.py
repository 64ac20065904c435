"""Texts for the model as turns of a chat, by the tokenizer's own template."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import TemplateError

from ..errors import WorkerError, invalid_data
from .templates import Texts

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast


def render_chat(
    tokenizer: PreTrainedTokenizerFast, model: str, system: str, dataset: Texts
) -> tuple[list[str], list[str], list[int]]:
    """Prompts (system, user), responses (system, user, assistant), and where each response begins in the latter.

    Special tokens stand in the texts. Raises INVALID_DATA for a tokenizer without a chat template, or with one that
    takes no system turn.
    """
    chat = _Chat(tokenizer, model, system)
    prompts = [chat.render(prompt) for prompt in dataset.prompts]
    responses = [
        chat.render(dataset.prompts[row], response)
        for row, response in zip(dataset.response_prompts, dataset.responses, strict=True)
    ]
    starts = [text.rfind(answer.strip()) for text, answer in zip(responses, dataset.responses, strict=True)]
    return prompts, responses, [max(start, 0) for start in starts]


class _Chat:
    def __init__(self, tokenizer: PreTrainedTokenizerFast, model: str, system: str) -> None:
        self._tokenizer = tokenizer
        self._model = model
        self._system = system
        if tokenizer.chat_template is None:
            raise self._unusable("its tokenizer has none")

    def render(self, prompt: str, response: str | None = None) -> str:
        turns = [{"role": "system", "content": self._system}, {"role": "user", "content": prompt}]
        if response is not None:
            turns.append({"role": "assistant", "content": response})
        try:
            return self._tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=False)
        except (TemplateError, ValueError) as error:
            raise self._unusable(str(error).splitlines()[0] if str(error) else type(error).__name__) from error

    def _unusable(self, found: str) -> WorkerError:
        return invalid_data(
            f"Cannot use the chat template of model '{self._model}': {found}, a template that takes system, user and "
            "assistant turns is needed"
        )
