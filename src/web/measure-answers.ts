import type { Assistant } from '../bots/core/assistant.ts';
import type { Metrics } from './metrics.ts';

/** The same assistant, with every question that `surface` asks counted. */
export function measureAnswers(assistant: Assistant, metrics: Metrics, surface: string): Assistant {
  return {
    ...assistant,
    async ask(question, options) {
      const answer = await assistant.ask(question, options);
      metrics.observeAnswer(surface, answer);
      return answer;
    },
    async run(command, options) {
      const result = await assistant.run(command, options);
      if (result.kind === 'answer') metrics.observeAnswer(surface, result.answer);
      return result;
    },
  };
}
