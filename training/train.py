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

import teach
from data import Texts
from evaluate import evaluate, print_table, rank_figures
from model import Student, flatten
from normalize import load_simplify, normalize

# Share of the steps by source; docs files share theirs by size.
SHARES = {
    "cards": 0.42, "distill": 0.07, "docs-parallel": 0.05, "docs-headed": 0.09, "tatoeba": 0.03, "wikidict": 0.05, "cc-cedict": 0.04,
    "wordnet": 0.04, "medquad": 0.02, "opentriviaqa": 0.03, "drcd": 0.07, "cmrc2018-trial": 0.01, "banking77": 0.05, "clinc150": 0.02,
    "bitext-support": 0.005, "china-laws": 0.02, "python-docs": 0.035, "kanboard-ui": 0.005,
}


def choose(pairs, rng):
    """The source of the next step."""
    source = rng.choices(list(SHARES), list(SHARES.values()))[0]
    if source.startswith("docs-"):
        group = [n for n in sorted(pairs) if n.startswith("docs-") and n.endswith(source[5:])]
        source = rng.choices(group, [min(len(pairs[n][0].lengths), 25000) for n in group])[0]
    return source


class Runner:
    """Runs the student on lists of id rows; keeps the table out of autograd but for the rows in use (lazy Adam)."""

    def __init__(self, model, rate, nrng, ask):
        self.model, self.base, self.nrng, self.ask = model, rate, nrng, ask
        self.rate = rate
        model.table.weight.requires_grad = False
        self.m = torch.zeros_like(model.table.weight)
        self.v = torch.zeros_like(model.table.weight)
        self.steps = 0

    def __call__(self, groups):
        """`groups`: (id rows, share of pieces to lose, 1 for questions or one such value a row). One forward pass; gives one tensor a group."""
        flat, starts, at, kinds = [], [], 0, []
        for rows, lose, kind in groups:
            kinds.append(np.broadcast_to(np.float32(kind) if self.ask else np.float32(0), len(rows)))
            for row in rows:
                starts.append(at)
                if lose and len(row) > 3:
                    row = np.where(self.nrng.random(len(row)) < lose, 0, row)
                flat += [ZERO, row]
                at += 1 + len(row)
        flat = torch.from_numpy(np.concatenate(flat + [ZERO]).astype(np.int64))
        self.unique, where = torch.unique(flat, return_inverse=True)
        self.rows = self.model.table.weight[self.unique].requires_grad_(True)
        out = self.model(flat, torch.tensor(starts), self.rows, where, torch.from_numpy(np.concatenate(kinds)))
        return out.split([len(rows) for rows, _, _ in groups])

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


def card_loss(run, cards, rng, nrng, size, args, boundary, teach=None):
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
        (texts.rows([cards["zh"][i] for i in which]), args.lose / 2, 0), (texts.rows([cards["en"][i] for i in which]), args.lose / 2, 0),
        (texts.rows(first), args.lose, 1), (texts.rows(second), args.lose, 1)])
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


@torch.inference_mode()
def near_cards(model, cards, count=10):
    """For each card those whose lines the model takes for the most alike."""
    sides = []
    for key in ("zh", "en"):
        out = []
        for at in range(0, len(cards[key]), 256):
            out.append(model(*flatten([r.tolist() for r in cards["text"].rows(cards[key][at:at + 256])])))
        sides.append(torch.cat(out))
    near = []
    for at in range(0, len(sides[0]), 1024):
        scores = sum(x[at:at + 1024] @ x.T for x in sides)
        scores[torch.arange(len(scores)), torch.arange(at, at + len(scores))] = -9
        near += scores.topk(count, 1).indices.tolist()
    return near


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


QUESTION_LEFT = ("headed", "medquad", "opentriviaqa", "drcd", "cmrc2018-trial", *INTENTS, "china-laws")


def pair_loss(run, name, source, groups, rng, nrng, size, args):
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
    if name.endswith(QUESTION_LEFT):
        kinds = (1, 0)
    else:
        kinds = rng.choice(((0, 0), (0, 1), (1, 0)))
    a, b = run([(a_ids, args.lose / 2, kinds[0]), (b_ids, args.lose / 2, kinds[1])])
    return contrast(a, b, args.temperature, same)


def distill_loss(run, source, nrng, size, args, sem):
    texts, target = source
    which = nrng.choice(len(target), size, replace=False)
    (out,) = run([(texts.rows(which), args.lose / 2, nrng.integers(0, 2))])
    out = F.normalize(out[:, :sem], dim=-1)
    t = torch.from_numpy(target[which].astype(np.float32))
    eye = torch.eye(size, dtype=torch.bool)
    wanted = (t @ t.T / args.temperature).masked_fill(eye, -1e4).softmax(1)
    got = (out @ out.T / args.temperature).masked_fill(eye, -1e4).log_softmax(1)
    return F.kl_div(got, wanted, reduction="batchmean")


