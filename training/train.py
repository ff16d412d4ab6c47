"""Contrastive training of the student."""
import argparse
import json
import pickle
import random
import time

import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer

from data import Texts  # noqa: F401 (needed to unpickle)
from evaluate import evaluate, print_table, rank_figures
from model import Student, flatten
from normalize import load_simplify, normalize

# Share of the steps by source; docs files share theirs by size.
SHARES = {
    "cards": 0.42, "distill": 0.07, "docs-parallel": 0.05, "docs-headed": 0.09, "tatoeba": 0.03, "wikidict": 0.05, "cc-cedict": 0.04,
    "wordnet": 0.04, "medquad": 0.02, "opentriviaqa": 0.03, "drcd": 0.05, "cmrc2018-trial": 0.01, "banking77": 0.05, "clinc150": 0.02,
    "bitext-support": 0.005, "china-laws": 0.02, "python-docs": 0.035, "kanboard-ui": 0.005,
}


def schedule(names, pairs, steps, rng):
    docs = {k: [n for n in names if n.startswith("docs-") and n.endswith(k)] for k in ("parallel", "headed")}
    plan = []
    for _ in range(steps):
        source = rng.choices(list(SHARES), list(SHARES.values()))[0]
        if source.startswith("docs-"):
            group = docs[source[5:]]
            source = rng.choices(group, [min(len(pairs[n][0].lengths), 25000) for n in group])[0]
        plan.append(source)
    return plan


class Runner:
    """Runs the student on lists of id rows; keeps the table out of autograd but for the rows in use (lazy Adam)."""

    def __init__(self, model, rate, nrng, lose):
        self.model, self.base, self.nrng, self.lose = model, rate, nrng, lose
        self.rate = rate
        model.table.weight.requires_grad = False
        self.m = torch.zeros_like(model.table.weight)
        self.v = torch.zeros_like(model.table.weight)
        self.steps = 0

    def __call__(self, groups):
        """`groups`: (id rows, share of pieces to lose). One forward pass; gives one tensor a group."""
        flat, starts, at = [], [], 0
        for rows, lose in groups:
            for row in rows:
                starts.append(at)
                if lose and len(row) > 3:
                    row = np.where(self.nrng.random(len(row)) < lose, 0, row)
                flat += [ZERO, row]
                at += 1 + len(row)
        flat = torch.from_numpy(np.concatenate(flat + [ZERO]).astype(np.int64))
        self.unique, where = torch.unique(flat, return_inverse=True)
        self.rows = self.model.table.weight[self.unique].requires_grad_(True)
        out = self.model(flat, torch.tensor(starts), self.rows, where)
        return out.split([len(rows) for rows, _ in groups])

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


ZERO = np.zeros(1, np.int64)


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


def card_loss(run, cards, rng, nrng, size, args, boundary):
    count = len(cards["zh"])
    if rng.random() < 0.5:
        domains = rng.sample(sorted(set(cards["domain"])), 2)
        pool = [i for i in range(count) if cards["domain"][i] in domains]
        which = rng.sample(pool, min(size, len(pool)))
    else:
        which = rng.sample(range(count), min(size, count))
    n = len(which)

    def question(q):
        return q[0] if rng.random() < 0.65 else rng.choice(q)

    first, second = [], []
    for i in which:
        x, y = rng.sample(cards["q"][i], 2)
        first.append(question(x))
        second.append(question(y))
    texts = cards["text"]
    zh, en, a, b = run([
        (texts.rows([cards["zh"][i] for i in which]), args.lose / 2), (texts.rows([cards["en"][i] for i in which]), args.lose / 2),
        (texts.rows(first), args.lose), (texts.rows(second), args.lose)])
    eye = torch.eye(n, dtype=torch.bool)
    loss = 0
    lines = torch.cat([zh, en])
    for q in (a, b):
        scores = q @ lines.T
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


INTENTS = ("banking77", "clinc150", "bitext-support")


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


def encoder(model, tokenizer, table):
    def encode(texts):
        rows = [e.ids[:128] or [1] for e in tokenizer.encode_batch([normalize(t, table) for t in texts])]
        order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
        out = np.zeros((len(rows), model.out.shape[1] + model.code1.shape[1]), np.float32)
        with torch.inference_mode():
            for at in range(0, len(order), 256):
                part = order[at:at + 256]
                out[part] = model(*flatten([rows[i] for i in part])).numpy()
        return out
    return encode


