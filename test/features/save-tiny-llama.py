"""python save-tiny-llama.py FOLDER: a small causal model with its tokenizer, for the tests in TypeScript."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "python" / "helpers"))

from tiny_models import save_llama  # noqa: E402

save_llama(Path(sys.argv[1]), ["Instruction: say hello\nResponse: hello there", "Instruction: say bye\nResponse: good bye"])
