"""What multilingual-e5-small and all-MiniLM-L6-v2 say (teach.py), as terms of the loss: both on general texts, MiniLM
also on the English side of the cards."""
import pickle

import numpy as np
import torch
import torch.nn.functional as F

import teach
from texts import MAX_TOKENS, Texts
from normalize import normalize

BOTH = ("tatoeba", "wikidict", "python-docs", "kanboard-ui")


class Teach:

    def __init__(self, work, cards, data, tokenizer, table, sem):
        e5 = pickle.load(open(f"{work}/teach-e5.pkl", "rb"))
        mini = pickle.load(open(f"{work}/teach-minilm.pkl", "rb"))
        def centred(rows):
            rows = np.array(rows, np.float32)
            rows -= rows.mean(0)
            return rows / np.linalg.norm(rows, axis=1, keepdims=True)

        # Cards in both languages stand first.
        raw = cards["sides"]["en"]["raw"]
        self.lines = centred([mini[c["en"]] for c in raw])
        self.asked = [centred([mini[c["q_en"][i]] for c in raw]) for i in range(3)]
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
        vectors = np.zeros((len(strings), 384), np.float16)
        if known.any():
            vectors[known] = centred([e5["query: " + t] for t in strings if "query: " + t in e5])
        print("general texts", len(strings), "with English", sum(t is not None for t in english), "with E5", int(known.sum()), flush=True)
        for texts in ([c["en"] for c in raw], *([c["q_en"][i] for c in raw] for i in range(3))):
            strings += texts
            english += texts
        self.texts = Texts([e.ids[:MAX_TOKENS] or [1] for e in tokenizer.encode_batch([normalize(t, table) for t in strings])])
        more = len(strings) - len(known)
        self.e5 = np.concatenate([vectors, np.zeros((more, 384), np.float16)])
        self.known = np.concatenate([known, np.zeros(more, bool)])
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
        """How like MiniLM finds the English questions `kinds` (0 to 2) of the cards `which` to their lines: a
        distribution for each."""
        which = np.array(which)
        questions = np.stack([self.asked[kind][i] for kind, i in zip(kinds, which)])
        return torch.from_numpy(questions @ self.lines[which].T * 1.2 / temperature).softmax(1)

    def loss(self, run, nrng, size, args, sem):
        which = nrng.choice(len(self.has), size, replace=False)
        (out,) = run([(self.texts, which, args.lose / 2)])
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
