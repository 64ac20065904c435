"""A labelling loop of one's own around `balpm acquire`: python examples/acquire-from-python.py [POLICY]

The pool is made up: 300 pairs about 100 prompts. What a model of yours would score is drawn at random here.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

BALPM = ["node", str(Path(__file__).resolve().parent.parent / "dist" / "main.js")]
POLICY = sys.argv[1] if len(sys.argv) > 1 else "batch-entropy"
BATCH = 10


def main():
    rng = np.random.default_rng(9)
    prompts = rng.standard_normal((100, 16)).astype(np.float16)
    embeddings = prompts[rng.integers(0, 100, 300)]  # three pairs a prompt on average
    acquired = rng.choice(300, BATCH, replace=False).tolist()
    with tempfile.TemporaryDirectory() as directory:
        for round_number in range(1, 4):
            scores = rng.uniform(0, 0.02, len(embeddings))  # your model's uncertainty, trained on what was acquired
            picks = choose(Path(directory), embeddings, scores, acquired, round_number)
            acquired += [pick["index"] for pick in picks]  # ask people about these, then train again
            covered = len(np.unique(embeddings[acquired], axis=0))
            print(f"round {round_number}: {len(picks)} pairs, {len(acquired)} so far about {covered} prompts")


def choose(directory, embeddings, scores, acquired, round_number):
    """The next batch, as balpm prints it."""
    np.save(directory / "X.npy", embeddings)
    np.save(directory / "U.npy", scores)
    (directory / "acquired.json").write_text(json.dumps(acquired))
    files = ["--prompts", "X.npy", "--scores", "U.npy", "--acquired", "acquired.json"]
    command = [*BALPM, "acquire", "--policy", POLICY, "--batch", str(BATCH), "--round", str(round_number), *files]
    answer = subprocess.run([*command, "--json"], cwd=directory, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(answer.stdout)["picks"]


if __name__ == "__main__":
    main()
