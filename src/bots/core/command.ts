/** What a message asks for, the same on every surface. */
export type Command =
  | { readonly kind: 'ask'; readonly question: string }
  /** `lines` is empty when nothing followed `add`: an interactive surface then opens its form. */
  | { readonly kind: 'add'; readonly lines: readonly string[] }
  | { readonly kind: 'list'; readonly page: number }
  | { readonly kind: 'remove'; readonly id: string }
  | { readonly kind: 'undo' }
  | { readonly kind: 'inspect'; readonly text: string }
  | { readonly kind: 'gaps' }
  | { readonly kind: 'stats' }
  | { readonly kind: 'help' }
  /** Looked like a command but is none, or lacks what it needs. `name` is what was written. */
  | {
      readonly kind: 'malformed';
      readonly name: string;
      readonly reason: 'unknown' | 'missing' | 'bad-page';
    };
