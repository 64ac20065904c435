"""A language model fine-tuned once a member: a LoRA adapter and a linear reward on its last hidden state."""