class Teach:
    """What the two further teachers say: similarities of a batch of cards, embeddings of general texts."""

    def __init__(self, work, cards, data, tokenizer, table, sem):
        e5 = pickle.load(open(f"{work}/teach-e5.pkl", "rb"))
        mini = pickle.load(open(f"{work}/teach-minilm.pkl", "rb"))
        raw = cards["raw"]

        def centred(rows):
            rows = np.array(rows, np.float32)
            rows -= rows.mean(0)
            return rows / np.linalg.norm(rows, axis=1, keepdims=True)

        self.lines = [centred([e5["passage: " + c[k]] for c in raw]) for k in ("zh", "en")]
        self.asked = [centred([e5["query: " + c[k][i]] for c in raw]) for k in ("q_zh", "q_en") for i in range(3)]
        self.mini_lines = centred([mini[c["en"]] for c in raw])
        self.mini_asked = [centred([mini[c["q_en"][i]] for c in raw]) for i in range(3)]
        pairs, mono = teach.general(data)
        strings, english = [], []
        for name, rows in pairs.items():
            both = name in BOTH or name.endswith(".parallel")
            for x, y in rows:
                strings += [x, y]
                english += [x if x in mini else y if both and y in mini else None, y if y in mini else x if both and x in mini else None]
        strings += mono
        english += [x if x in mini else None for x in mono]
        known = np.array(["query: " + t in e5 for t in strings])
        rows = np.zeros((len(strings), 384), np.float32)
        if known.any():
            rows[known] = centred([e5["query: " + t] for t in strings if "query: " + t in e5])
        vectors = [rows]
        print("general texts", len(strings), "with English", sum(t is not None for t in english), "with E5", int(known.sum()), flush=True)
        for key, rows in zip(("zh", "en"), self.lines):
            strings += [c[key] for c in raw]
            english += [c["en"] for c in raw]
            vectors.append(rows)
        for at, rows in enumerate(self.asked):
            texts = [c["q_zh" if at < 3 else "q_en"][at % 3] for c in raw]
            strings += texts
            english += texts if at >= 3 else [None] * len(texts)
            vectors.append(rows)
        self.texts = Texts([e.ids[:64] or [1] for e in tokenizer.encode_batch([normalize(t, table) for t in strings])])
        self.e5 = np.concatenate(vectors).astype(np.float16)
        self.known = np.concatenate([known, np.ones(len(strings) - len(known), bool)])
        self.has = np.array([t is not None for t in english])
        self.mini = np.zeros((len(strings), 384), np.float16)
        self.mini[self.has] = centred([mini[t] for t in english if t is not None])
        self.to_e5 = torch.nn.Linear(sem, 384, bias=False)
        self.to_mini = torch.nn.Linear(sem, 384, bias=False)
        with torch.no_grad():
            for layer in (self.to_e5, self.to_mini):
                torch.nn.init.orthogonal_(layer.weight)

    def parameters(self):
        return [self.to_e5.weight, self.to_mini.weight]

    def cards(self, which, kinds, temperature):
        which = np.array(which)
        out = np.zeros((len(which), len(which)), np.float32)
        for kind in range(6):
            rows = np.nonzero(kinds == kind)[0]
            if kind < 3:
                out[rows] = self.asked[kind][which[rows]] @ self.lines[0][which].T * 1.2
            else:
                out[rows] = 0.6 * self.asked[kind][which[rows]] @ self.lines[1][which].T + 0.6 * self.mini_asked[kind - 3][which[rows]] @ self.mini_lines[which].T
        return torch.from_numpy(out / temperature).softmax(1)

    def loss(self, run, nrng, size, args, sem):
        which = nrng.choice(len(self.has), size, replace=False)
        (out,) = run([(self.texts.rows(which), args.lose / 2, nrng.integers(0, 2, size))])
        out = F.normalize(out[:, :sem], dim=-1)
        has, known = torch.from_numpy(self.has[which]), torch.from_numpy(self.known[which])
        loss = 0
        for layer, target, rows in ((self.to_e5, self.e5, known), (self.to_mini, self.mini, has)):
            t = torch.from_numpy(target[which].astype(np.float32))[rows]
            x = out[rows]
            loss = loss + args.regress * (1 - (F.normalize(layer(x), dim=-1) * t).sum(1)).mean()
            eye = torch.eye(len(x), dtype=torch.bool)
            wanted = (t @ t.T / args.teach_temperature).masked_fill(eye, -1e4).softmax(1)
            got = (x @ x.T / args.temperature).masked_fill(eye, -1e4).log_softmax(1)
            loss = loss + 0.5 * F.kl_div(got, wanted, reduction="batchmean")
        return loss


BOTH = ("tatoeba", "wikidict", "python-docs", "kanboard-ui")


def encoder(model, tokenizer, table, kind=0):
    def encode(texts):
        rows = [e.ids[:128] or [1] for e in tokenizer.encode_batch([normalize(t, table) for t in texts])]
        order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
        out = np.zeros((len(rows), model.out.shape[1] + model.code1.shape[1]), np.float32)
        with torch.inference_mode():
            for at in range(0, len(order), 256):
                part = order[at:at + 256]
                out[part] = model(*flatten([rows[i] for i in part]), kind=torch.full((len(part),), kind)).numpy()
        return out
    return encode


