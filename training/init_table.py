"""First values of the student from the teacher (USE multilingual v3).

Runs the teacher over a sample of the training texts and gives every piece of our own vocabulary the
mean of what the teacher adds to the sentence sum where the piece stands (pieces are aligned by
character; a piece that covers several teacher pieces gets their sum). The 512 dimensions are then
reduced by an uncentred PCA; the teacher's dense head is kept, its first layers folded with the PCA.
"""
import argparse
import random

import numpy as np
import torch
from tokenizers import Tokenizer

import corpus
from normalize import load_simplify, normalize
from use_teacher import Teacher

SHARES = {"cc-cedict": 0.25, "wordnet": 0.12, "wikidict": 0.15, "china-laws": 0.1, "python-docs": 0.15, "tatoeba": 0.7,
          "medquad": 0.2, "opentriviaqa": 0.3, "drcd": 0.3, "clinc150": 0.05, "banking77": 0.1, "bitext-support": 0.1}


def texts_of(data, cards, pieces, rng):
    texts = set()
    for name in corpus.train_files(data):
        share = SHARES.get(name, 0.08)
        for pair in corpus.read_pairs_of(data, name):
            if rng.random() < share:
                texts.update(t[:120] for t in pair)
    for text in corpus.read_mono(data):
        if rng.random() < 0.06:
            texts.add(text[:120])
    for card in cards:
        texts.update(corpus.card_texts(card))
    texts.update(p.replace("\u2581", " ") for p in pieces)
    return sorted(texts)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--cards", nargs="+", required=True)
    parser.add_argument("--simplify", required=True)
    parser.add_argument("--tokenizer", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--dim", type=int, default=384)
    parser.add_argument("--tokens", type=int, default=6_000_000, help="teacher tokens at most")
    args = parser.parse_args()
    torch.set_num_threads(2)
    rng = random.Random(3)
    table = load_simplify(args.simplify)
    tokenizer = Tokenizer.from_file(args.tokenizer)
    size = tokenizer.get_vocab_size()
    pieces = [tokenizer.id_to_token(i) for i in range(2, size)]
    cards = [c for path in args.cards for c in corpus.read_cards(path)]
    texts = list({normalize(t, table) for t in texts_of(args.data, cards, pieces, rng)} - {""})
    texts.sort(key=lambda t: (len(t) // 4, hash_of(t)))
    print(len(texts), "texts", flush=True)
    teacher = Teacher()
    ids_of = {teacher.sp.id_to_piece(i): i for i in range(teacher.sp.get_piece_size())}
    sums = torch.zeros(size, 512)
    counts = torch.zeros(size)
    ends = torch.zeros(512)
    outs, seen, skipped = [], 0, 0
    order = list(range(0, len(texts), 256))
    rng.shuffle(order)
    with torch.inference_mode():
        for at in order:
            rows = texts[at:at + 256]
            theirs = teacher.sp.encode(rows, out_type=str)
            ours = tokenizer.encode_batch(rows)
            longest = max(len(p) for p in theirs) + 2
            ids = torch.zeros(len(rows), longest, dtype=torch.long)
            mask = torch.zeros(len(rows), longest)
            char_theirs, char_ours, weight = [], [], []
            for r, (p, o) in enumerate(zip(theirs, ours)):
                row = [1] + [ids_of.get(x, 0) for x in p] + [2]
                ids[r, :len(row)] = torch.tensor(row)
                mask[r, :len(row)] = 1
                joined = "".join(p)
                wanted = rows[r].replace(" ", "\u2581")
                shift = len(joined) - len(wanted)
                if not (shift in (0, 1) and joined[shift:] == wanted):
                    skipped += 1
                    continue
                where = np.repeat(np.arange(len(p)) + r * longest + 1, [len(x) for x in p])[shift:]
                lengths = np.repeat([1 / len(x) for x in p], [len(x) for x in p])[shift:]
                mine = np.zeros(len(wanted), np.int64)
                for i, (s, e) in zip(o.ids, o.offsets):
                    mine[s:e] = i
                for i in o.ids:
                    counts[i] += 1
                char_theirs.append(where)
                char_ours.append(mine)
                weight.append(lengths)
            vectors = teacher.contextual(ids, mask)
            pooled = vectors.sum(1) / mask.sum(1, keepdim=True).sqrt()
            outs.append((pooled, teacher.head(pooled)))
            ends += (vectors[:, 0] + vectors[torch.arange(len(rows)), mask.sum(1).long() - 1]).sum(0)
            flat = vectors.reshape(-1, 512)
            a = torch.from_numpy(np.concatenate(char_theirs))
            b = torch.from_numpy(np.concatenate(char_ours))
            w = torch.from_numpy(np.concatenate(weight)).float().unsqueeze(1)
            sums.index_add_(0, b, flat[a] * w)
            seen += int(mask.sum())
            if seen > args.tokens:
                break
    print("teacher tokens", seen, "skipped texts", skipped, "pieces never seen", int((counts[2:] == 0).sum()), flush=True)
    mean = sums / counts.clamp(min=1).unsqueeze(1)
    rest = mean[counts > 0].mean(0)
    mean[counts == 0] = rest * 0.1
    mean[0] = 0
    ends /= sum(len(p) for p, _ in outs)
    pooled = torch.cat([p for p, _ in outs])[:60000]
    out = torch.cat([o for _, o in outs])[:60000]
    weights = counts.clamp(max=2000).sqrt().unsqueeze(1)
    _, _, v = torch.linalg.svd((mean * weights).T @ (mean * weights))
    basis = v[:args.dim].T  # [512, dim]
    kept = ((mean @ basis).pow(2).sum() / mean.pow(2).sum()).item()
    _, _, vo = torch.linalg.svd(out.T @ out)
    print("kept by PCA", round(kept, 4), "pooled norm", pooled.norm(dim=1).mean().item(), "ends norm", ends.norm().item())
    torch.save({"table": (mean @ basis).half(), "counts": counts, "basis": basis, "ends": ends @ basis,
                "norm": pooled.norm(dim=1).mean().item(), "out_basis": vo.T.contiguous(), "out_mean": out.mean(0),
                "head": {k: teacher.w[k] for k in ("d0", "d1", "d2", "d3", "p1", "p3")}}, args.out)


def hash_of(text):
    """A fixed pseudo-random order (Python's own hash changes with every run)."""
    import zlib
    return zlib.crc32(text.encode())


if __name__ == "__main__":
    main()
