"""Write models/builtin: model.onnx (table, codes and the dense head in int8, the convolutions in fp16), tokenizer.json, model.json."""
import argparse
import hashlib
import json
import math
import os
import shutil

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from model import CODES1, CODES2, PAIR1, PAIR2
from normalize import VERSION


def int8_rows(w):
    """Symmetric int8 with one scale a row."""
    scale = np.maximum(np.abs(w).max(1, keepdims=True), 1e-8) / 127
    return np.clip(np.rint(w / scale), -127, 127).astype(np.int8), scale.astype(np.float32)


class Graph:
    def __init__(self):
        self.nodes, self.init, self.count = [], [], 0

    def const(self, name, array):
        self.init.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def half(self, name, array):
        """A matrix stored in half precision, used in full."""
        self.const(name + "_h", np.asarray(array, np.float16))
        return self.op("Cast", name + "_h", to=TensorProto.FLOAT)

    def eight(self, name, array):
        """A matrix stored in int8 with one scale a column, used in full."""
        q, s = int8_rows(np.asarray(array, np.float32).T)
        self.const(name + "_q", np.ascontiguousarray(q.T))
        self.const(name + "_s", s.T)
        return self.op("Mul", self.op("Cast", name + "_q", to=TensorProto.FLOAT), name + "_s")  # folded when loaded

    def op(self, kind, *inputs, **attributes):
        self.count += 1
        out = f"{kind.lower()}_{self.count}"
        self.nodes.append(helper.make_node(kind, list(inputs), [out], **attributes))
        return out


