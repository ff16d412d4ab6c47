import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import type { Answer, AnswerMatch } from '../../src/bots/core/answer.ts';
import { renderAdded } from '../../src/cli/render/added.ts';
import { renderAnswer } from '../../src/cli/render/answer.ts';
import { scoreBar } from '../../src/cli/render/bar.ts';
import { renderHistory, renderUndone } from '../../src/cli/render/changes.ts';
import { colorDepth } from '../../src/cli/render/color-depth.ts';
import { printable } from '../../src/cli/render/printable.ts';
import { renderResult } from '../../src/cli/render/result.ts';
import { createStyle } from '../../src/cli/render/style.ts';
import { KbError } from '../../src/errors.ts';

const ESC = '\u001B';
/** Anything that a terminal acts on. */
const ACTIVE = /\p{Cc}|[\u202A-\u202E\u2066-\u2069]/u;

const match = (text: string, score: number, lowConfidence = score <= 0.4): AnswerMatch => ({
  id: 'abcdefghjkmn',
  text,
  score,
  lowConfidence,
  source: 'demo.txt',
});

const answer = (matches: readonly AnswerMatch[]): Answer => ({
  question: 'q',
  language: 'en',
  model: 'builtin',
  threshold: 0.4,
  lowConfidence: matches[0]?.lowConfidence ?? true,
  matches,
  lineCount: matches.length,
});

const plain = createStyle();

describe('scoreBar', () => {
  it.each([
    [0.8, 20, '████████████████', 4],
    [1, 20, '████████████████████', 0],
    [0, 20, '', 20],
    [-0.3, 20, '', 20],
    [1.7, 4, '████', 0],
    [0.5, 5, '██▌', 2],
    [1 / 160, 20, '▏', 19],
    [159 / 160, 20, '███████████████████▉', 0],
    // Under half an eighth there is nothing to see.
    [0.003, 20, '', 20],
  ])('draws %f over %i cells exactly', (score, cells, filled, rest) => {
    const bar = scoreBar(score, cells);
    expect(bar.filled).toBe(filled);
    expect(bar.track).toBe('·'.repeat(rest));
  });

  it('has each of the eighths', () => {
    const ends = Array.from({ length: 8 }, (_, eighth) => scoreBar((8 + eighth) / 160, 20).filled);
    expect(ends).toEqual(['█', '█▏', '█▎', '█▍', '█▌', '█▋', '█▊', '█▉']);
  });
});

