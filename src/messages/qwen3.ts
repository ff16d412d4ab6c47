/** Why a checkpoint cannot be run as asked: the part of the `model` error's sentence after the model's name. */
const en = {
  not_numbers:
    'it gave values that are not numbers; its weights are damaged, or too large for {precision}: fetch it again, or set KB_PRECISION to another value',
  precision: 'the {device} cannot compute it in {precision}; set KB_PRECISION to auto or one of {allowed}',
  device:
    'it cannot run on {device} ({reason}); `kb doctor` says what is missing, or set KB_DEVICE to cpu or auto',
  dimensions: 'its embeddings have {hidden} values; set KB_DIMENSIONS to a number from 32 to {hidden}',
  no_answer_tokens: 'its tokenizer has no tokens "yes" and "no", so that it is no Qwen3-Reranker',
} as const;

const zh: Record<keyof typeof en, string> = {
  not_numbers:
    '它给出的结果不是数字：权重已损坏，或数值超出 {precision} 的范围。请重新下载，或将 KB_PRECISION 设为其他值',
  precision: '{device} 不能以 {precision} 精度计算，请将 KB_PRECISION 设为 auto 或 {allowed} 之一',
  device: '无法在 {device} 上运行（{reason}）。`kb doctor` 会说明缺少什么，也可将 KB_DEVICE 设为 cpu 或 auto',
  dimensions: '它的向量有 {hidden} 维，请将 KB_DIMENSIONS 设为 32 到 {hidden} 之间的数',
  no_answer_tokens: '它的分词器中没有 "yes" 和 "no"，因此不是 Qwen3-Reranker',
};

export const qwen3Messages = { en, zh } as const satisfies Record<
  'en' | 'zh',
  Record<keyof typeof en, string>
>;
