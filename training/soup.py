"""Average states: the last checkpoints of a run, and a share of the starting values ("robust fine-tuning")."""
import argparse
import pickle

import torch

from encode import embed
from model import Student, load_student


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--states", nargs="+", required=True)
    parser.add_argument("--init", help="values of init_table.py, or a state whose dense head is the start; for the shares")
    parser.add_argument("--start-share", type=float, default=0.0, help="of the dense head")
    parser.add_argument("--table-share", type=float, default=0.0, help="of the table")
    parser.add_argument("--out", required=True)
    parser.add_argument("--work", help="for --narrow")
    parser.add_argument("--narrow", type=int)
    args = parser.parse_args()
    states = [torch.load(p) for p in args.states]
    mean = {k: sum(s[k] for s in states) / len(states) for k in states[0]}
    if args.init:
        start = torch.load(args.init)
        if "table.weight" not in start:
            model = Student(mean["table.weight"].shape[0], sem=mean["out"].shape[1], lex=mean["code1"].shape[1])
            model.start_from(start)
            start = model.state_dict()
        # Only what came from the teacher; everything else started at random or at zero.
        for name in ("table.weight", "ends", "scale", "d0", "d1", "d2", "d3", "p1", "p3", "out"):
            share = args.table_share if name == "table.weight" else args.start_share
            mean[name] = (1 - share) * mean[name] + share * start[name]
    torch.save(mean, args.out)
    if args.narrow:
        torch.save(narrow(load_student(args.out), args.narrow, args.work), args.out)


@torch.inference_mode()
def narrow(model, to, work):
    """The first part of the output in fewer dimensions: uncentred PCA over the texts of the training cards."""
    with open(f"{work}/cards.pkl", "rb") as file:
        cards = pickle.load(file)
    lines = cards["zh"] + cards["en"]
    asked = [q[0] for six in cards["q"] for q in six]
    sem = model.out.shape[1]
    parts = [embed(model, cards["text"], which)[:, :sem] for which in (lines[::2], asked[::4])]
    x = torch.nn.functional.normalize(torch.cat(parts), dim=-1)
    _, s, v = torch.linalg.svd(x.T @ x)
    print("dimensions", sem, "to", to, "keep", round((s[:to].sum() / s.sum()).item(), 4))
    state = model.state_dict()
    for name in ("out", "skip", "bias"):
        state[name] = state[name] @ v.T[:, :to]
    return {k: t.clone() for k, t in state.items()}


if __name__ == "__main__":
    main()
