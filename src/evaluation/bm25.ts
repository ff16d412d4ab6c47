const K1 = 1.2;
const B = 0.75;
const TERM = /\p{Script=Han}+|(?:(?!\p{Script=Han})[\p{L}\p{N}])+/gu;
const HAN = /\p{Script=Han}/u;

interface Posting {
  readonly line: number;
  readonly weight: number;
}

/** Keyword search (Okapi BM25) over words, Han characters and pairs of them: what meaning has to beat. */
export class Bm25 {
  readonly #postings = new Map<string, Posting[]>();
  readonly #count: number;

  constructor(lines: readonly string[]) {
    this.#count = lines.length;
    const terms = lines.map(keywords);
    const average = terms.reduce((sum, list) => sum + list.length, 0) / Math.max(1, lines.length);
    const counts = terms.map((list) => countAll(list));
    const seen = countAll(counts.flatMap((count) => [...count.keys()]));
    counts.forEach((count, line) => {
      const length = terms[line]?.length ?? 0;
      for (const [term, times] of count) {
        const df = seen.get(term) ?? 0;
        const idf = Math.log(1 + (lines.length - df + 0.5) / (df + 0.5));
        const weight = (idf * times * (K1 + 1)) / (times + K1 * (1 - B + (B * length) / average));
        const list = this.#postings.get(term);
        if (list) list.push({ line, weight });
        else this.#postings.set(term, [{ line, weight }]);
      }
    });
  }

  /** One score a line, 0 where no keyword is shared. */
  scores(question: string): Float64Array {
    const scores = new Float64Array(this.#count);
    for (const term of keywords(question)) {
      for (const { line, weight } of this.#postings.get(term) ?? []) {
        scores[line] = (scores[line] ?? 0) + weight;
      }
    }
    return scores;
  }
}

/** Words in lower case; a run of Han characters as its characters and its pairs. */
export function keywords(text: string): string[] {
  const runs = text.normalize('NFKC').toLowerCase().match(TERM) ?? [];
  return runs.flatMap((run) => (HAN.test(run) ? charactersAndPairs(run) : [run]));
}

function charactersAndPairs(run: string): string[] {
  const characters = [...run];
  return [...characters, ...characters.slice(1).map((character, i) => `${characters[i]}${character}`)];
}

function countAll(items: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}
