"""The named random streams of a fit: nothing else in it is random."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from ...base.seeding import torch_generator


@dataclass(frozen=True)
class MemberStreams:
    """Streams of one round's members. With `shared` (the reference's quirk) members 1, 2, … initialise alike."""

    seed: int
    round: int
    shared: bool = False

    def initial(self, member: int) -> torch.Generator:
        """The stream a member draws its initial weights from."""
        return torch_generator((self.seed, "member", self.round, min(member, 1) if self.shared else member))

    def order(self, member: int, epoch: int, count: int) -> torch.Tensor:
        """The order a member sees `count` pairs in during an epoch (int64)."""
        generator = torch_generator((self.seed, "order", self.round, member, epoch))
        return torch.randperm(count, generator=generator)