def held_out(encode, cards, ask=None):
    ask = ask or encode
    zh, en = encode([c["zh"] for c in cards]), encode([c["en"] for c in cards])
    gold = [{i} for i in range(len(cards)) for _ in range(3)]
    q_zh = ask([q for c in cards for q in c["q_zh"]])
    q_en = ask([q for c in cards for q in c["q_en"]])
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
    parser.add_argument("--lose", type=float, default=0.15)
    parser.add_argument("--report", type=int, default=250)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--distill", type=float, default=1.0)
    parser.add_argument("--data", help="the data folder; with it the two further teachers are used (teach.py)")
    parser.add_argument("--teach", type=float, default=0.25, help="share of the steps on the teachers' embeddings of general texts")
    parser.add_argument("--teach-cards", type=float, default=0.7)
    parser.add_argument("--teach-temperature", type=float, default=0.04)
    parser.add_argument("--regress", type=float, default=2.0)
    parser.add_argument("--near", type=float, default=0.2, help="share of the card steps on families of like cards")
    parser.add_argument("--near-every", type=int, default=300)
    parser.add_argument("--no-ask", action="store_true", help="questions and lines alike")
    parser.add_argument("--keep", action="store_true", help="keep the states of the last fifth")
    parser.add_argument("--resume", help="a state to go on from")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--lex", type=int, default=512)
    parser.add_argument("--no-lex", action="store_true")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(11)  # the same start for every seed, so that runs can be averaged
    rng, nrng = random.Random(args.seed), np.random.default_rng(args.seed)
    cards = pickle.load(open(f"{args.work}/cards.pkl", "rb"))
    pairs = pickle.load(open(f"{args.work}/pairs.pkl", "rb"))
    distill = pickle.load(open(f"{args.work}/distill.pkl", "rb"))
    groups = {n: groups_of(pairs[n]) for n in INTENTS}
    print({n: int(g.max()) + 1 for n, g in groups.items()}, "intents", flush=True)
    tokenizer = Tokenizer.from_file(args.tokenizer)
    table = load_simplify(args.simplify)
    model = Student(tokenizer.get_vocab_size(), lex=args.lex)
    model.start_from(torch.load(args.init))
    if args.resume:
        print(model.load_state_dict(torch.load(args.resume), strict=False))
    if args.no_lex:
        with torch.no_grad():
            model.angle.fill_(0)
        model.angle.requires_grad = False
    run = Runner(model, args.lr_table, nrng, not args.no_ask)
    slow = [p for n, p in model.named_parameters() if p.requires_grad and n != "lexw"]
    opt = torch.optim.AdamW([{"params": slow}, {"params": [model.lexw], "lr": args.lr_table * 3, "weight_decay": 0.0}],
                            lr=args.lr, weight_decay=0.01, betas=(0.9, 0.98))
    encode = encoder(model, tokenizer, table)
    ask = encoder(model, tokenizer, table, 0 if args.no_ask else 1)
    more = Teach(args.work, cards, args.data, tokenizer, table, model.out.shape[1]) if args.data else None
    if more:
        opt.add_param_group({"params": more.parameters(), "lr": args.lr * 2, "weight_decay": 0.0})
        SHARES["teach"] = args.teach
    boundary = Boundary()
    model.eval()
    print("start", held_out(encode, cards["held"], ask), flush=True)
    if args.eval:
        print_table(evaluate(encode, args.eval, ask=ask))
    began = time.time()
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
        source = choose(pairs, rng)
        if args.near and step % args.near_every == args.near_every - 1:
            model.eval()
            cards["near"] = near_cards(model, cards)
        model.train()
        if source == "cards":
            loss = card_loss(run, cards, rng, nrng, args.card_batch, args, boundary, more if args.teach_cards else None)
        elif source == "distill":
            loss = args.distill * distill_loss(run, distill, nrng, args.batch, args, model.out.shape[1])
        elif source == "teach":
            loss = more.loss(run, nrng, args.batch, args, model.out.shape[1])
        else:
            loss = pair_loss(run, source, pairs[source], groups.get(source), rng, nrng, args.batch, args)
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
            held = held_out(encode, cards["held"], ask)
            print(f"step {step} {(time.time() - began) / 60:.1f} min, angle {model.angle.item():.3f} pair {model.pairw.item():.2f} | held-out {held} | " + " ".join(f"{k} {v[1] / v[0]:.2f}" for k, v in sorted(sums.items())), flush=True)
            sums = {}
            torch.save(model.state_dict(), args.out)
            if args.keep and done > 0.8:
                torch.save(model.state_dict(), f"{args.out}.{step}")
            if args.eval and step % (args.report * 4) == 0:
                print_table(evaluate(encode, args.eval, ask=ask))
    model.eval()
    torch.save(model.state_dict(), args.out)
    print("end", step, held_out(encode, cards["held"], ask), flush=True)
    if args.eval:
        result = evaluate(encode, args.eval, ask=ask)
        print_table(result)
        json.dump(result, open(args.out + ".json", "w"), indent=1)


if __name__ == "__main__":
    main()
