"""Chat templates as models bring them, and a tokenizer that carries one."""

from __future__ import annotations

from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

PLAIN = "{% for m in messages %}<|start|>{{ m['role'] }}\n{{ m['content'] }}<|end|>\n{% endfor %}"
TRIMMED = PLAIN.replace("m['content']", "m['content'] | trim")
DATED = "Today: {{ strftime_now('%d %b %Y') }}\n" + PLAIN
NO_SYSTEM = "{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
# As Qwen3's: reasoning is set out anew, and a block of it stands before every answer.
REASONING = (
    "{% for m in messages %}<|start|>{{ m['role'] }}\n{% if m['role'] == 'assistant' %}{% set c = m['content'] %}<think>\n"
    "{% if '</think>' in c %}{{ c.split('</think>')[0].split('<think>')[-1].strip('\\n') }}{% endif %}\n</think>\n\n"
    "{{ c.split('</think>')[-1].lstrip('\\n') }}{% else %}{{ m['content'] }}{% endif %}<|end|>\n{% endfor %}"
)
ASKING = "{% if add_generation_prompt %}<|start|>assistant\n{% endif %}"


def tokenizer_with(template: str | dict[str, str] | None) -> PreTrainedTokenizerFast:
    """A tokenizer of bytes with a chat template."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trained = Tokenizer(models.BPE(vocab={token: id_ for id_, token in enumerate(alphabet)}, merges=[]))
    trained.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=trained, bos_token="<s>", eos_token="</s>")
    tokenizer.chat_template = template
    return tokenizer
