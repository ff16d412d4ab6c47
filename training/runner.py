"""One forward pass for all texts of a step, and Adam for the rows of the table that it used."""
import numpy as np
import torch

from model import flatten_terms

ZERO = np.zeros(1, np.int64)


class Runner:
    """Runs the student on lists of id rows; keeps the table out of autograd but for the rows in use (lazy Adam)."""

    def __init__(self, model, rate, nrng):
        self.model, self.base, self.nrng = model, rate, nrng
        self.rate = rate
        model.table.weight.requires_grad = False
        self.m = torch.zeros_like(model.table.weight)
        self.v = torch.zeros_like(model.table.weight)
        self.steps = 0

    def __call__(self, groups):
        """`groups`: (texts, which of them, share of pieces and terms to lose). One forward pass; gives one tensor a
        group."""
        flat, starts, terms, at = [], [], [], 0
        for texts, which, lose in groups:
            for row, found in zip(texts.pieces_of(which), texts.terms_of(which)):
                starts.append(at)
                if lose and len(row) > 3:
                    row = np.where(self.nrng.random(len(row)) < lose, 0, row)
                    found = found[self.nrng.random(len(found)) >= lose]
                flat += [ZERO, row]
                terms.append(found)
                at += 1 + len(row)
        flat = torch.from_numpy(np.concatenate(flat + [ZERO]).astype(np.int64))
        self.unique, where = torch.unique(flat, return_inverse=True)
        self.rows = self.model.table.weight[self.unique].requires_grad_(True)
        out = self.model(flat, torch.tensor(starts), flatten_terms(terms), self.rows, where)
        return out.split([len(which) for _, which, _ in groups])

    def step(self):
        self.steps += 1
        g, u = self.rows.grad, self.unique
        m = self.m[u].mul_(0.9).add_(g, alpha=0.1)
        v = self.v[u].mul_(0.98).addcmul_(g, g, value=0.02)
        self.m[u], self.v[u] = m, v
        c1, c2 = 1 - 0.9 ** self.steps, 1 - 0.98 ** self.steps
        update = (m / c1) / ((v / c2).sqrt_() + 1e-7)
        update[u == 0] = 0
        self.model.table.weight[u] = self.rows.detach() - self.rate * update
