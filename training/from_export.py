"""The exported model back as a state, so that training can go on from what ships (train.py --resume).

What the export folded away comes back in its folded form (the scale before the dense head is 1); the codes come
back at the size of fresh ones, since the graph keeps only their direction and their size beside the exact part."""
import argparse
import math

import onnx
import torch
from onnx import numpy_helper

SCALE = 0.5  # of the exact part, as train.py sets it
MATRICES = ("d0", "p1", "d1", "d2", "p3", "d3", "out", "skip")


def read(path):
    raw = {i.name: torch.from_numpy(numpy_helper.to_array(i).copy()) for i in onnx.load(path).graph.initializer}
    state = {"table.weight": raw["table_q"] * raw["table_s"], "norm.weight": raw["ln_g"], "norm.bias": raw["ln_b"],
             "gate.weight": raw["gate"].T, "gate.bias": raw["gate_b"], "ctx.weight": raw["ctx_h"].float().T,
             "ends": raw["ends"] * 2, "scale": torch.tensor(1.0), "bias": raw["bias"], "pairw": raw["pairw"].squeeze()}
    for name in ("down", "conv1", "conv2"):
        state[name + ".weight"], state[name + ".bias"] = raw[name + "_h"].float().T, raw[name + "_b"]
    for name in MATRICES:
        state[name] = raw[name + "_q"] * raw[name + "_s"]
    state["lexw"] = torch.log(torch.expm1(raw["lexw"].float().clamp(min=1e-4))) / 2
    codes = raw["codes"].float()
    codes /= codes.pow(2).mean().sqrt() * math.sqrt(codes.shape[1])
    rows = int(raw["m1"])
    state["code1"], state["code2"] = codes[:rows], codes[rows:]
    for name in ("words", "han_words", "han_exact"):
        state[name] = raw[name].squeeze()
    # The graph keeps how large the exact part is beside the codes; the scale of all terms is a matter of choice.
    unit = raw["term_unit"] * raw["lexw"].float().max() * raw["pairw"].clamp(min=1).squeeze() * codes.abs().max() / 127 ** 2
    weights = raw["termw"].float() * unit * 2 / SCALE
    state["termw"] = torch.log(torch.expm1(weights.clamp(min=1e-4))) / 2
    state["termscale"] = torch.tensor(SCALE)
    return {k: v.contiguous() for k, v in state.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True, help="model.onnx")
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    torch.save(read(args.model), args.out)


if __name__ == "__main__":
    main()
