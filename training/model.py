"""The student: a table of piece vectors, a slim convolution, the teacher's dense head, a lexical part.

    e_t   = table[id_t]                                   piece vectors (384)
    h_t   = two residual window-3 convolutions (160) over layernorm(e_t W)
    g_t   = 2 sigmoid(h_t . gate)                         weight of the piece in its context
    p     = sum g_t e_t + (sum g_t h_t) C + ends          scaled to a fixed norm
    sem   = dense head(p)                                 384 dimensions
    lex   = sum w_t (code1[id_t] + code2[id_t]) + the same for neighbouring pairs   512 dimensions
    out   = [cos(a) sem/|sem| ; sin(a) lex/|lex|]         a is learned

`lex` keeps rare shared words apart: the codes start random (two hashed rows a piece), their weights
start at the inverse document frequency; all of it is trained with the rest.
"""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F

CODES1, CODES2 = 4093, 4091  # two primes: no two pieces share both rows
PAIR1, PAIR2 = 31337, 15013


class Student(nn.Module):
    def __init__(self, size, dim=384, hidden=160, sem=384, lex=512):
        super().__init__()
        self.table = nn.Embedding(size, dim)
        self.lexw = nn.Parameter(torch.zeros(size))
        self.code1 = nn.Parameter(torch.randn(CODES1, lex) / math.sqrt(lex))
        self.code2 = nn.Parameter(torch.randn(CODES2, lex) / math.sqrt(lex))
        self.pairw = nn.Parameter(torch.tensor(0.3))
        self.angle = nn.Parameter(torch.tensor(0.5))
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

    def forward(self, flat, starts, rows=None, where=None):
        """`flat`: piece ids of all texts, each text preceded by one 0, and a 0 at the end; 0 inside a text is a
        lost piece. `starts`: where each text begins. `rows`/`where`: the unique rows of the table and the row of
        each position (training gives them so that only the rows in use get gradients)."""
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

        h = F.embedding(where, self.norm(self.down(rows))) * m
        h = (h + F.relu(self.conv1(self.window(h)))) * m
        h = (h + F.relu(self.conv2(self.window(h)))) * m
        g = 2 * torch.sigmoid(self.gate(h)) * m
        p = F.embedding_bag(where, rows, starts, mode="sum", per_sample_weights=g.squeeze(1))
        p = p + pool(g * h) @ self.ctx.weight.T + self.ends
        p = F.normalize(p, dim=-1) * self.scale
        y0 = F.relu(p @ self.d0)
        y1 = F.relu(p @ self.p1 + y0 @ self.d1)
        y2 = F.relu(y1 @ self.d2)
        z = torch.tanh(y1 @ self.p3 + y2 @ self.d3)
        sem = F.normalize(z @ self.out + p @ self.skip + self.bias, dim=-1)
        w = F.softplus(self.lexw[flat] * 2) * keep
        after = torch.cat([flat[1:], flat[:1]])
        pair = (w * torch.cat([w[1:], w[:1]]) + 1e-9).sqrt() * keep * torch.cat([keep[1:], keep[:1]]) * self.pairw
        mixed = flat * PAIR1 + after * PAIR2

        def codes(ids1, ids2, weights):
            return (F.embedding_bag(ids1 % CODES1, self.code1, starts, mode="sum", per_sample_weights=weights)
                    + F.embedding_bag(ids2 % CODES2, self.code2, starts, mode="sum", per_sample_weights=weights))

        lex = F.normalize(codes(flat, flat * 3, w) + codes(mixed, mixed, pair), dim=-1, eps=1e-6)
        return torch.cat([torch.cos(self.angle) * sem, torch.sin(self.angle) * lex], -1)

    def window(self, x):
        zero = x.new_zeros(1, x.shape[1])
        return torch.cat([torch.cat([zero, x[:-1]]), x, torch.cat([x[1:], zero])], -1)


def load_student(path):
    state = torch.load(path)
    model = Student(len(state["lexw"]), sem=state["out"].shape[1], lex=state["code1"].shape[1])
    model.load_state_dict(state)
    return model.eval()


def flatten(rows):
    """Lists of ids -> (flat, starts) as `Student.forward` wants them."""
    flat, starts = [], []
    for row in rows:
        starts.append(len(flat))
        flat.append(0)
        flat.extend(row)
    flat.append(0)
    return torch.tensor(flat), torch.tensor(starts)
