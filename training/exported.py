"""The exported model through onnxruntime."""
import json
import os

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from normalize import load_simplify, normalize
from terms import TermIds, term_ids


class Exported:
    def __init__(self, folder, threads=2):
        with open(os.path.join(folder, "model.json"), encoding="utf8") as file:
            self.about = json.load(file)
        self.tokenizer = Tokenizer.from_file(os.path.join(folder, "tokenizer.json"))
        self.table = load_simplify(os.path.join(folder, "simplify.json"))
        self.known = TermIds()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.session = onnxruntime.InferenceSession(os.path.join(folder, "model.onnx"), options)

    def normalize(self, text):
        return normalize(text, self.table)

    def read(self, texts):
        """Piece ids and term ids of each text."""
        texts = [self.normalize(t) for t in texts]
        limit, unknown = self.about["maxTokens"], [self.about["unkId"]]
        return [(e.ids[:limit] or unknown, term_ids(t, self.known)) for e, t in zip(self.tokenizer.encode_batch(texts), texts)]

    def run(self, rows):
        count = len(rows)
        ids = np.full((count, max(len(p) for p, _ in rows)), self.about["padId"], np.int64)
        mask, first = np.zeros_like(ids), np.zeros_like(ids)
        terms = np.zeros((count, max(len(t) for _, t in rows)), np.int64)
        for r, (pieces, found) in enumerate(rows):
            ids[r, :len(pieces)], mask[r, :len(pieces)] = pieces, 1
            first[r, np.unique(pieces, return_index=True)[1]] = 1
            terms[r, :len(found)] = found
        return self.session.run(None, {"input_ids": ids, "attention_mask": mask, "first_mask": first, "term_ids": terms})[0]

    def encode(self, texts, batch=64):
        rows = self.read(texts)
        order = sorted(range(len(rows)), key=lambda i: len(rows[i][0]))
        out = np.zeros((len(rows), self.about["dimensions"]), np.float32)
        for at in range(0, len(order), batch):
            part = order[at:at + batch]
            out[part] = self.run([rows[i] for i in part])
        return out
