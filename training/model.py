"""The student: a table of piece vectors, a slim convolution, the teacher's dense head, a lexical part.

    e_t   = table[id_t]                                   piece vectors (384)
    h_t   = two residual window-3 convolutions (160) over layernorm(e_t W)
    g_t   = 2 sigmoid(h_t . gate)                         weight of the piece in its context
    p     = sum g_t e_t + (sum g_t h_t) C + ends          scaled to a fixed norm
    sem   = dense head(p)                                 384 dimensions
    lex   = sum w_t (code1[id_t] + code2[id_t]) + the same for neighbouring pairs   512 dimensions
    latin = sum v_u sketch(u), u the Latin terms of the text (terms.py)             1,280 dimensions
    han   = the same of its Han terms                                               the same dimensions
    lex', latin' = [lex ; latin]/|[lex ; latin]|,  b = sqrt(words + s han_words),  c = sqrt(s han_exact)
    out   = [sem/|sem| ; b lex' ; b latin' + c han/|han|], brought to unit length; s: the share of Han in the terms

A piece or term that comes again in a text does not count again in `lex`, `latin` and `han`.

`lex` keeps rare shared words apart: the codes start random (two hashed rows a piece), their weights
start at the inverse document frequency; all of it is trained with the rest. `latin` and `han` hold words, characters
and pairs of characters as they are: every term adds its weight, with a sign, at four hashed places (a count sketch).
Chinese texts give what they share by the letter more room: an English word in common is mostly chance.
"""
import math

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from terms import BUCKETS, LATIN

CODES1, CODES2 = 4093, 4091  # two primes: no two pieces share both rows
PAIR1, PAIR2 = 31337, 15013
PLACES = ((1640531527, 97), (1013904223, 7919), (1664525001, 104729), (1103515245, 15485863))  # of a term in the sketch
PRIME = 2 ** 31 - 1
EXACT = 1280


def places(ids):
    """[n] term ids -> [n, 4] places in [0, 2 EXACT): those of the second half count as negative."""
    return torch.stack([(ids * a + b) % PRIME % (2 * EXACT) for a, b in PLACES], -1)


def han_share(ids, text, count):
    """[count] the share of each text's terms that are Han; 0 where there are none."""
    counts = torch.zeros(2, count).index_put_(((ids >= LATIN).long(), text), torch.ones(len(ids)), accumulate=True)
    return counts[0] / counts.sum(0).clamp(min=1)


def first(flat, segment):
    """1 where a piece stands for the first time in its text, 0 where it comes again."""
    key = segment * (int(flat.max()) + 1) + flat
    key, order = torch.sort(key, stable=True)
    out = torch.ones(len(flat))
    out[order[1:]] = (key[1:] != key[:-1]).float()
    return out


