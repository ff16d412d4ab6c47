import { DEFAULT_QUERY_TASK, queryInstruction } from '../qwen3/query-instruction.ts';

/** How a question becomes what is sent; lines always go as they are. */
export type QueryRule =
  /** The server adds what its model needs: the request says `input_type: "query"`. */
  | { readonly kind: 'server' }
  /** The instruction is put before the question here. */
  | { readonly kind: 'instruct'; readonly task: string }
  /** Questions go as they are. */
  | { readonly kind: 'plain' };

export interface QueryRuleFacts {
  /** The model's name at the server. */
  readonly model: string;
  /** Whether the server is this project's own engine. */
  readonly ownEngine: boolean;
  /** `KB_QUERY_TASK`, where set. */
  readonly task?: string | undefined;
}

/**
 * The rule, first match wins:
 * 1. our own engine: the server does it, unless a task is set for a model that reads instructions (not `builtin`);
 * 2. a task is set: the instruction with that task, whatever the model;
 * 3. a Qwen3-Embedding model: the instruction with the default task;
 * 4. else: questions go as they are.
 */
export function chooseQueryRule({ model, ownEngine, task }: QueryRuleFacts): QueryRule {
  if (ownEngine && (task === undefined || model === 'builtin')) return { kind: 'server' };
  if (task !== undefined) return { kind: 'instruct', task };
  if (/qwen3-embedding/i.test(model)) return { kind: 'instruct', task: DEFAULT_QUERY_TASK };
  return { kind: 'plain' };
}

/** The text that is sent for a question. */
export function queryText(rule: QueryRule, query: string): string {
  return rule.kind === 'instruct' ? queryInstruction(rule.task) + query : query;
}
