"""The student at work: embeddings of texts, figures on held-out cards, families of like cards."""
import numpy as np
import torch

from evaluate import rank_figures
from model import flatten
from normalize import normalize


def encoder(model, tokenizer, table):
    def encode(texts):
        rows = [e.ids[:128] or [1] for e in tokenizer.encode_batch([normalize(t, table) for t in texts])]
        order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
        out = np.zeros((len(rows), model.out.shape[1] + model.code1.shape[1]), np.float32)
        with torch.inference_mode():
            for at in range(0, len(order), 256):
                part = order[at:at + 256]
                out[part] = model(*flatten([rows[i] for i in part])).numpy()
        return out
    return encode


def held_out(encode, cards):
    zh, en = encode([c["zh"] for c in cards]), encode([c["en"] for c in cards])
    gold = [{i} for i in range(len(cards)) for _ in range(3)]
    q_zh = encode([q for c in cards for q in c["q_zh"]])
    q_en = encode([q for c in cards for q in c["q_en"]])
    return [round(rank_figures(q @ l.T, gold)[k], 3) for q, l in ((q_zh, zh), (q_en, en), (q_en, zh)) for k in ("top1", "top5")]


@torch.inference_mode()


def near_cards(model, cards, count=10):
    """For each card those whose lines the model takes for the most alike."""
    sides = []
    for key in ("zh", "en"):
        out = []
        for at in range(0, len(cards[key]), 256):
            out.append(model(*flatten([r.tolist() for r in cards["text"].rows(cards[key][at:at + 256])])))
        sides.append(torch.cat(out))
    near = []
    for at in range(0, len(sides[0]), 1024):
        scores = sum(x[at:at + 1024] @ x.T for x in sides)
        scores[torch.arange(len(scores)), torch.arange(at, at + len(scores))] = -9
        near += scores.topk(count, 1).indices.tolist()
    return near
