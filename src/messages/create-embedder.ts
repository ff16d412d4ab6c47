/** Why the builtin model cannot be used with a setting: the part of the sentence after the model's name. */
const en = {
  forCheckpoints:
    'it runs on the CPU as it is; remove {name}={value}, which is for Qwen3 checkpoints, or name one in KB_MODEL',
};

const zh: Record<keyof typeof en, string> = {
  forCheckpoints:
    '它只在 CPU 上以固定方式运行；{name}={value} 用于 Qwen3 模型，请去掉它，或在 KB_MODEL 中指定 Qwen3 模型',
};

export const createEmbedderMessages = { en, zh } as const;
