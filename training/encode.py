"""The student at work: embeddings of texts, figures on held-out cards, families of like cards."""
import numpy as np
import torch

from evaluate import rank_figures
from model import flatten
from normalize import normalize
from terms import TermIds, term_ids


def encoder(model, tokenizer, table):
    known = TermIds()

    def encode(texts):
        texts = [normalize(t, table) for t in texts]
        rows = [e.ids[:128] or [1] for e in tokenizer.encode_batch(texts)]
        found = [term_ids(x, known) for x in texts]
        order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
        out = np.zeros((len(rows), model.width), np.float32)
        with torch.inference_mode():
            for at in range(0, len(order), 256):
                part = order[at:at + 256]
                out[part] = model(*flatten([rows[i] for i in part], [found[i] for i in part])).numpy()
        return out
    return encode


def embed(model, texts, which):
    """Embeddings of read texts, in the order of `which`."""
    parts = [which[at:at + 256] for at in range(0, len(which), 256)]
    with torch.inference_mode():
        return torch.cat([model(*flatten([r.tolist() for r in texts.pieces_of(p)], texts.terms_of(p))) for p in parts])


def held_out(encode, cards):
    zh, en = encode([c["zh"] for c in cards]), encode([c["en"] for c in cards])
    gold = [{i} for i in range(len(cards)) for _ in range(3)]
    q_zh = encode([q for c in cards for q in c["q_zh"]])
    q_en = encode([q for c in cards for q in c["q_en"]])
    return [round(rank_figures(q @ l.T, gold)[k], 3) for q, l in ((q_zh, zh), (q_en, en), (q_en, zh)) for k in ("top1", "top5")]


def near_cards(model, texts, sides, rng, most=6000, count=10):
    """Families of like cards: for each of some cards, drawn anew every time, those whose lines the model takes for the
    most alike. `sides`: the lines of the cards, in one language or in each."""
    total = len(sides[0])
    drawn = rng.sample(range(total), min(most, total))
    lines = [embed(model, texts, [side[i] for i in drawn]) for side in sides]
    near = {}
    for at in range(0, len(drawn), 1024):
        scores = sum(x[at:at + 1024] @ x.T for x in lines)
        scores[torch.arange(len(scores)), torch.arange(at, at + len(scores))] = -9
        for i, best in enumerate(scores.topk(count, 1).indices.tolist()):
            near[drawn[at + i]] = [drawn[j] for j in best]
    return near