def build(state, path, cut=0.4, kind=False):
    """`cut`: the cosine of the trained model that shall become 0.4. One more dimension with a constant c lifts
    every cosine to (cos + c*c) / (1 + c*c), so the order stays and 0.4 is the boundary.
    `kind`: with the input that marks questions; without it they are embedded as lines are."""
    w = {k: v.float().numpy() for k, v in state.items()}
    g = Graph()
    g.const("ax1", np.array([1], np.int64))
    g.const("axlast", np.array([-1], np.int64)); g.const("one", np.array([1], np.int64)); g.const("zero1", np.array([0], np.int64))
    g.const("far", np.array([2 ** 40], np.int64)); g.const("two", np.array([2], np.int64)); g.const("minus2", np.array([-2], np.int64))
    g.const("eps", np.array(1e-9, np.float32))
    mask = g.op("Cast", "attention_mask", to=TensorProto.FLOAT)
    if kind:
        ask = g.op("Unsqueeze", g.op("Cast", "kind", to=TensorProto.FLOAT), "ax1")  # [batch, 1]
        each = g.op("Unsqueeze", ask, "ax1")
    m = g.op("Unsqueeze", mask, "axlast")

    def rows(name, array, ids):
        q, s = int8_rows(array)
        g.const(name + "_q", q); g.const(name + "_s", s)
        return g.op("Mul", g.op("Cast", g.op("Gather", name + "_q", ids, axis=0), to=TensorProto.FLOAT), g.op("Gather", name + "_s", ids, axis=0))

    def linear(name, x):
        return g.op("Add", g.op("MatMul", x, g.half(name, w[name + ".weight"].T)), g.const(name + "_b", w[name + ".bias"]))

    def unit(x, eps):
        n = g.op("ReduceL2", x, "axlast", keepdims=1)
        return g.op("Div", x, g.op("Max", n, g.const(f"tiny_{g.count}", np.array(eps, np.float32))))

    e = g.op("Mul", rows("table", w["table.weight"], "input_ids"), m)
    h = g.op("LayerNormalization", linear("down", e), g.const("ln_g", w["norm.weight"]), g.const("ln_b", w["norm.bias"]), axis=-1, epsilon=1e-5)
    h = g.op("Mul", h, m)
    g.const("pads", np.array([0, 1, 0, 0, 1, 0], np.int64))
    for layer in ("conv1", "conv2"):
        padded = g.op("Pad", h, "pads")
        before = g.op("Slice", padded, g.const(layer + "_z", np.array([0], np.int64)), "minus2", "ax1")
        after = g.op("Slice", padded, "two", "far", "ax1")
        window = g.op("Concat", before, h, after, axis=-1)
        h = g.op("Mul", g.op("Add", h, g.op("Relu", linear(layer, window))), m)
    gates = g.op("MatMul", h, g.const("gates", np.stack([w["gate.weight"][0], w["ask_gate"]][:1 + kind], 1)))
    gate = g.op("Add", g.op("Slice", gates, "zero1", "one", "axlast"), g.const("gate_b", w["gate.bias"]))
    if kind:
        gate = g.op("Add", gate, g.op("Mul", g.op("Slice", gates, "one", "two", "axlast"), each))
    gate = g.op("Sigmoid", gate)
    gate = g.op("Mul", g.op("Mul", gate, g.const("twof", np.array(2, np.float32))), m)

    def weighted_sum(weights, vectors):
        """[batch, sequence, 1] and [batch, sequence, d] -> [batch, d]"""
        return g.op("Squeeze", g.op("MatMul", g.op("Unsqueeze", g.op("Squeeze", weights, "axlast"), "ax1"), vectors), "ax1")

    def shifted(x, name):
        """For questions a vector is added."""
        return g.op("Add", x, g.op("Mul", ask, g.const(name, w[name][None]))) if kind else x

    p = weighted_sum(gate, e)
    c = g.op("MatMul", weighted_sum(gate, h), g.half("ctx", w["ctx.weight"].T))
    p = shifted(g.op("Add", g.op("Add", p, c), g.const("ends", w["ends"])), "ask_pool")
    p = g.op("Mul", unit(p, 1e-12), g.const("scale", w["scale"]))
    mat = {k: g.eight(k, w[k]) for k in ("d0", "p1", "d1", "d2", "p3", "d3", "out", "skip", *(("ask_down", "ask_up") if kind else ()))}
    y0 = g.op("Relu", shifted(g.op("MatMul", p, mat["d0"]), "ask0"))
    y1 = g.op("Relu", shifted(g.op("Add", g.op("MatMul", p, mat["p1"]), g.op("MatMul", y0, mat["d1"])), "ask1"))
    y2 = g.op("Relu", shifted(g.op("MatMul", y1, mat["d2"]), "ask2"))
    z = g.op("Tanh", g.op("Add", g.op("MatMul", y1, mat["p3"]), g.op("MatMul", y2, mat["d3"])))
    sem = g.op("Add", g.op("Add", g.op("MatMul", z, mat["out"]), g.op("MatMul", p, mat["skip"])), g.const("bias", w["bias"]))
    if kind:
        more = g.op("MatMul", g.op("Relu", g.op("MatMul", p, mat["ask_down"])), mat["ask_up"])
        sem = g.op("Add", sem, g.op("Mul", more, ask))
    sem = g.op("Mul", unit(sem, 1e-12), g.const("cos", np.cos(w["angle"])))
    # Lexical part.
    raw = np.stack([w["lexw"], w["lexw"] + w["ask_lex"][0] + w["ask_lex"][1] * w["lexw"]][:1 + kind], 1)
    raw = g.op("Cast", g.op("Gather", g.const("lexw", np.log1p(np.exp(2 * raw)).astype(np.float16)), "input_ids", axis=0), to=TensorProto.FLOAT)
    weight = g.op("Slice", raw, "zero1", "one", "axlast")
    if kind:
        weight = g.op("Add", weight, g.op("Mul", g.op("Sub", g.op("Slice", raw, "one", "two", "axlast"), weight), each))
    weight = g.op("Mul", weight, m)

    # The codes of all rows share one scale, which the unit length takes away.
    both = np.concatenate([w["code1"], w["code2"]])
    step = np.abs(both).max() / 127
    g.const("codes", np.clip(np.rint(both / step), -127, 127).astype(np.int8))
    g.const("m1", np.array(CODES1, np.int64)); g.const("m2", np.array(CODES2, np.int64)); g.const("behind", np.array(CODES1, np.int64))

    def codes(ids1, ids2, weights):
        out = []
        for ids in (g.op("Mod", ids1, "m1"), g.op("Add", g.op("Mod", ids2, "m2"), "behind")):
            out.append(weighted_sum(weights, g.op("Cast", g.op("Gather", "codes", ids, axis=0), to=TensorProto.FLOAT)))
        return g.op("Add", *out)

    single = codes("input_ids", g.op("Mul", "input_ids", g.const("three", np.array(3, np.int64))), weight)
    # Neighbours: the last position is paired with padding and weighs nothing, so no shape is ever empty.
    g.const("pad_ids", np.array([0, 0, 0, 1], np.int64)); g.const("pad_w", np.array([0, 0, 0, 0, 1, 0], np.int64))
    next_ids = g.op("Slice", g.op("Pad", "input_ids", "pad_ids"), "one", "far", "ax1")
    next_w = g.op("Slice", g.op("Pad", weight, "pad_w"), "one", "far", "ax1")
    next_m = g.op("Slice", g.op("Pad", m, "pad_w"), "one", "far", "ax1")
    pair = g.op("Sqrt", g.op("Add", g.op("Mul", weight, next_w), "eps"))
    pair = g.op("Mul", g.op("Mul", pair, g.op("Mul", next_m, m)), g.const("pairw", w["pairw"]))
    mixed = g.op("Add", g.op("Mul", "input_ids", g.const("k1", np.array(PAIR1, np.int64))), g.op("Mul", next_ids, g.const("k2", np.array(PAIR2, np.int64))))
    double = codes(mixed, mixed, pair)
    lex = g.op("Mul", unit(g.op("Add", single, double), 1e-6), g.const("sin", np.sin(w["angle"])))
    none = g.op("Mul", g.op("ReduceSum", mask, "ax1", keepdims=1), g.const("zero", np.array(0, np.float32)))
    constant = g.op("Add", none, g.const("constant", np.array(math.sqrt(max(0.0, 0.4 - cut) / 0.6), np.float32)))
    out = g.op("Concat", sem, lex, constant, axis=-1)
    g.nodes.append(helper.make_node("LpNormalization", [out], ["embeddings"], axis=-1, p=2))
    dims = w["out"].shape[1] + w["code1"].shape[1] + 1
    graph = helper.make_graph(
        g.nodes, "builtin",
        [helper.make_tensor_value_info(n, TensorProto.INT64, ["batch", "sequence"]) for n in ("input_ids", "attention_mask")] + [helper.make_tensor_value_info("kind", TensorProto.INT64, ["batch"])] * kind,
        [helper.make_tensor_value_info("embeddings", TensorProto.FLOAT, ["batch", dims])], g.init)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9, producer_name="meaning-radar")
    onnx.checker.check_model(model)
    onnx.save(model, path)
    return dims


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state", required=True)
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--out", required=True, help="models/builtin")
    parser.add_argument("--cut", type=float, default=0.4, help="cosine of the trained model that becomes 0.4 (cut.py finds it)")
    parser.add_argument("--kind", action="store_true", help="with the input that marks questions")
    parser.add_argument("--version", default="2")
    args = parser.parse_args()
    dims = build(torch.load(args.state), os.path.join(args.out, "model.onnx"), args.cut, args.kind)
    shutil.copyfile(args.tokenizer, os.path.join(args.out, "tokenizer.json"))
    about = {"name": "builtin", "version": args.version, "dimensions": dims, "maxTokens": 128, "padId": 0, "unkId": 1,
             "inputs": ["input_ids", "attention_mask", "kind"][:2 + args.kind], "normalization": {"version": VERSION},
             "sha256": {n: sha256(os.path.join(args.out, n)) for n in ("model.onnx", "tokenizer.json", "simplify.json")}}
    with open(os.path.join(args.out, "model.json"), "w", encoding="utf8") as file:
        json.dump(about, file, indent=2)
        file.write("\n")
    print({n: os.path.getsize(os.path.join(args.out, n)) for n in ("model.onnx", "tokenizer.json", "simplify.json")})


if __name__ == "__main__":
    main()
