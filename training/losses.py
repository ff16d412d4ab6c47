"""The terms of the loss but those of the two further teachers (teacher_loss.py)."""
import numpy as np
import torch
import torch.nn.functional as F

INTENTS = ("banking77", "clinc150", "bitext-support")


class Boundary:
    """Term of the loss that makes 0.4 the boundary: the right line above, the nearest wrong line below."""

    def __init__(self, at=0.4, width=0.06):
        self.at, self.width = at, width

    def __call__(self, right, wrong):
        return F.softplus((self.at - right) / self.width).mean() + F.softplus((wrong - self.at) / self.width).mean()


def contrast(a, b, temperature, same=None):
    logits = a @ b.T / temperature
    if same is not None:
        logits = logits.masked_fill(same, -1e4)
    target = torch.arange(len(a))
    return (F.cross_entropy(logits, target) + F.cross_entropy(logits.T, target)) / 2


def groups_of(source):
    """A number for each pair; pairs that share a text (same intent) get the same, so they are no negatives."""
    left, right = source
    parent = {}

    def find(x):
        while parent.setdefault(x, x) != x:
            parent[x] = parent[parent[x]]
            x = parent[x]
        return x

    keys = [[r.tobytes() for r in side.rows(range(len(side.lengths)))] for side in (left, right)]
    for x, y in zip(*keys):
        parent[find(x)] = find(y)
    names = {}
    return np.array([names.setdefault(find(x), len(names)) for x in keys[0]])


def card_loss(run, cards, rng, size, args, boundary, teach=None):
    count = len(cards["zh"])
    draw = rng.random()
    if draw < args.near and "near" in cards:
        # Small families of like cards, by the model's own eyes.
        which = {}
        while len(which) < min(size, count // 2):
            at = rng.randrange(count)
            which.update(dict.fromkeys([at, *rng.sample(cards["near"][at], 5)]))
        which = list(which)[:size]
    elif draw < 0.5 + args.near / 2:
        domains = rng.sample(sorted(set(cards["domain"])), 2)
        pool = [i for i in range(count) if cards["domain"][i] in domains]
        which = rng.sample(pool, min(size, len(pool)))
    else:
        which = rng.sample(range(count), min(size, count))
    n = len(which)

    def question(q):
        return q[0] if rng.random() < 0.65 else rng.choice(q)

    first, second, asked = [], [], []
    for i in which:
        x, y = rng.sample(range(6), 2)
        first.append(question(cards["q"][i][x]))
        second.append(question(cards["q"][i][y]))
        asked.append((x, y))
    texts = cards["text"]
    zh, en, a, b = run([
        (texts.rows([cards["zh"][i] for i in which]), args.lose / 2), (texts.rows([cards["en"][i] for i in which]), args.lose / 2),
        (texts.rows(first), args.lose), (texts.rows(second), args.lose)])
    asked = np.array(asked)
    eye = torch.eye(n, dtype=torch.bool)
    loss = 0
    lines = torch.cat([zh, en])
    for turn, q in enumerate((a, b)):
        scores = q @ lines.T
        if teach:
            wanted = teach.cards(which, asked[:, turn], args.teach_temperature)
            for part in (scores[:, :n], scores[:, n:]):
                loss = loss - args.teach_cards / 2 * (wanted * (part / args.temperature).log_softmax(1)).sum(1).mean()
        for at in (0, n):
            other = torch.cat([eye & (at != 0), eye & (at == 0)], 1)
            logits = (scores / args.temperature).masked_fill(other, -1e4)
            loss = loss + F.cross_entropy(logits, torch.arange(n) + at) / 2
        loss = loss + (F.cross_entropy(scores[:, :n].T / args.temperature, torch.arange(n)) + F.cross_entropy(scores[:, n:].T / args.temperature, torch.arange(n))) * 0.25
        wrong = scores.masked_fill(torch.cat([eye, eye], 1), -1)
        right = (q * zh).sum(1), (q * en).sum(1)
        loss = loss + args.boundary * (boundary(torch.cat(right), wrong.max(1).values))
    loss = loss / 2
    loss = loss + 0.4 * contrast(a, b, args.temperature) + 0.3 * contrast(zh, en, args.temperature)
    return loss


def pair_loss(run, source, groups, nrng, size, args):
    left, right = source
    total = len(left.lengths)
    which = nrng.choice(total, min(size, total), replace=False)
    a_ids, b_ids = left.rows(which), right.rows(which)
    if groups is not None:
        group = torch.from_numpy(groups[which])
        same = group[:, None] == group[None, :]
    else:
        same = torch.zeros(len(which), len(which), dtype=torch.bool)
        for side in (a_ids, b_ids):
            names = {}
            key = torch.tensor([names.setdefault(r.tobytes(), len(names)) for r in side])
            same |= key[:, None] == key[None, :]
    same.fill_diagonal_(False)
    a, b = run([(a_ids, args.lose / 2), (b_ids, args.lose / 2)])
    return contrast(a, b, args.temperature, same)


def distill_loss(run, source, nrng, size, args, sem):
    texts, target = source
    which = nrng.choice(len(target), size, replace=False)
    (out,) = run([(texts.rows(which), args.lose / 2)])
    out = F.normalize(out[:, :sem], dim=-1)
    t = torch.from_numpy(target[which].astype(np.float32))
    eye = torch.eye(size, dtype=torch.bool)
    wanted = (t @ t.T / args.temperature).masked_fill(eye, -1e4).softmax(1)
    got = (out @ out.T / args.temperature).masked_fill(eye, -1e4).log_softmax(1)
    return F.kl_div(got, wanted, reduction="batchmean")