def held_out(encode, cards):
    zh, en = encode([c["zh"] for c in cards]), encode([c["en"] for c in cards])
    gold = [{i} for i in range(len(cards)) for _ in range(3)]
    q_zh = encode([q for c in cards for q in c["q_zh"]])
    q_en = encode([q for c in cards for q in c["q_en"]])
    return [round(rank_figures(q @ l.T, gold)[k], 3) for q, l in ((q_zh, zh), (q_en, en), (q_en, zh)) for k in ("top1", "top5")]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", required=True)
    parser.add_argument("--init", required=True)
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--simplify", required=True)
    parser.add_argument("--eval", help="folder of evaluation sets, only reported")
    parser.add_argument("--out", required=True)
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--minutes", type=float, help="stop the schedule after so many minutes instead of --steps")
    parser.add_argument("--batch", type=int, default=512)
    parser.add_argument("--card-batch", type=int, default=320)
    parser.add_argument("--temperature", type=float, default=0.05)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--lr-table", type=float, default=2e-3)
    parser.add_argument("--boundary", type=float, default=0.1)
    parser.add_argument("--lose", type=float, default=0.1)
    parser.add_argument("--report", type=int, default=250)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--distill", type=float, default=1.0)
    parser.add_argument("--no-lex", action="store_true")
    args = parser.parse_args()
    torch.set_num_threads(2)
    torch.manual_seed(args.seed)
    rng, nrng = random.Random(args.seed), np.random.default_rng(args.seed)
    cards = pickle.load(open(f"{args.work}/cards.pkl", "rb"))
    pairs = pickle.load(open(f"{args.work}/pairs.pkl", "rb"))
    distill = pickle.load(open(f"{args.work}/distill.pkl", "rb"))
    groups = {n: groups_of(pairs[n]) for n in INTENTS}
    print({n: int(g.max()) + 1 for n, g in groups.items()}, "intents", flush=True)
    tokenizer = Tokenizer.from_file(args.tokenizer)
    table = load_simplify(args.simplify)
    model = Student(tokenizer.get_vocab_size())
    model.start_from(torch.load(args.init))
    if args.no_lex:
        with torch.no_grad():
            model.angle.fill_(0)
        model.angle.requires_grad = False
    run = Runner(model, args.lr_table, nrng, args.lose)
    slow = [p for n, p in model.named_parameters() if p.requires_grad and n != "lexw"]
    opt = torch.optim.AdamW([{"params": slow}, {"params": [model.lexw], "lr": args.lr_table * 3, "weight_decay": 0.0}],
                            lr=args.lr, weight_decay=0.01, betas=(0.9, 0.98))
    encode = encoder(model, tokenizer, table)
    boundary = Boundary()
    model.eval()
    print("start", held_out(encode, cards["held"]), flush=True)
    if args.eval:
        print_table(evaluate(encode, args.eval))
    began = time.time()
    plan = schedule(sorted(pairs), pairs, max(args.steps, 100), rng) if not args.minutes else None
    sums, step, done = {}, 0, 0.0
    while done < 1:
        done = (time.time() - began) / 60 / args.minutes if args.minutes else step / args.steps
        warm = min(1, (step + 1) / 100)
        rate = warm * (1 - done if done < 1 else 0.0)
        rate = max(rate, 0.0)
        for g in opt.param_groups:
            g.setdefault("base", g["lr"])
            g["lr"] = g["base"] * rate
        run.rate = run.base * rate
        source = plan[step % len(plan)] if plan else schedule(sorted(pairs), pairs, 1, rng)[0]
        model.train()
        if source == "cards":
            loss = card_loss(run, cards, rng, nrng, args.card_batch, args, boundary)
        elif source == "distill":
            loss = args.distill * distill_loss(run, distill, nrng, args.batch, args, model.out.shape[1])
        else:
            loss = pair_loss(run, pairs[source], groups.get(source), nrng, args.batch, args)
        opt.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(slow, 5.0)
        opt.step()
        run.step()
        key = source if not source.startswith("docs") else "docs-" + source.split(".")[-1]
        s = sums.setdefault(key, [0, 0.0])
        s[0] += 1
        s[1] += float(loss.detach())
        step += 1
        if step % args.report == 0:
            model.eval()
            held = held_out(encode, cards["held"])
            print(f"step {step} {(time.time() - began) / 60:.1f} min, angle {model.angle.item():.3f} pair {model.pairw.item():.2f} | held-out {held} | " + " ".join(f"{k} {v[1] / v[0]:.2f}" for k, v in sorted(sums.items())), flush=True)
            sums = {}
            torch.save(model.state_dict(), args.out)
            if args.eval and step % (args.report * 4) == 0:
                print_table(evaluate(encode, args.eval))
    model.eval()
    torch.save(model.state_dict(), args.out)
    print("end", step, held_out(encode, cards["held"]), flush=True)
    if args.eval:
        result = evaluate(encode, args.eval)
        print_table(result)
        json.dump(result, open(args.out + ".json", "w"), indent=1)


if __name__ == "__main__":
    main()
