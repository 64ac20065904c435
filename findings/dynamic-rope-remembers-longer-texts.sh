#!/usr/bin/env bash
# transformers 5.23.0 with torch 2.13.0: a Llama with dynamic (NTK) RoPE scaling, in eval mode and without a KV cache.
#
# Expected: equal token ids through a frozen model give equal hidden states, whatever the model ran before.
# Seen:     a text longer than `max_position_embeddings` gets other states after a longer text was run, because the model
#           keeps the frequencies of the longest text so far; a text within the limit sets them back.
# So features of such a model depend on the order of the texts. balpm restores the frequencies before every pass.
#
# Ends with 0 while this is so, with 1 when it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check torch==2.13.0 transformers==5.23.0
HF_HUB_OFFLINE=1 "$folder/venv/bin/python" - <<'PY'
import sys

import torch
import transformers

LIMIT = 64


def states_of(model, ids):
    with torch.no_grad():
        return model(ids, use_cache=False).last_hidden_state


def differences(rope):
    """Largest changes of the states of a text of 100 tokens: after one of 200 tokens, and after one of 16 behind that."""
    torch.manual_seed(0)
    shape = dict(vocab_size=100, hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4)
    config = transformers.LlamaConfig(**shape, max_position_embeddings=LIMIT, initializer_range=0.3, rope_parameters=rope)
    model = transformers.LlamaModel(config).eval()
    short, text, long = (torch.randint(0, 100, (1, length)) for length in (16, 100, 200))
    before = states_of(model, text)
    states_of(model, long)
    after_long = states_of(model, text)
    states_of(model, short)
    after_short = states_of(model, text)
    return [float((other - before).abs().max()) for other in (after_long, after_short)]


print(f"transformers {transformers.__version__}, torch {torch.__version__}")
dynamic = differences({"rope_type": "dynamic", "factor": 2.0, "rope_theta": 10000.0})
plain = differences({"rope_type": "default", "rope_theta": 10000.0})
print(f"dynamic: {dynamic[0]:.3g} after a longer text, {dynamic[1]:.3g} after a short one; default: {plain}")
is_so = dynamic[0] > 1e-2 and dynamic[1] == 0 and plain == [0.0, 0.0]
print("as seen before" if is_so else "CHANGED: the states no longer depend on what ran before, or do so otherwise")
sys.exit(0 if is_so else 1)
PY
