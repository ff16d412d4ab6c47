"""Average states: the last checkpoints of a run, and a share of the starting values ("robust fine-tuning")."""
import argparse

import torch

from model import Student


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--states", nargs="+", required=True)
    parser.add_argument("--init", help="values of init_table.py")
    parser.add_argument("--start-share", type=float, default=0.0)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    states = [torch.load(p) for p in args.states]
    mean = {k: sum(s[k] for s in states) / len(states) for k in states[0]}
    if args.start_share:
        model = Student(mean["table.weight"].shape[0])
        model.start_from(torch.load(args.init))
        start = model.state_dict()
        # Only what came from the teacher; everything else started at random or at zero.
        for name in ("table.weight", "ends", "scale", "d0", "d1", "d2", "d3", "p1", "p3", "out"):
            mean[name] = (1 - args.start_share) * mean[name] + args.start_share * start[name]
    torch.save(mean, args.out)


if __name__ == "__main__":
    main()
