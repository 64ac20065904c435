"""Ensemble training written again the plain way: one member at a time, autograd, no shared code.

Pairs are (first, second), the first being the chosen one, or these and what `pair_oracle.columns_of` gives."""

import torch
from pair_oracle import logistic, loss_of
from torch import nn

ACTIVATIONS = {"tanh": nn.Tanh, "relu": nn.ReLU, "sigmoid": nn.Sigmoid, "leaky_relu": nn.LeakyReLU}


def as_module(layers, activation):
    modules = []
    for weight, bias in layers:
        linear = nn.Linear(weight.shape[1], weight.shape[0])
        linear.load_state_dict({"weight": weight, "bias": bias})
        modules += [linear, ACTIVATIONS[activation]()]
    return nn.Sequential(*modules[:-1])


def mean_loss(net, pairs, link):
    first, second, *columns = pairs
    if columns:
        return loss_of((net(first) - net(second))[:, 0], *(column.float() for column in columns), link).mean()
    return -nn.functional.logsigmoid(net(first) - net(second)).mean()


def train(layers, activation, labelled, validation, settings, orders, link=logistic):
    """Best layers and (steps, losses, best step, stop step) of one member. `orders` holds a permutation an epoch."""
    net = as_module(layers, activation)
    optimizer = torch.optim.AdamW(
        net.parameters(), lr=settings.lr, betas=(settings.beta1, settings.beta2),
        eps=settings.eps, weight_decay=settings.weight_decay,
    )  # fmt: skip
    batches = [order[i : i + settings.batch] for order in orders for i in range(0, len(order), settings.batch)]
    per_epoch = len(batches) // len(orders)
    history, best, failures = [], (float("inf"), None, None), 0
    for step, batch in enumerate(batches):
        warm = step < settings.warmup_steps
        share = step / settings.warmup_steps if warm else (len(batches) - step) / (len(batches) - settings.warmup_steps)
        optimizer.param_groups[0]["lr"] = settings.lr * share
        optimizer.zero_grad()
        mean_loss(net, [part[batch] for part in labelled], link).backward()
        if settings.clip_norm:
            nn.utils.clip_grad_norm_(net.parameters(), settings.clip_norm)
        optimizer.step()
        if validation is None or ((step + 1) % settings.eval_every and (step + 1) % per_epoch):
            continue
        with torch.no_grad():
            loss = mean_loss(net, validation, link).item()
        history.append((step + 1, loss))
        failures += 1
        if loss < best[0]:
            best, failures = (loss, step + 1, {k: v.clone() for k, v in net.state_dict().items()}), 0
        if failures == settings.patience:
            break
    if best[2]:
        net.load_state_dict(best[2])
    return net, history, best[1] or len(batches), step + 1
