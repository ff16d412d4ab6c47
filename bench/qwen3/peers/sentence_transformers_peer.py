"""sentence-transformers on the checkpoint as published, with the modules that the published folder asks for."""

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer

from serve import serve


def load(job):
    torch.set_num_threads(job["threads"])
    transformer = Transformer(
        job["checkpoint"],
        model_kwargs={"dtype": getattr(torch, job["variant"])},
        processor_kwargs={"padding_side": "left"},
    )
    dimension = transformer.get_embedding_dimension()
    model = SentenceTransformer(modules=[transformer, Pooling(dimension, "lasttoken"), Normalize()], device="cpu")
    return (
        lambda question: model.encode(question, prompt=job["instruction"], show_progress_bar=False),
        lambda lines: list(model.encode(lines, show_progress_bar=False)),
    )


serve(load)
