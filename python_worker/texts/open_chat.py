"""Finds out what a chat template takes, by trying it on texts of a word."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from ..base.error_text import first_line
from ..base.errors import WorkerError, invalid_argument
from ..protocol.messages import ChatTurns
from .chat import DAY, Chat

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

# Two prompts and two answers that a template which reads them tells apart.
_PROMPTS = ("Ab", "7z.")
_ANSWERS = ("Cd", "5y.")


def open_chat(tokenizer: PreTrainedTokenizerFast, model: str, turns: ChatTurns) -> Chat:
    """The tokenizer's chat template, tried on texts of a word. An empty system turn is left out where it takes none.

    Raises INVALID_DATA for a tokenizer without a chat template, with one that takes not all of the turns, leaves some
    out or draws at random; INVALID_ARGUMENT for a date in a template that writes none.
    """
    chat = Chat(tokenizer, model, "", None, _check_day(turns.date))
    chat = replace(chat, template=_template_of(chat))
    chat = _with_system(chat, turns.system)
    _refuse_what_leaves_turns_out(chat)
    if chat.date is None:
        return replace(chat, date=DAY) if chat.depends_on_day() else chat
    if "strftime_now" not in chat.template and not chat.depends_on_day():
        raise invalid_argument(
            f"Cannot use date {chat.date} with the chat template of model '{model}': it writes no date; leave 'date' out"
        )
    return chat


def _template_of(chat: Chat) -> str:
    if chat.tokenizer.chat_template is None:
        raise chat.unusable("its tokenizer has none")
    try:
        return chat.tokenizer.get_chat_template()
    except ValueError as error:
        raise chat.unusable(first_line(error)) from error


def _check_day(date: str | None) -> str | None:
    try:
        return None if date is None else datetime.strptime(date, "%Y-%m-%d").date().isoformat()
    except ValueError as error:
        raise invalid_argument(f"Cannot use date '{date[:40]}' in a chat: {first_line(error)}; give a day as 2024-07-26") from error


def _with_system(chat: Chat, system: str | None) -> Chat:
    """The chat with this system turn, or without one where it is empty and refused."""
    with_turn = replace(chat, system=system)
    try:
        _try_turns(with_turn)
        return with_turn
    except WorkerError as error:
        if system is None or not _takes_turns(chat):
            raise
        if system == "":
            return chat
        raise _takes_no_system(chat, first_line(error.__cause__ or error)) from error


def _try_turns(chat: Chat) -> None:
    chat.probe(_PROMPTS[0])
    chat.probe(_PROMPTS[0], _ANSWERS[0])


def _takes_turns(chat: Chat) -> bool:
    return chat.attempt(_PROMPTS[0], _ANSWERS[0]) is not None


def _refuse_what_leaves_turns_out(chat: Chat) -> None:
    """What a template does not write, the model does not read."""
    if chat.probe(_PROMPTS[0]) == chat.probe(_PROMPTS[1]):
        raise chat.unusable("it leaves the user's turn out")
    if chat.probe(_PROMPTS[0], _ANSWERS[0]) == chat.probe(_PROMPTS[0], _ANSWERS[1]):
        raise chat.unusable("it leaves the assistant's turn out")
    if chat.system is not None and chat.system.strip():
        others = (replace(chat, system=other).attempt(_PROMPTS[0], _ANSWERS[0]) for other in _PROMPTS)
        if all(other == chat.probe(_PROMPTS[0], _ANSWERS[0]) for other in others):
            raise _takes_no_system(chat, "it leaves the system turn out")


def _takes_no_system(chat: Chat, found: str) -> WorkerError:
    return chat.unusable(found, "leave the system turn out (chat: {system: null}), or use a model whose template takes one")
