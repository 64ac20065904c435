"""Chat templates as jinja texts, and the same in plain Python: what stands before an answer, what is made of it, what after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Pieces = tuple[str, str, str]


@dataclass(frozen=True)
class Template:
    """jinja: the template; write: (system or None, prompt, answer) to the pieces of the text."""

    jinja: str
    write: Callable[[str | None, str, str], Pieces]


def _turns(answer: str, other: str = "{{ m['content'] }}") -> str:
    content = "{% if m['role'] == 'assistant' %}" + answer + "{% else %}" + other + "{% endif %}"
    return "{% for m in messages %}<|start|>{{ m['role'] }}\n" + content + "<|end|>\n{% endfor %}"


def _write(
    made: Callable[[str], str] = str, other: Callable[[str], str] = str, around: tuple[str, str] = ("", ""), first: str = ""
) -> Callable[[str | None, str, str], Pieces]:
    """Turns one after the other; `around`: constant text round the answer; `first`: before all turns."""

    def write(system: str | None, prompt: str, answer: str) -> Pieces:
        turns = [("system", system), ("user", prompt)]
        before = first + "".join(f"<|start|>{role}\n{other(text)}<|end|>\n" for role, text in turns if text is not None)
        return before + "<|start|>assistant\n" + around[0], made(answer), around[1] + "<|end|>\n"

    return write


def _split(answer: str) -> tuple[str, str] | None:
    """Reasoning and the rest, None where there is no reasoning."""
    if "</think>" not in answer:
        return None
    return answer.split("</think>")[0].split("<think>")[-1].strip("\n"), answer.split("</think>")[-1].lstrip("\n")


def _reasoned(answer: str) -> str:
    parts = _split(answer)
    return answer if parts is None else f"<think>\n{parts[0]}\n</think>\n\n{parts[1]}"


def _always_reasoned(answer: str) -> str:
    reasoning, rest = _split(answer) or ("", answer)
    return f"<think>\n{reasoning}\n</think>\n\n{rest}"


def _reversed(system: str | None, prompt: str, answer: str) -> Pieces:
    turns = [("user", prompt), ("system", system)]
    after = "".join(f"<|start|>{role}\n{text}<|end|>\n" for role, text in turns if text is not None)
    return "<|start|>assistant\n", answer, "<|end|>\n" + after


def _instructed(system: str | None, prompt: str, answer: str) -> Pieces:
    return f"[INST] {'' if system is None else system + ' '}{prompt} [/INST] ", answer, "<|end|>"


_PLAIN = "{{ m['content'] }}"
_REASONING = "c.split('</think>')[0].split('<think>')[-1].strip('\\n')"
_BLOCK = "<think>\n{{ " + _REASONING + " if '</think>' in c else '' }}\n</think>\n\n{{ c.split('</think>')[-1].lstrip('\\n') if '</think>' in c else c }}"
_ASKING = "{% if add_generation_prompt %}<|start|>assistant\n{% endif %}"
_SET = "{% set c = m['content'] %}"
_INST = (
    "[INST] {{ messages[0]['content'] }} {% if messages[0]['role'] == 'system' %}{{ messages[1]['content'] }} {% endif %}[/INST]"
    "{% if messages[-1]['role'] == 'assistant' %} {{ messages[-1]['content'] }}<|end|>{% endif %}"
)
_DATE = "Today: {{ strftime_now('%d %B %Y, %A %H:%M') }}\n"

TEMPLATES = {
    "plain": Template(_turns(_PLAIN), _write()),
    "with a generation prompt": Template(_turns(_PLAIN) + _ASKING, _write()),
    "trims": Template(_turns("{{ m['content'] | trim }}", "{{ m['content'] | trim }}"), _write(str.strip, str.strip)),
    "upper case": Template(_turns("{{ m['content'] | upper }}"), _write(str.upper)),
    "puts text round": Template(_turns("Answer: " + _PLAIN + " (end of the answer)"), _write(around=("Answer: ", " (end of the answer)"))),
    "writes twice": Template(_turns("{{ m['content'] }} = {{ m['content'] }}"), _write(lambda answer: f"{answer} = {answer}")),
    "reverses": Template(_turns(_PLAIN).replace("in messages", "in messages | reverse"), _reversed),
    "sets reasoning out": Template(_turns(_SET + "{% if '</think>' in c %}" + _BLOCK + "{% else %}{{ c }}{% endif %}"), _write(_reasoned)),
    "always reasons": Template(_turns(_SET + _BLOCK) + _ASKING, _write(_always_reasoned)),
    "drops reasoning": Template(_turns("{{ m['content'].split('</think>')[-1] }}"), _write(lambda answer: answer.split("</think>")[-1])),
    "generation blocks": Template(_turns("{% generation %}{{ m['content'] }}{% endgeneration %}"), _write()),
    "no header": Template(_INST, _instructed),
    "a date": Template(_DATE + _turns(_PLAIN), _write(first="Today: 26 July 2024, Friday 00:00\n")),
    "a default system turn": Template(
        "{% if messages[0]['role'] != 'system' %}<|start|>system\nthe sea<|end|>\n{% endif %}" + _turns(_PLAIN),
        lambda system, prompt, answer: _write()("the sea" if system is None else system, prompt, answer),
    ),
}
