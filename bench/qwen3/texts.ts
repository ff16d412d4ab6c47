import { readFile } from 'node:fs/promises';
import { Qwen3Tokenizer } from '../../src/engine/qwen3/tokenizer/qwen3-tokenizer.ts';
import { makeLines } from '../make-lines.ts';
import { shapes } from './checkpoint.ts';

export interface BenchTexts {
  /** 24 everyday questions of 6 to 10 tokens, half Chinese, half English. */
  readonly questions: readonly string[];
  readonly warmQuestions: readonly string[];
  /** 96 FAQ lines of 10 to 40 tokens, Chinese and English in turn. */
  readonly lines: readonly string[];
  readonly warmLines: readonly string[];
  /** Other lines of that kind, as a long import has them. */
  readonly manyLines: readonly string[];
  /** Tokens of a question and of a line on average, the end token counted, the instruction not. */
  readonly tokens: { readonly question: number; readonly line: number };
}

const IMPORTED = 1000;

/** The texts of the bench: questions of the evaluation cards, lines of the sample knowledge. The same at every run. */
export async function benchTexts(checkpoint: string): Promise<BenchTexts> {
  const tokenizer = await Qwen3Tokenizer.load(checkpoint, shapes['0.6B'].vocabulary);
  const count = (text: string) => tokenizer.encode(text).length;
  const within = (from: number, to: number) => (text: string) => count(text) >= from && count(text) <= to;
  const mean = (texts: readonly string[]) => texts.reduce((sum, text) => sum + count(text), 0) / texts.length;

  const [zh, en] = await Promise.all(['zh', 'cross'].map(cardQuestions));
  const short = [zh, en].map((all = []) => spread(all.filter(within(6, 10)), 14));
  const known = await Promise.all(['workplace.zh.txt', 'workplace.en.md'].map(knowledgeLines));
  const alternating = interleave(...known.map((all) => all.filter(within(10, 40)).slice(0, 52)));
  const [warmQuestions, questions] = split(interleave(...short), 4);
  const [warmLines, lines] = split(alternating, 8);
  const cards = await readLines('test/fixtures/eval/cards-dev-zh.lines.txt');
  return {
    questions,
    warmQuestions,
    lines,
    warmLines,
    manyLines: [...cards, ...makeLines(IMPORTED)].slice(0, IMPORTED),
    tokens: { question: mean(questions), line: mean(lines) },
  };
}

async function cardQuestions(set: string): Promise<string[]> {
  const rows = await readLines(`test/fixtures/eval/cards-dev-${set}.questions.tsv`);
  return rows.map((row) => row.split('\t')[0] ?? '');
}

async function knowledgeLines(name: string): Promise<string[]> {
  const all = await readLines(`knowledge/${name}`);
  return all.filter((line) => !line.startsWith('#')).map((line) => line.replace(/^- /, ''));
}

async function readLines(path: string): Promise<string[]> {
  const text = await readFile(new URL(`../../${path}`, import.meta.url), 'utf8');
  return text.split('\n').filter((line) => line.trim() !== '');
}

/** `count` of the texts, evenly over all of them. */
function spread(texts: readonly string[], count: number): string[] {
  return Array.from({ length: count }, (_, i) => texts[Math.floor((i * texts.length) / count)] ?? '');
}

function interleave(...lists: readonly string[][]): string[] {
  const [first = []] = lists;
  return first.flatMap((_, i) => lists.map((list) => list[i] ?? ''));
}

function split(texts: readonly string[], at: number): [before: string[], after: string[]] {
  return [texts.slice(0, at), texts.slice(at)];
}
