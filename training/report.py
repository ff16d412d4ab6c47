"""Figures, seed examples, speed of the exported model (models/builtin), through onnxruntime."""
import argparse
import json
import time

import numpy as np

from evaluate import evaluate, load_set, print_table
from exported import Exported

SEEDS = [("犬类", "金毛寻回犬"), ("买手机", "购入智能手机"), ("北京是中国的首都", "The capital of China is Beijing."), ("我发烧了怎么办", "退烧药服用注意事项")]
DEMO = ["苹果是一种很好吃的水果。", "法国的首都是巴黎。", "机器学习模型可以理解文本语义。", "Python中如何读取CSV文件?", "pandas.read_csv()函数常用参数有哪些?",
        "用open()函数读取文本文件的步骤是什么?", "机器学习模型评估指标有哪些?", "准确率、精确率、召回率分别怎么计算?", "TensorFlow和PyTorch的主要区别是什么?",
        "RNN适合处理什么类型的数据?", "Transformer架构的核心思想是什么?", "差分隐私(DP)通过在梯度更新中添加噪声,防止模型过度拟合单个样本。"]
DEMO_QUESTIONS = [("我想吃点东西", 0), ("巴黎是法国的首都吗?", 1), ("机器学习模型能做什么?", 2), ("What is the capital of France?", 1)]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--out")
    args = parser.parse_args()
    model = Exported(args.model)
    result = evaluate(model.encode, f"{args.data}/eval")
    print_table(result)
    if args.out:
        json.dump(result, open(args.out, "w"), indent=1)
    lines = model.encode(DEMO + [b for _, b in SEEDS])
    names = DEMO + [b for _, b in SEEDS]
    for q, want in SEEDS:
        s = model.encode([q])[0] @ lines.T
        print(q, "->", names[int(s.argmax())], round(float(s.max()), 3), "ok" if names[int(s.argmax())] == want else f"MISSED, rank {int((s > s[names.index(want)]).sum()) + 1} {s[names.index(want)]:.3f}")
    for q, want in DEMO_QUESTIONS:
        s = model.encode([q])[0] @ lines[:len(DEMO)].T
        print(q, "->", DEMO[int(s.argmax())], round(float(s.max()), 3), f"wanted rank {int((s > s[want]).sum()) + 1} {s[want]:.3f}")
    rows = model.read(["怎么重置VPN密码?", "How do I reset my vpn password?"])
    texts, _, _, _ = load_set(f"{args.data}/eval", "cards-dev-unanswerable")
    alone, batch = model.encode(texts, 1), model.encode(texts, 64)
    print("same alone and in a batch: lowest cosine", float((alone * batch).sum(1).min()))
    one = Exported(args.model, 1)
    times = []
    for i in range(400):
        t = time.perf_counter()
        one.run([rows[i % 2]])
        times.append(time.perf_counter() - t)
    print("query, one core, median ms", round(1000 * float(np.median(times)), 2))
    ids = sorted(model.read(texts), key=lambda row: len(row[0]))
    best = 0
    for _ in range(8):
        t = time.perf_counter()
        for at in range(0, len(ids), 64):
            model.run(ids[at:at + 64])
        best = max(best, len(ids) / (time.perf_counter() - t))
    print("lines a second, two cores, batches of 64 (best of 8)", round(best), "tokens a line", round(float(np.mean([len(pieces) for pieces, _ in ids])), 1))


if __name__ == "__main__":
    main()
