from __future__ import annotations

import pytest

from python_worker.posterior.training.divergence import Progress, diverged


@pytest.mark.parametrize(
    ("step", "rate", "is_lowered"),
    [(1, 0.0, False), (2, 0.0, False), (1, 1e-3, False), (2, 1e-3, True), (3, 0.0, True), (40, 3e-5, True)],
)
def test_diverged_advises_a_lower_rate_only_where_an_update_has_moved_a_weight(step, rate, is_lowered):
    message = str(diverged("loss", Progress("posterior of seed 1, round 0", 2, step), rate))
    assert f"the loss of member 2 is not finite at step {step} (learning rate {rate:.3g}); " in message
    assert ("lower posterior.training.lr" in message) == is_lowered
    assert "use other features" in message
