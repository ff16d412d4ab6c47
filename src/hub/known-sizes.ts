/** Bytes of the checkpoints that most will ask for, for where the hub cannot be asked. */
export const knownSizes: Readonly<Record<string, number>> = {
  'Qwen/Qwen3-Embedding-0.6B': 1_200_000_000,
  'Qwen/Qwen3-Embedding-4B': 8_050_000_000,
  'Qwen/Qwen3-Embedding-8B': 15_100_000_000,
  'Qwen/Qwen3-Reranker-0.6B': 1_200_000_000,
  'Qwen/Qwen3-Reranker-4B': 8_050_000_000,
  'Qwen/Qwen3-Reranker-8B': 16_400_000_000,
};