describe('renderAnswer', () => {
  it('shows rank, bar, score to four decimals, the id and the line, the best first', () => {
    const rows = renderAnswer(answer([match('Paris is the capital.', 0.8), match('第二条', 0.7)]), plain);
    expect(rows).toEqual([
      ' 1  ████████████████····  0.8000  abcdef  Paris is the capital.',
      ' 2  ██████████████······  0.7000  abcdef  第二条',
    ]);
  });

  it('marks what is weak with a word, and warns on top when the best one is', () => {
    const mixed = renderAnswer(answer([match('good', 0.41), match('weak one', 0.4)]), plain);
    expect(mixed[0]).not.toContain('weak');
    expect(mixed[1]).toContain('0.4000  weak  abcdef  weak one');
    const weak = renderAnswer(answer([match('far off', 0.2)]), plain);
    expect(weak[0]).toBe('! No good match. The closest lines are below, but none may be what you mean.');
    expect(weak).toHaveLength(2);
  });

  it('speaks the language of the asker', () => {
    const rows = renderAnswer(answer([match('远', 0.1)]), createStyle({ language: 'zh' }));
    expect(rows[0]).toContain('没有找到很匹配的内容');
    expect(rows[1]).toContain('弱匹配');
  });

  it('says how to begin when there is nothing yet', () => {
    expect(renderAnswer(answer([]), plain)).toEqual([
      'There is nothing here yet: add the first line with `/kb add …`.',
    ]);
  });

  it.each([40, 60, 78, 80, 100, 120])('never exceeds %i columns, and wraps a line under itself', (width) => {
    const long =
      '年假当年未休完的部分可结转到次年三月三十一日，过期作废。Ask your manager first, please. '.repeat(4);
    const rows = renderAnswer(
      answer([match(long, 0.9), match('short', -0.1234)]),
      createStyle({ width, language: 'zh', depth: 8 }),
    );
    expect(Math.max(...rows.map((row) => stringWidth(row)))).toBeLessThanOrEqual(width);
    const textColumn = width >= 78 ? stringWidth((rows[0] ?? '').split('年假')[0] ?? '') : 4;
    expect(stringWidth((rows[1] ?? '').match(/^ */)?.[0] ?? '')).toBe(textColumn);
    expect(
      rows
        .map((row) => row.trim())
        .join('')
        .replace(/\s/g, ''),
    ).toContain('过期作废。Askyourmanager');
  });

  it('keeps the columns of Chinese and English rows in line', () => {
    const rows = renderAnswer(
      answer([match('甲', 0.9), match('b', 0.3), match('丙', -0.05)]),
      createStyle({ width: 100, language: 'zh' }),
    );
    const columns = rows.map((row, index) =>
      stringWidth(row.slice(0, row.indexOf(['甲', ' b', '丙'][index] ?? ''))),
    );
    expect(columns[2]).toBe(columns[0]);
    expect((columns[1] ?? 0) + 1).toBe(columns[0]);
  });
});

describe('colour', () => {
  it('is green for good and grey for weak matches, and absent from plain text', () => {
    const rows = renderAnswer(answer([match('good', 0.9), match('weak', 0.1)]), createStyle({ depth: 4 }));
    expect(rows[0]).toContain(`${ESC}[32m██`);
    expect(rows[1]).toContain(`${ESC}[90m██`);
    expect(renderAnswer(answer([match('good', 0.9)]), plain).join('')).not.toMatch(ACTIVE);
  });

  it.each([
    [{ isTTY: true }, { TERM: 'xterm-256color' }, true],
    [{ isTTY: true }, { TERM: 'xterm-256color', NO_COLOR: '1' }, false],
    [{ isTTY: true }, { TERM: 'xterm-256color', NO_COLOR: '' }, true],
    [{ isTTY: true }, { TERM: 'dumb' }, false],
    [{ isTTY: false }, { TERM: 'xterm-256color' }, false],
    [{}, { FORCE_COLOR: '1' }, true],
    [{ isTTY: true }, { FORCE_COLOR: '0', TERM: 'xterm' }, false],
  ])('%o with %o: %s', (stream, env, colored) => {
    expect(colorDepth(stream, env) > 1).toBe(colored);
  });
});

