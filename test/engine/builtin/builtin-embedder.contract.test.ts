import { openBuiltinEmbedder } from '../../../src/engine/builtin/builtin-embedder.ts';
import { embedderContract } from '../embedder.contract.ts';

embedderContract('builtin', () => openBuiltinEmbedder(), {
  overlong: '差旅报销需要发票 receipts. '.repeat(200),
});
