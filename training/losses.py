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


def cosines(a, b):
    """Multiplied in bfloat16: off by 0.001 at most, and three times as fast where the processor knows it."""
    return (a.bfloat16() @ b.bfloat16().T).float()


def contrast(a, b, temperature, same=None):
    logits = cosines(a, b) / temperature
    if same is not None:
        logits = logits.masked_fill(same, -1e4)
    target = torch.arange(len(a))
    return (F.cross_entropy(logits, target) + F.cross_entropy(logits.T, target)) / 2


def groups_of(source):
    """A number for each pair; pairs that share a text (same intent) get the same, so they are no negatives."""
    parent = {}

    def find(x):
        while parent.setdefault(x, x) != x:
            parent[x] = parent[parent[x]]
            x = parent[x]
        return x

    keys = [[r.tobytes() for r in side.pieces_of(range(len(side)))] for side in source]
    for x, y in zip(*keys):
        parent[find(x)] = find(y)
    names = {}
    return np.array([names.setdefault(find(x), len(names)) for x in keys[0]])


def draw_cards(domains, near, rng, size, share):
    """Which cards make a batch: families of like ones, those of two domains, or any."""
    count, draw = len(domains), rng.random()
    size = min(size, count)
    if near and draw < share:
        families = list(near)
        which = {}
        while len(which) < size:
            at = rng.choice(families)
            which.update(dict.fromkeys([at, *rng.sample(near[at], 5)]))
        return list(which)[:size]
    if draw < 0.5 + share / 2:
        two = rng.sample(sorted(set(domains)), 2)
        pool = [i for i in range(count) if domains[i] in two]
        return rng.sample(pool, min(size, len(pool)))
    return rng.sample(range(count), size)


def two_questions(asked, rng):
    """Two questions of a card, sometimes as noisy copies: their texts, and which they are."""
    x, y = rng.sample(range(len(asked)), 2)
    return [q[0] if rng.random() < 0.65 else rng.choice(q) for q in (asked[x], asked[y])], (x, y)


def card_loss(run, cards, rng, args, boundary, teach=None):
    """Questions against the lines of both languages."""
    which = draw_cards(cards["domain"], cards.get("near"), rng, args.card_batch, args.near)
    n = len(which)
    texts, asked = zip(*(two_questions(cards["q"][i], rng) for i in which))
    zh, en, a, b = run([
        (cards["text"], [cards["zh"][i] for i in which], args.lose / 2), (cards["text"], [cards["en"][i] for i in which], args.lose / 2),
        *((cards["text"], list(column), args.lose) for column in zip(*texts))])
    asked = np.array(asked)
    eye = torch.eye(n, dtype=torch.bool)
    loss = 0
    lines = torch.cat([zh, en])
    for turn, q in enumerate((a, b)):
        scores = cosines(q, lines)
        english = np.nonzero(asked[:, turn] >= 3)[0]
        if teach and len(english):
            wanted = teach.cards(which, np.maximum(asked[:, turn] - 3, 0), args.teach_temperature)[english]
            for part in (scores[english, :n], scores[english, n:]):
                loss = loss - args.teach_cards / 2 * (wanted * (part / args.temperature).log_softmax(1)).sum() / n
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


def side_loss(run, cards, name, rng, args, boundary, teach=None):
    """Questions against the lines of their own language, of all cards that have it."""
    side = cards["sides"][name]
    which = draw_cards(side["domain"], side.get("near"), rng, args.side_batch, args.near)
    n = len(which)
    texts, asked = zip(*(two_questions(side["q"][i], rng) for i in which))
    lines, a, b = run([(cards["text"], [side["line"][i] for i in which], args.lose / 2),
                       *((cards["text"], list(column), args.lose) for column in zip(*texts))])
    asked = np.array(asked)
    eye, right = torch.eye(n, dtype=torch.bool), torch.arange(n)
    loss = 0
    for turn, q in enumerate((a, b)):
        scores = cosines(q, lines)
        logits = scores / args.temperature
        if teach and name == "en":
            wanted = teach.cards(which, asked[:, turn], args.teach_temperature)
            loss = loss - args.teach_cards * (wanted * logits.log_softmax(1)).sum(1).mean()
        loss = loss + F.cross_entropy(logits, right) + F.cross_entropy(logits.T, right) / 2
        loss = loss + args.boundary * boundary(scores.diagonal(), scores.masked_fill(eye, -1).max(1).values)
    return loss / 2 + 0.4 * contrast(a, b, args.temperature)


def pair_loss(run, source, groups, nrng, size, args, together=1):
    """`together`: so many pairs in a row belong together and are drawn together (questions about one thing)."""
    left, right = source
    first = nrng.choice(len(left) // together, min(size, len(left)) // together, replace=False) * together
    which = (first[:, None] + np.arange(together)).ravel()
    if groups is not None:
        group = torch.from_numpy(groups[which])
        same = group[:, None] == group[None, :]
    else:
        same = torch.zeros(len(which), len(which), dtype=torch.bool)
        for side in source:
            names = {}
            key = torch.tensor([names.setdefault(r.tobytes(), len(names)) for r in side.pieces_of(which)])
            same |= key[:, None] == key[None, :]
    same.fill_diagonal_(False)
    a, b = run([(left, which, args.lose / 2), (right, which, args.lose / 2)])
    return contrast(a, b, args.temperature, same)


def distill_loss(run, source, nrng, size, args, sem):
    texts, target = source
    which = nrng.choice(len(target), size, replace=False)
    (out,) = run([(texts, which, args.lose / 2)])
    out = F.normalize(out[:, :sem], dim=-1)
    t = torch.from_numpy(target[which].astype(np.float32))
    eye = torch.eye(size, dtype=torch.bool)
    wanted = (t @ t.T / args.temperature).masked_fill(eye, -1e4).softmax(1)
    got = (out @ out.T / args.temperature).masked_fill(eye, -1e4).log_softmax(1)
    return F.kl_div(got, wanted, reduction="batchmean")
