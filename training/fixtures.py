"""Write test/fixtures/builtin-model.json: texts with their normalised form, piece ids, term ids and embedding."""
import argparse
import json

from evaluate import load_set, set_names
from exported import Exported

SPECIAL = [
    "", " ", "\u3000", "a", "犬", "?", "。", "…", "犬类", "金毛寻回犬", "买手机", "购入智能手机", "北京是中国的首都", "The capital of China is Beijing.",
    "我发烧了怎么办", "退烧药服用注意事项", "我想吃点东西", "巴黎是法国的首都吗?", "机器学习模型能做什么?", "What is the capital of France?",
    "苹果是一种很好吃的水果。", "法国的首都是巴黎。", "Python中如何读取CSV文件?", "pandas.read_csv()函数常用参数有哪些?", "用open()函数读取文本文件的步骤是什么?",
    "TensorFlow和PyTorch的主要区别是什么?", "差分隐私(DP)通过在梯度更新中添加噪声,防止模型过度拟合单个样本。",
    "ＶＰＮ連不上怎麼辦？", "ＡＢＣ１２３　全形空白", "請問年假可以折現嗎？", "這個發票的抬頭開錯了,還能重開嗎", "頭髮 發票 鐘錶 乾淨 乾隆 著名 看著", "臺灣的電腦與網路", "憂鬱的臺灣烏龜",
    "Hello,\tworld\r\n new\u00a0line", "zero\u200bwidth\u200d joiner\ufeff", "soft\u00adhyphen", "e\u0301t\u00e9 caf\u00e9 na\u00efve", "STRASSE straße İstanbul ΣΊΣΥΦΟΣ", "ﬁle ﬂow ½ ² ™ № ㈱ ㎏",
    "😀 你好 👨‍👩‍👧 family", "👍🏽", "🇨🇳 flag", "❤️ heart", "שלום עולם", "مرحبا بالعالم", "русский текст", "日本語のテキストです", "한국어 문장", "ภาษาไทย",
    "\u202eright to left\u202c", "价格是 ¥1,299.00 元", "50%off 20%", "2024年5月1日", "https://example.com/a?b=c&d=e", "user.name+tag@example.com", "C++ C# .NET node.js", "__init__.py",
    "a" * 300, "长" * 300, "怎么" * 120, "word " * 200, "1234567890" * 20, "vpn连不上 公司wifi 也不行", "Wi-Fi密码", "iPhone15Pro屏幕碎了", "“引号”‘单引号’", "(括号)（全角括号）【方头】《书名》", "——破折号——", "\u0000nul\u0001", "lone", "𠮷野家", "㐀㐁", "x\u2028y\u2029z", "Ⅷ Ⅳ ①②③", "ｶﾀｶﾅ",
]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True, help="models/builtin")
    parser.add_argument("--data", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    model = Exported(args.model)

    def embed(text):
        return model.encode([text])[0]

    texts = list(SPECIAL)
    for name in set_names(f"{args.data}/eval"):
        lines, questions, _, _ = load_set(f"{args.data}/eval", name)
        texts += [lines[i * 13 % len(lines)] for i in range(6)] + [questions[i * 29 % len(questions)] for i in range(6)]
    texts = list(dict.fromkeys(texts))
    reference = "年假没有休完可以折算成工资吗?"
    target = embed(reference)
    cases = []
    for text in texts:
        vector = embed(text)
        (ids, terms), = model.read([text])
        cases.append({"text": text, "normalized": model.normalize(text), "ids": ids, "terms": terms, "embedding": [round(float(x), 5) for x in vector[::64]], "cosine": round(float(vector @ target), 5)})
    with open(args.out, "w", encoding="utf8") as file:
        json.dump({"reference": reference, "sha256": model.about["sha256"], "cases": cases}, file, ensure_ascii=False, indent=1)
        file.write("\n")
    print(len(cases), "cases")


if __name__ == "__main__":
    main()