class Student(nn.Module):
    def __init__(self, size, dim=384, hidden=160, sem=384, lex=512):
        super().__init__()
        self.table = nn.Embedding(size, dim)
        self.lexw = nn.Parameter(torch.zeros(size))
        self.code1 = nn.Parameter(torch.randn(CODES1, lex) / math.sqrt(lex))
        self.code2 = nn.Parameter(torch.randn(CODES2, lex) / math.sqrt(lex))
        self.pairw = nn.Parameter(torch.tensor(0.3))
        self.termw = nn.Parameter(torch.zeros(BUCKETS))
        self.termscale = nn.Parameter(torch.tensor(0.5))
        self.words = nn.Parameter(torch.tensor(0.6))
        self.han_words = nn.Parameter(torch.tensor(0.5))
        self.han_exact = nn.Parameter(torch.tensor(1.4))
        self.down = nn.Linear(dim, hidden)
        self.norm = nn.LayerNorm(hidden)
        self.conv1 = nn.Linear(3 * hidden, hidden)
        self.conv2 = nn.Linear(3 * hidden, hidden)
        self.gate = nn.Linear(hidden, 1)
        self.ctx = nn.Linear(hidden, dim, bias=False)
        self.ends = nn.Parameter(torch.zeros(dim))
        self.scale = nn.Parameter(torch.tensor(1.0))
        self.d0 = nn.Parameter(torch.zeros(dim, 320))
        self.p1 = nn.Parameter(torch.zeros(dim, 320))
        self.d1 = nn.Parameter(torch.zeros(320, 320))
        self.d2 = nn.Parameter(torch.zeros(320, 512))
        self.p3 = nn.Parameter(torch.zeros(320, 512))
        self.d3 = nn.Parameter(torch.zeros(512, 512))
        self.out = nn.Parameter(torch.zeros(512, sem))
        self.skip = nn.Parameter(torch.zeros(dim, sem))
        self.bias = nn.Parameter(torch.zeros(sem))
        self.width = sem + lex + EXACT
        nn.init.zeros_(self.gate.weight)
        nn.init.zeros_(self.gate.bias)
        nn.init.normal_(self.ctx.weight, std=0.002)

    def start_from(self, init):
        """Take the values of init_table.py."""
        with torch.no_grad():
            self.table.weight.copy_(init["table"].float())
            counts = init["counts"]
            idf = torch.log(counts.sum() / (counts + 2))
            self.lexw.copy_((idf / idf.mean() - 0.4).clamp(min=0.05))
            self.ends.copy_(init["ends"])
            self.scale.fill_(init["norm"])
            basis, head = init["basis"], init["head"]
            self.d0.copy_(basis.T @ head["d0"])
            self.p1.copy_(basis.T @ head["p1"])
            for name in ("d1", "d2", "p3", "d3"):
                getattr(self, name).copy_(head[name])
            self.out.copy_(init["out_basis"][:, :self.out.shape[1]])

    def forward(self, flat, starts, terms, rows=None, where=None):
        """`flat`: piece ids of all texts, each text preceded by one 0, and a 0 at the end; 0 inside a text is a lost
        piece. `starts`: where each text begins. `terms`: the term ids of all texts, and the text of each.
        `rows`/`where`: the unique rows of the table and the row of each position (training gives them so that only
        the rows in use get gradients)."""
        if rows is None:
            unique, where = torch.unique(flat, return_inverse=True)
            rows = self.table.weight[unique]
        keep = (flat != 0).float()
        m = keep.unsqueeze(1)
        segment = torch.zeros(len(flat), dtype=torch.long)
        segment[starts[1:]] = 1
        segment = segment.cumsum(0)
        count = len(starts)

        def pool(x):
            return torch.zeros(count, x.shape[1]).index_add_(0, segment, x)

        with self.half():
            h = F.embedding(where, self.norm(self.down(rows))) * m
            h = (h + F.relu(self.conv1(self.window(h)))) * m
            h = (h + F.relu(self.conv2(self.window(h)))) * m
        h = h.float()
        g = 2 * torch.sigmoid(self.gate(h)) * m
        p = F.embedding_bag(where, rows, starts, mode="sum", per_sample_weights=g.squeeze(1))
        p = p + pool(g * h) @ self.ctx.weight.T + self.ends
        p = F.normalize(p, dim=-1) * self.scale
        with self.half():
            y0 = F.relu(p @ self.d0)
            y1 = F.relu(p @ self.p1 + y0 @ self.d1)
            y2 = F.relu(y1 @ self.d2)
            z = torch.tanh(y1 @ self.p3 + y2 @ self.d3)
        sem = F.normalize(z.float() @ self.out + p @ self.skip + self.bias, dim=-1)
        w = F.softplus(self.lexw[flat] * 2) * keep * first(flat, segment)
        after = torch.cat([flat[1:], flat[:1]])
        pair = (w * torch.cat([w[1:], w[:1]]) + 1e-9).sqrt() * keep * torch.cat([keep[1:], keep[:1]]) * self.pairw
        mixed = flat * PAIR1 + after * PAIR2

        def codes(ids1, ids2, weights):
            return (F.embedding_bag(ids1 % CODES1, self.code1, starts, mode="sum", per_sample_weights=weights)
                    + F.embedding_bag(ids2 % CODES2, self.code2, starts, mode="sum", per_sample_weights=weights))

        latin, han = self.sketches(*terms, count)
        lex = F.normalize(torch.cat([codes(flat, flat * 3, w) + codes(mixed, mixed, pair), latin], -1), dim=-1, eps=1e-6)
        share = han_share(*terms, count).unsqueeze(1)
        lex = lex * (self.words + self.han_words * share).sqrt()
        exact = F.normalize(han, dim=-1, eps=1e-6) * (self.han_exact * share).sqrt()
        return F.normalize(torch.cat([sem, lex[:, :-EXACT], lex[:, -EXACT:] + exact], -1), dim=-1)

    def half(self):
        """Training multiplies in bfloat16, three times as fast where the processor knows it."""
        return torch.autocast("cpu", torch.bfloat16, enabled=self.training)

    def sketches(self, ids, text, count):
        """[count, EXACT] each, of the Latin and of the Han terms"""
        width = 2 * EXACT
        v = F.softplus(self.termw[ids] * 2) * self.termscale / math.sqrt(len(PLACES))
        at = (text * 2 + (ids < LATIN)).unsqueeze(1) * width + places(ids)
        sums = v.new_zeros(count * 2 * width).index_add_(0, at.flatten(), v.repeat_interleave(len(PLACES)))
        sums = sums.view(count, 2, 2, EXACT)
        return (sums[:, :, 0] - sums[:, :, 1]).unbind(1)

    def window(self, x):
        zero = x.new_zeros(1, x.shape[1])
        return torch.cat([torch.cat([zero, x[:-1]]), x, torch.cat([x[1:], zero])], -1)


def load_student(path):
    state = torch.load(path)
    model = Student(len(state["lexw"]), sem=state["out"].shape[1], lex=state["code1"].shape[1])
    model.load_state_dict(state)
    return model.eval()


def flatten(rows, terms):
    """Lists of piece ids and of term ids -> (flat, starts, terms) as `Student.forward` wants them."""
    flat, starts = [], []
    for row in rows:
        starts.append(len(flat))
        flat.append(0)
        flat.extend(row)
    flat.append(0)
    return torch.tensor(flat), torch.tensor(starts), flatten_terms(terms)


def flatten_terms(terms):
    """Lists of term ids -> all of them, and the text of each."""
    text = np.repeat(np.arange(len(terms)), [len(t) for t in terms])
    flat = np.concatenate([np.asarray(t, np.int64) for t in terms]) if len(text) else np.zeros(0, np.int64)
    return torch.from_numpy(flat), torch.from_numpy(text)
