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

from model import CODES1, CODES2, EXACT, PAIR1, PAIR2, PLACES, PRIME
from normalize import VERSION
from terms import LATIN


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


def build(state, path, constants=(0.0, 0.0)):
    """`constants`: of one more dimension, in a text of Han terms only and in one without; between them by the share.
    It lifts a cosine to (cos + c*d) / sqrt((1 + c*c) * (1 + d*d)), so that 0.4 is the boundary (find_constants.py finds them).

    What scales a vector that is brought to unit length afterwards is left out or folded into the weights."""
    w = {k: v.float().numpy() for k, v in state.items()}
    g = Graph()
    for name, value in (("zero", 0), ("one", 1), ("two", 2), ("minus2", -2), ("far", 2 ** 40), ("axis0", 0), ("axis1", 1)):
        g.const(name, np.array([value], np.int64))
    dim, hidden = w["table.weight"].shape[1], w["norm.weight"].shape[0]

    def linear(name, x):
        """[n, in] -> [n, out]"""
        return g.op("Gemm", x, g.half(name, w[name + ".weight"].T), g.const(name + "_b", w[name + ".bias"]))

    def unit(x):
        return g.op("LpNormalization", x, axis=-1, p=2)

    def weighted_sum(weights, vectors):
        """[batch, 1, n] and [batch, n, d] -> [batch, d]"""
        return g.op("Squeeze", g.op("MatMul", weights, vectors), "axis1")

    # One more column of padding parts the texts of a batch, so that they can lie end to end for the convolutions.
    g.const("column", np.array([0, 0, 0, 1], np.int64))
    ids = g.op("Pad", "input_ids", "column")  # [batch, n]
    mask = g.op("Cast", g.op("Pad", "attention_mask", "column"), to=TensorProto.FLOAT)
    m_flat = g.op("Reshape", mask, g.const("as_column", np.array([-1, 1], np.int64)))
    m_row = g.op("Unsqueeze", mask, "axis1")  # [batch, 1, n]

    q, s = int8_rows(w["table.weight"])
    g.const("table_q", q); g.const("table_s", s)
    e = g.op("Mul", g.op("Cast", g.op("Gather", "table_q", ids, axis=0), to=TensorProto.FLOAT), g.op("Gather", "table_s", ids, axis=0))
    h = linear("down", g.op("Reshape", e, g.const("as_rows", np.array([-1, dim], np.int64))))
    h = g.op("LayerNormalization", h, g.const("ln_g", w["norm.weight"]), g.const("ln_b", w["norm.bias"]), axis=-1, epsilon=1e-5)
    h = g.op("Mul", h, m_flat)
    g.const("around", np.array([1, 0, 1, 0], np.int64))
    for layer in ("conv1", "conv2"):
        padded = g.op("Pad", h, "around")
        window = g.op("Concat", g.op("Slice", padded, "zero", "minus2", "axis0"), h, g.op("Slice", padded, "two", "far", "axis0"), axis=-1)
        h = g.op("Add", h, g.op("Relu", linear(layer, window)))
        if layer == "conv1":
            h = g.op("Mul", h, m_flat)
    gate = g.op("Gemm", h, g.const("gate", w["gate.weight"].T), g.const("gate_b", w["gate.bias"]))
    gate = g.op("Reshape", g.op("Mul", g.op("Sigmoid", gate), m_flat), g.op("Shape", m_row))
    h = g.op("Reshape", h, g.op("Concat", g.op("Shape", ids), g.const("hidden", np.array([hidden], np.int64)), axis=0))
    p = g.op("Gemm", weighted_sum(gate, h), g.half("ctx", w["ctx.weight"].T), g.const("ends", w["ends"] / 2))
    p = unit(g.op("Add", p, weighted_sum(gate, e)))
    scale = w["scale"]
    mat = {k: g.eight(k, w[k] * (scale if k in ("d0", "p1", "skip") else 1)) for k in ("d0", "p1", "d1", "d2", "p3", "d3", "out", "skip")}
    y0 = g.op("Relu", g.op("MatMul", p, mat["d0"]))
    y1 = g.op("Relu", g.op("Gemm", y0, mat["d1"], g.op("MatMul", p, mat["p1"])))
    y2 = g.op("Relu", g.op("MatMul", y1, mat["d2"]))
    z = g.op("Tanh", g.op("Gemm", y2, mat["d3"], g.op("MatMul", y1, mat["p3"])))
    sem = unit(g.op("Gemm", z, mat["out"], g.op("Gemm", p, mat["skip"], g.const("bias", w["bias"]))))

    # Lexical part: two code rows a piece and two a pair of neighbours, gathered and summed in one go.
    weight = np.log1p(np.exp(2 * w["lexw"])).astype(np.float16)
    heaviest = float(weight.max()) * max(1.0, float(w["pairw"]))
    first_mask = g.op("Cast", g.op("Pad", "first_mask", "column"), to=TensorProto.FLOAT)
    weight = g.op("Mul", g.op("Cast", g.op("Gather", g.const("lexw", weight), ids, axis=0), to=TensorProto.FLOAT), first_mask)
    next_ids = g.op("Slice", g.op("Pad", ids, "column"), "one", "far", "axis1")
    next_weight = g.op("Slice", g.op("Pad", weight, "column"), "one", "far", "axis1")
    # Without the training's 1e-9 under the root, which only keeps its slope finite.
    pair = g.op("Mul", g.op("Sqrt", g.op("Mul", weight, next_weight)), g.const("pairw", w["pairw"]))
    mixed = g.op("Add", g.op("Mul", ids, g.const("k1", np.array(PAIR1, np.int64))), g.op("Mul", next_ids, g.const("k2", np.array(PAIR2, np.int64))))
    first = g.op("Mod", g.op("Concat", ids, mixed, axis=1), g.const("m1", np.array(CODES1, np.int64)))
    second = g.op("Mod", g.op("Concat", g.op("Mul", ids, g.const("three", np.array(3, np.int64))), mixed, axis=1), g.const("m2", np.array(CODES2, np.int64)))
    second = g.op("Add", second, g.const("behind", np.array(CODES1, np.int64)))
    # The codes of all rows share one scale, which the unit length takes away.
    tables = np.concatenate([w["code1"], w["code2"]])
    g.const("codes", np.clip(np.rint(tables / (np.abs(tables).max() / 127)), -127, 127).astype(np.int8))
    rows = g.op("Gather", "codes", g.op("Concat", first, second, axis=1), axis=0)
    # Weights of 7 bits against codes of 8: a product of bytes, exact and alike on every processor, since no pair of
    # products leaves 16 bits. Texts need no scale of their own, as only the direction of the sum counts.
    g.const("step", np.array(127 / heaviest, np.float32))
    weights = g.op("Round", g.op("Mul", g.op("Concat", weight, pair, axis=1), "step"))
    weights = g.op("Cast", weights, to=TensorProto.UINT8)
    weights = g.op("Unsqueeze", g.op("Concat", weights, weights, axis=1), "axis1")
    lex = g.op("Cast", g.op("Squeeze", g.op("MatMulInteger", weights, rows), "axis1"), to=TensorProto.FLOAT)
    lex_unit = heaviest / 127 * np.abs(tables).max() / 127

    # Exact parts: every term adds its weight at four places; those in the second half of the width count as negative.
    # Han terms lie behind the others.
    width = 2 * EXACT
    value = np.log1p(np.exp(2 * w["termw"])) * float(w["termscale"]) / math.sqrt(len(PLACES))
    value[0] = 0  # padding
    term_unit = float(value.max()) / 255
    g.const("termw", np.rint(value / term_unit).astype(np.uint8))
    value = g.op("Cast", g.op("Gather", "termw", "term_ids", axis=0), to=TensorProto.FLOAT)
    is_han = g.op("Less", "term_ids", g.const("latin", np.array(LATIN, np.int64)))
    g.const("prime", np.array(PRIME, np.int64)); g.const("width", np.array(width, np.int64))
    at = [g.op("Add", g.op("Mul", "term_ids", g.const(f"place_a{i}", np.array(a, np.int64))), g.const(f"place_b{i}", np.array(b, np.int64)))
          for i, (a, b) in enumerate(PLACES)]
    at = g.op("Mod", g.op("Mod", g.op("Concat", *at, axis=1), "prime"), "width")
    behind = g.op("Mul", g.op("Cast", is_han, to=TensorProto.INT64), "width")
    at = g.op("Add", at, g.op("Concat", *[behind] * len(PLACES), axis=1))
    count = g.op("Slice", g.op("Shape", "input_ids"), "zero", "one", "axis0")
    empty = g.op("ConstantOfShape", g.op("Concat", count, g.const("widths", np.array([2 * width], np.int64)), axis=0))
    sums = g.op("ScatterElements", empty, at, g.op("Concat", *[value] * len(PLACES), axis=1), axis=1, reduction="add")
    bounds = [g.const(f"bound{i}", np.array([i * EXACT], np.int64)) for i in range(5)]
    quarters = [g.op("Slice", sums, bounds[i], bounds[i + 1], "axis1") for i in range(4)]
    latin, han = (g.op("Sub", *quarters[i:i + 2]) for i in (0, 2))
    lex = unit(g.op("Concat", lex, g.op("Mul", latin, g.const("term_unit", np.array(term_unit / lex_unit, np.float32))), axis=-1))

    # What the parts weigh: more for the lexical ones the larger the share of the terms that are Han.
    def counted(which):
        return g.op("ReduceSum", g.op("Cast", which, to=TensorProto.FLOAT), "axis1")

    real = g.op("Greater", "term_ids", g.const("padding", np.array(0, np.int64)))
    share = g.op("Div", counted(g.op("And", real, is_han)), g.op("Max", counted(real), g.const("some", np.array(1, np.float32))))
    for name in ("words", "han_words", "han_exact"):
        g.const(name, w[name])
    lex = g.op("Mul", lex, g.op("Sqrt", g.op("Add", g.op("Mul", share, "han_words"), "words")))
    exact = g.op("Mul", unit(han), g.op("Sqrt", g.op("Mul", share, "han_exact")))
    parts = [sem, g.op("Slice", lex, "zero", g.const("codes_end", np.array([w["code1"].shape[1]], np.int64)), "axis1"),
             g.op("Add", g.op("Slice", lex, "codes_end", "far", "axis1"), exact)]

    han_constant, latin_constant = (np.array(c, np.float32) for c in constants)
    constant = g.op("Add", g.op("Mul", share, g.const("constant_han", han_constant - latin_constant)), g.const("constant", latin_constant))
    whole = g.op("Concat", unit(g.op("Concat", *parts, axis=-1)), constant, axis=-1)
    g.nodes.append(helper.make_node("LpNormalization", [whole], ["embeddings"], axis=-1, p=2))
    dims = w["out"].shape[1] + w["code1"].shape[1] + EXACT + 1
    graph = helper.make_graph(
        g.nodes, "builtin",
        [helper.make_tensor_value_info(n, TensorProto.INT64, ["batch", "sequence"]) for n in ("input_ids", "attention_mask", "first_mask")]
        + [helper.make_tensor_value_info("term_ids", TensorProto.INT64, ["batch", "terms"])],
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
    parser.add_argument("--constants", type=float, nargs=2, default=(0.0, 0.0), help="for Han and for Latin texts (find_constants.py finds them)")
    parser.add_argument("--version", default="5")
    args = parser.parse_args()
    dims = build(torch.load(args.state), os.path.join(args.out, "model.onnx"), args.constants)
    shutil.copyfile(args.tokenizer, os.path.join(args.out, "tokenizer.json"))
    about = {"name": "builtin", "version": args.version, "dimensions": dims, "maxTokens": 128, "padId": 0, "unkId": 1,
             "normalization": {"version": VERSION},
             "sha256": {n: sha256(os.path.join(args.out, n)) for n in ("model.onnx", "tokenizer.json", "simplify.json")}}
    with open(os.path.join(args.out, "model.json"), "w", encoding="utf8") as file:
        json.dump(about, file, indent=2)
        file.write("\n")
    print({n: os.path.getsize(os.path.join(args.out, n)) for n in ("model.onnx", "tokenizer.json", "simplify.json")})


if __name__ == "__main__":
    main()
