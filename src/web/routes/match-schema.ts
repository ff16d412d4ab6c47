import { z } from '@hono/zod-openapi';
import type { AnswerMatch } from '../../bots/core/answer.ts';

/** A line of an answer. */
export const matchSchema = z
  .object({
    id: z.string(),
    text: z.string(),
    score: z.number().min(-1).max(1).openapi({ description: 'Cosine similarity, rounded to four decimals' }),
    lowConfidence: z
      .boolean()
      .openapi({ description: 'The score is at or under the threshold: the line may not be what is meant' }),
    source: z.string().openapi({ description: 'A knowledge file, or `slack`, `feishu`, `terminal`, `http`' }),
  })
  .openapi('Match');

export const toMatch = ({ id, text, score, lowConfidence, source }: AnswerMatch) => ({
  id,
  text,
  score,
  lowConfidence,
  source,
});
