"""What multilingual-e5-small and all-MiniLM-L6-v2 say (teach.py), as terms of the loss."""
import pickle

import numpy as np
import torch
import torch.nn.functional as F

import teach
from data import Texts
from normalize import normalize

BOTH = ("tatoeba", "wikidict", "python-docs", "kanboard-ui")


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
        (out,) = run([(self.texts.rows(which), args.lose / 2)])
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
