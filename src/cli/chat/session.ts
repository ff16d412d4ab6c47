import type { Assistant } from '../../bots/core/assistant.ts';
import type { CommandResult, NearDuplicate } from '../../bots/core/command-result.ts';
import { parseMessage, toLines } from '../../bots/core/parse-message.ts';
import { detectLanguage, type Language } from '../../language.ts';
import { commandMessages } from '../../messages/commands.ts';
import { terminalMessages } from '../../messages/terminal.ts';
import { OPERATOR } from '../cli.ts';
import { renderNearDuplicate } from '../render/added.ts';
import { renderResult } from '../render/result.ts';
import type { Style } from '../render/style.ts';

/** What the conversation says to one input. */
export interface Reply {
  readonly rows: readonly string[];
  /** The results behind the rows, in order. */
  readonly results: readonly CommandResult[];
  /** The conversation is over. */
  readonly end?: boolean;
}

export interface ChatSession {
  /** Answers one input, which may have several lines. Never rejects. */
  reply(input: string, options?: { signal?: AbortSignal }): Promise<Reply>;
  /** The text before the next input; it shows what is expected. */
  readonly prompt: string;
}

export interface ChatSessionOptions {
  readonly assistant: Assistant;
  /** The style as it is now. */
  readonly style: () => Style;
  /** Of results of inputs without any letter. */
  readonly language: Language;
}

type Choice = 'add' | 'keep' | 'replace';
type State =
  | { readonly kind: 'open' }
  | { readonly kind: 'lines'; readonly lines: readonly string[] }
  | { readonly kind: 'choice'; readonly held: readonly [NearDuplicate, ...NearDuplicate[]] };

const QUIT = /^\/?(quit|exit|bye|q|退出|再见)$/iu;
const CHOICES: Readonly<Record<Choice, RegExp>> = {
  add: /^(a|add|1|仍然添加|添加)$/iu,
  keep: /^(k|keep|2|保留原内容|保留)$/iu,
  replace: /^(r|replace|3|替换)$/iu,
};

/**
 * A conversation with one person on a terminal: questions, `/kb …`, and the two follow-ups, the lines of an `add`
 * without any and what to do with a line of nearly the same meaning. It reads and writes nothing itself.
 */
export function createChatSession({ assistant, style, language: first }: ChatSessionOptions): ChatSession {
  let state: State = { kind: 'open' };
  let language = first;

  const messages = () => terminalMessages[language];
  const speaking = () => ({ ...style(), language });
  const by = () => ({ by: OPERATOR, language });

  function show(result: CommandResult): Reply {
    if (result.kind === 'add-form') state = { kind: 'lines', lines: [] };
    if (result.kind !== 'added' || result.nearDuplicates.length === 0)
      return { rows: renderResult(result, style()), results: [result] };
    const [next, ...others] = result.nearDuplicates;
    if (next) state = { kind: 'choice', held: [next, ...others] };
    const settled = { ...result, nearDuplicates: [] };
    const anySettled = result.added.length + result.duplicates.length + result.rejected.length > 0;
    return {
      rows: [...(anySettled ? renderResult(settled, style()) : []), ...question(next)],
      results: [result],
    };
  }

  function question(pair: NearDuplicate | undefined): string[] {
    if (!pair) return [];
    const title = speaking().paint('heading', commandMessages[language].nearDuplicate);
    return [title, ...renderNearDuplicate(pair, speaking()), messages().nearDuplicateChoice];
  }

  async function choose(choice: Choice, [pair, ...others]: readonly [NearDuplicate, ...NearDuplicate[]]) {
    const [next, ...later] = others;
    state = next ? { kind: 'choice', held: [next, ...later] } : { kind: 'open' };
    if (choice === 'keep') return { rows: [commandMessages[language].kept, ...question(next)], results: [] };
    const result =
      choice === 'add'
        ? await assistant.run({ kind: 'add', lines: [pair.text] }, { ...by(), addAnyway: true })
        : await assistant.replace(pair.existing.id, pair.text, by());
    return { rows: [...renderResult(result, style()), ...question(next)], results: [result] };
  }

  async function collect(input: string, lines: readonly string[]): Promise<Reply> {
    const rows = input.split('\n');
    const all = [...lines, ...toLines(input)];
    if (rows.at(-1)?.trim() !== '') {
      state = { kind: 'lines', lines: all };
      return { rows: [], results: [] };
    }
    state = { kind: 'open' };
    if (all.length === 0) return { rows: [commandMessages[language].nothingAdded], results: [] };
    language = detectLanguage(all.join('\n'), language);
    return show(await assistant.run({ kind: 'add', lines: all }, by()));
  }

  async function converse(input: string, signal: AbortSignal | undefined): Promise<Reply> {
    if (input.trim() === '') return { rows: [], results: [] };
    if (QUIT.test(input.trim())) return { rows: [], results: [], end: true };
    const command = parseMessage(input);
    language = spokenLanguage(input, language);
    return show(await assistant.run(command, { ...by(), ...(signal ? { signal } : {}) }));
  }

  return {
    get prompt() {
      return state.kind === 'lines' ? messages().addPrompt : messages().prompt;
    },
    async reply(input, options = {}) {
      if (state.kind === 'lines') return collect(input, state.lines);
      if (state.kind === 'choice') {
        const { held } = state;
        const choice = (['add', 'keep', 'replace'] as const).find((name) => CHOICES[name].test(input.trim()));
        if (choice) return choose(choice, held);
        // Anything else moves on; what was held back stays out.
        state = { kind: 'open' };
      }
      return converse(input, options.signal);
    },
  };
}

/** The language of what was written; a command's own words (`/kb list`) do not count. */
function spokenLanguage(input: string, before: Language): Language {
  const words = input.trim().replace(/^[/／]?\s*kb\b\s*\w*/iu, '');
  return detectLanguage(words, before);
}
