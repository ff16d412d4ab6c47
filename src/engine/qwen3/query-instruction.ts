/** The task sentence that the authors of Qwen3-Embedding and Qwen3-Reranker use where none is given. */
export const DEFAULT_QUERY_TASK =
  'Given a web search query, retrieve relevant passages that answer the query';

/** What stands before a question. There is no blank after `Query:`, as the model was trained. */
export function queryInstruction(task: string): string {
  return `Instruct: ${task}\nQuery:`;
}
