"""Contrastive training of the student."""
import argparse
import json
import pickle
import random
import time

import numpy as np
import torch
from tokenizers import Tokenizer

from encode import encoder, held_out, near_cards
from evaluate import evaluate, print_table
from encyclopedia import TOGETHER
from losses import INTENTS, Boundary, card_loss, distill_loss, groups_of, pair_loss, side_loss
from model import Student
from normalize import load_simplify
from runner import Runner
from teacher_loss import Teach

# Share of the steps by source; docs files share theirs by size.
SHARES = {
    "cards": 0.22, "cards-en": 0.25, "cards-zh": 0.06, "distill": 0.12, "encyclopedia-questions": 0.03, "encyclopedia-templates": 0.05,
    "docs-parallel": 0.05, "docs-headed": 0.05, "tatoeba": 0.05, "wikidict": 0.04, "cc-cedict": 0.03, "wordnet": 0.03,
    "medquad": 0.02, "opentriviaqa": 0.03, "drcd": 0.09, "cmrc2018-trial": 0.02, "banking77": 0.05, "clinc150": 0.02,
    "bitext-support": 0.005, "china-laws": 0.015, "python-docs": 0.035, "kanboard-ui": 0.005,
}

# Set, not learned: the cards, which are most of the steps, have little use for exact words and would give them up, and
# learned weights of the terms found less than their inverse frequency.
SET = ("words", "han_words", "han_exact", "termscale", "termw")


def choose(pairs, rng):
    """The source of the next step."""
    source = rng.choices(list(SHARES), list(SHARES.values()))[0]
    if source.startswith("docs-"):
        group = [n for n in sorted(pairs) if n.startswith("docs-") and n.endswith(source[5:])]
        source = rng.choices(group, [min(len(pairs[n][0]), 25000) for n in group])[0]
    return source


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", required=True)
    parser.add_argument("--init", help="values of init_table.py; needed where there is nothing to resume")
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--simplify", required=True)
    parser.add_argument("--eval", help="folder of evaluation sets, only reported")
    parser.add_argument("--out", required=True)
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--minutes", type=float, help="stop the schedule after so many minutes instead of --steps")
    parser.add_argument("--batch", type=int, default=512)
    parser.add_argument("--card-batch", type=int, default=320)
    parser.add_argument("--side-batch", type=int, default=448)
    parser.add_argument("--temperature", type=float, default=0.05)
    parser.add_argument("--lr", type=float, default=8e-4)
    parser.add_argument("--lr-table", type=float, default=1.2e-3)
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
    parser.add_argument("--keep", action="store_true", help="keep the states of the last fifth")
    parser.add_argument("--resume", nargs="+", help="states to go on from: their average")
    parser.add_argument("--rate-from", type=float, default=1.0, help="share of the learning rates at the start, after 100 steps")
    parser.add_argument("--rate-to", type=float, default=0.0, help="and at the end; between them a straight line")
    parser.add_argument("--threads", type=int, default=2)
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
    states = [torch.load(path) for path in args.resume or []]
    model = Student(tokenizer.get_vocab_size(), sem=states[0]["out"].shape[1] if states else 384)
    if args.init:
        model.start_from(torch.load(args.init))
    with torch.no_grad():
        model.termw.copy_(torch.load(f"{args.work}/terms.pt"))
    if states:
        # A model exported before it had an exact part begins it anew.
        model.load_state_dict({k: sum(s[k] for s in states) / len(states) if k in states[0] else v for k, v in model.state_dict().items()})
    for name in SET:
        getattr(model, name).requires_grad = False
    run = Runner(model, args.lr_table, nrng)
    slow = [p for n, p in model.named_parameters() if p.requires_grad and n != "lexw"]
    opt = torch.optim.AdamW([{"params": slow}, {"params": [model.lexw], "lr": args.lr_table * 3, "weight_decay": 0.0}],
                            lr=args.lr, weight_decay=0.01, betas=(0.9, 0.98))
    encode = encoder(model, tokenizer, table)
    more = Teach(args.work, cards, args.data, tokenizer, table, model.out.shape[1]) if args.data else None
    if more:
        opt.add_param_group({"params": more.parameters(), "lr": args.lr * 2, "weight_decay": 0.0})
        SHARES["teach"] = args.teach
    boundary = Boundary()
    model.eval()
    print("start", held_out(encode, cards["held"]), flush=True)
    if args.eval:
        print_table(evaluate(encode, args.eval))
    began = time.time()
    sums, step, done = {}, 0, 0.0
    while done < 1:
        done = (time.time() - began) / 60 / args.minutes if args.minutes else step / args.steps
        warm = min(1, (step + 1) / 100)
        rate = warm * (args.rate_from + (args.rate_to - args.rate_from) * min(done, 1.0))
        for g in opt.param_groups:
            g.setdefault("base", g["lr"])
            g["lr"] = g["base"] * rate
        run.rate = run.base * rate
        source = choose(pairs, rng)
        if args.near and step % args.near_every == args.near_every - 1:
            model.eval()
            cards["near"] = near_cards(model, cards["text"], [cards["zh"], cards["en"]], rng)
            for side in cards["sides"].values():
                side["near"] = near_cards(model, cards["text"], [side["line"]], rng)
        model.train()
        if source == "cards":
            loss = card_loss(run, cards, rng, args, boundary, more if args.teach_cards else None)
        elif source in ("cards-zh", "cards-en"):
            loss = side_loss(run, cards, source[6:], rng, args, boundary, more if args.teach_cards else None)
        elif source == "distill":
            loss = args.distill * distill_loss(run, distill, nrng, args.batch, args, model.out.shape[1])
        elif source == "teach":
            loss = more.loss(run, nrng, args.batch, args, model.out.shape[1])
        else:
            loss = pair_loss(run, pairs[source], groups.get(source), nrng, args.batch, args, TOGETHER.get(source, 1))
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
            print(f"step {step} {(time.time() - began) / 60:.1f} min, pair {model.pairw.item():.2f} | held-out {held} | " + " ".join(f"{k} {v[1] / v[0]:.2f}" for k, v in sorted(sums.items())), flush=True)
            sums = {}
            torch.save(model.state_dict(), args.out)
            if args.keep and done > 0.8:
                torch.save(model.state_dict(), f"{args.out}.{step}")
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
