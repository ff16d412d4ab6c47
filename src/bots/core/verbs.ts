/** The commands' names. */
export type Verb = 'ask' | 'add' | 'list' | 'remove' | 'undo' | 'inspect' | 'gaps' | 'stats' | 'help';

/** Every way to write a command's name. */
const ALIASES: Readonly<Record<Verb, readonly string[]>> = {
  ask: ['ask', 'search', 'find', '提问', '查询', '搜索', '查找', '问', '查', '搜'],
  add: ['add', '添加', '新增', '增加', '加入', '加'],
  list: ['list', 'ls', '列表', '列出', '清单'],
  remove: ['remove', 'rm', 'delete', 'del', '删除', '移除', '刪除', '删'],
  undo: ['undo', '撤销', '撤消', '撤回', '取消'],
  inspect: ['inspect', '检查', '查看', '分析'],
  gaps: ['gaps', 'gap', '缺口', '待补充', '未解答'],
  stats: ['stats', 'stat', '统计', '数据'],
  help: ['help', '帮助', '幫助', '用法', '?', '？'],
};

const VERBS = Object.entries(ALIASES).flatMap(([verb, names]) =>
  names.map((name) => ({ verb: verb as Verb, name })),
);
const BY_NAME = new Map(VERBS.map(({ verb, name }) => [name, verb]));
/** Chinese verbs of two characters or more may stand directly before their text; the longest fits first. */
const GLUED = VERBS.filter(({ name }) => /^\p{Script=Han}{2,}$/u.test(name)).sort(
  (a, b) => b.name.length - a.name.length,
);

export interface FoundVerb {
  readonly verb: Verb;
  /** The name as it was written. */
  readonly written: string;
  /** What follows, trimmed. */
  readonly argument: string;
}

/** The verb at a command's beginning. */
export function findVerb(text: string): FoundVerb | undefined {
  const written = /^(?:[?？]|[^\s:：]+)/u.exec(text)?.[0] ?? '';
  const verb = BY_NAME.get(fold(written));
  if (verb) return { verb, written, argument: after(text, written.length) };
  const glued = GLUED.find(({ name }) => text.startsWith(name));
  return glued && { verb: glued.verb, written: glued.name, argument: after(text, glued.name.length) };
}

/** True for a word that is one slip of the finger away from a verb. */
export function looksLikeVerb(word: string): boolean {
  const folded = fold(word);
  if (!/^[a-z]{2,}$/u.test(folded)) return false;
  return VERBS.some(({ name }) => /^[a-z]{3,}$/u.test(name) && near(folded, name));
}

const fold = (word: string) => word.normalize('NFKC').toLowerCase();
const after = (text: string, length: number) =>
  text
    .slice(length)
    .replace(/^[\s:：]+/u, '')
    .trim();

/** Equal but for one letter too many, missing, wrong or swapped with its neighbour. */
function near(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const [restA, restB] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  const swapped = restA.length === 2 && restB === `${restA[1]}${restA[0]}`;
  return swapped || Math.max(restA.length, restB.length) <= 1;
}
