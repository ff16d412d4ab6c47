import type { Inbox } from './inbox.ts';
import type { KnowledgeBase } from './knowledge-base.ts';
import type { QuestionLog } from './question-log.ts';

/** Everything that is kept, behind three narrow interfaces, opened and closed together. */
export interface Store {
  readonly lines: KnowledgeBase;
  readonly questions: QuestionLog;
  readonly inbox: Inbox;
  close(): Promise<void>;
}
