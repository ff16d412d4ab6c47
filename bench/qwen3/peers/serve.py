"""The Python side of ../children/serve.ts: the same stages, told in the same lines."""

import json
import sys
import time

import numpy as np


def serve(load):
    """`load(job)` gives two functions: one question to its vector, all lines to their vectors."""
    with open(sys.argv[1], encoding="utf-8") as file:
        job = json.load(file)
    begin = time.perf_counter()
    embed_question, embed_lines = load(job)
    stage("loaded", ms=milliseconds(begin))

    for question in job["warmQuestions"]:
        embed_question(question)
    vectors, times = [], []
    for question in job["questions"]:
        begin = time.perf_counter()
        vectors.append(embed_question(question))
        times.append(milliseconds(begin))
    stage("questions", ms=times)

    embed_lines(job["warmLines"])
    begin = time.perf_counter()
    vectors.extend(embed_lines(job["lines"]))
    stage("lines", ms=milliseconds(begin))

    np.asarray(vectors, dtype="<f4").tofile(job["vectors"])
    stage("done")


def stage(name, **values):
    """Says what was reached and waits until its reader has looked at this process."""
    print("@@" + json.dumps({"stage": name, **values}), flush=True)
    sys.stdin.readline()


def milliseconds(begin):
    return (time.perf_counter() - begin) * 1000