describe('what somebody wrote', () => {
  const hostile = `a${ESC}[2J${ESC}]0;title\u0007b\u009B31mc\r\nd\u202Ee\u0000`;

  it('cannot act on the terminal', () => {
    expect(printable(hostile)).toBe('a␛[2J␛]0;title␇b�31mc de␀');
    expect(printable('家族👨‍👩‍👧 é\u{1F3FD} שלום')).toBe('家族👨‍👩‍👧 é\u{1F3FD} שלום');
  });

  it('is neutral in every result', () => {
    const line = {
      id: hostile,
      text: hostile,
      source: hostile,
      addedBy: hostile,
      addedAt: new Date(0),
    };
    const hostileMatch = { ...match(hostile, 0.9), id: hostile };
    const gap = { id: 'g', question: hostile, otherWordings: [hostile], count: 2, lastAskedAt: new Date(0) };
    const stats = {
      lines: 1,
      model: hostile,
      topGaps: [gap],
      questionsThisWeek: 1,
      weakThisWeek: 1,
      helped: 0,
      notHelped: 0,
      questionsEver: 1,
    };
    const change = {
      id: 'c',
      action: 'replace' as const,
      at: new Date(0),
      by: { id: hostile, source: hostile },
      added: [{ id: hostile, text: hostile }],
      removed: [{ id: hostile, text: hostile }],
    };
    const inspection = {
      text: hostile,
      model: hostile,
      fingerprint: hostile,
      dimensions: 3,
      tokens: 1,
      firstValues: [1, 0, 0],
      norm: 1,
      min: 0,
      max: 1,
      mean: 0.3,
      standardDeviation: 0.4,
      histogram: [2, 1],
      nearest: [hostileMatch],
    };
    const nearDuplicate = { text: hostile, existing: hostileMatch };
    const rejected = { text: hostile, reason: 'line_too_long' as const, length: 3000 };
    const language = 'en' as const;
    const rows = [
      renderResult({ kind: 'answer', language, answer: answer([hostileMatch]) }, plain),
      renderResult(
        {
          kind: 'added',
          language,
          added: [line],
          duplicates: [line],
          rejected: [rejected],
          nearDuplicates: [nearDuplicate],
        },
        plain,
      ),
      renderResult({ kind: 'list', language, page: { items: [line], page: 1, pages: 1, total: 1 } }, plain),
      renderResult({ kind: 'removed', language, line }, plain),
      renderResult({ kind: 'replaced', language, removed: line, added: line }, plain),
      renderResult({ kind: 'undone', language, change }, plain),
      renderResult({ kind: 'inspection', language, inspection }, plain),
      renderResult({ kind: 'gaps', language, gaps: [gap] }, plain),
      renderResult({ kind: 'stats', language, stats }, plain),
      renderResult({ kind: 'hint', language, name: hostile, reason: 'unknown' }, plain),
      renderResult(
        {
          kind: 'failed',
          language,
          error: new KbError('not_found', { values: { what: 'line', id: hostile } }),
        },
        plain,
      ),
      renderHistory([change], plain),
    ];
    for (const rendered of rows) {
      expect(rendered.length).toBeGreaterThan(0);
      for (const row of rendered) expect(row).not.toMatch(ACTIVE);
    }
  });
});

describe('the outcome of changes', () => {
  it('tells added, known, held and refused lines apart without colour', () => {
    const line = (text: string) => ({
      id: 'abcdefghjkmn',
      text,
      source: 'terminal',
      addedBy: 'operator',
      addedAt: new Date(0),
    });
    const rows = renderAdded(
      {
        kind: 'added',
        language: 'en',
        added: [line('new')],
        duplicates: [line('old')],
        rejected: [{ text: 'x'.repeat(3000), reason: 'line_too_long', length: 3000 }],
        nearDuplicates: [{ text: 'almost', existing: match('same', 0.9512) }],
      },
      plain,
    );
    expect(rows.slice(0, 7)).toEqual([
      '+ Added',
      '  abcdefghjkmn  new',
      '= There already',
      '  abcdefghjkmn  old',
      '? Nearly the same is there already',
      '  New  almost',
      '  There, similarity 0.9512  same',
    ]);
    expect(rows[7]).toBe('! Not added');
    expect(rows[8]).toMatch(/^ {2}x+… \(3000 characters, 2000 is the limit\)$/);
  });

  it('says what an undo brought back or took away', () => {
    const change = { id: 'c', at: new Date(0), by: { id: 'operator', source: 'terminal' }, undoes: 'b' };
    const line = { id: 'abcdefghjkmn', text: 'a line' };
    expect(renderUndone({ ...change, action: 'add', added: [line], removed: [] }, plain)).toEqual([
      'Taken back: these lines are here again.',
      '  + abcdefghjkmn  a line',
    ]);
    expect(renderUndone({ ...change, action: 'remove', added: [], removed: [line] }, plain)).toEqual([
      'Taken back: these lines are gone again.',
      '  - abcdefghjkmn  a line',
    ]);
  });
});
