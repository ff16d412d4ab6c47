/** The kinds of knowledge file, by the end of their names. */
export type KnowledgeFormat = 'txt' | 'md';

const ITEM = /^\s*(?:[-*+]|\d{1,9}[.)])[ \t]+(.*)$/;
const FENCE = /^\s*(?:```|~~~)/;
/** What ends a list item that goes on over several lines: a heading, a quotation, a table or a rule. */
const OTHER_BLOCK = /^\s{0,3}(?:#{1,6}\s|>|\||([-*_])[ \t]*(?:\1[ \t]*){2,}$)/;

/** The format that a file's name tells; undefined for other files. */
export function knowledgeFormat(name: string): KnowledgeFormat | undefined {
  const extension = /\.(txt|md)$/i.exec(name)?.[1]?.toLowerCase();
  return extension === 'txt' || extension === 'md' ? extension : undefined;
}

/**
 * The FAQ lines in a file's text, not normalised yet. In `txt` each line is one, but for those that begin with
 * `#`; in `md` each list item is one (`-`, `*`, `+`, `1.`), with the lines that continue it, and all else is not.
 */
export function parseKnowledge(text: string, format: KnowledgeFormat): string[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  return format === 'md' ? listItems(lines) : lines.filter((line) => !/^\s*(#|$)/.test(line));
}

function listItems(lines: readonly string[]): string[] {
  const items: string[] = [];
  let item: string | undefined;
  let fenced = false;
  const end = () => {
    if (item !== undefined && item.trim() !== '') items.push(item.trim());
    item = undefined;
  };
  for (const line of lines) {
    if (FENCE.test(line)) {
      end();
      fenced = !fenced;
    } else if (!fenced) {
      const start = OTHER_BLOCK.test(line) ? undefined : ITEM.exec(line)?.[1];
      if (start !== undefined) {
        end();
        item = start;
      } else if (line.trim() === '' || OTHER_BLOCK.test(line)) {
        end();
      } else if (item !== undefined) {
        item = joined(item, line.trim());
      }
    }
  }
  end();
  return items;
}

/** Chinese goes on without a blank where a line was broken; other scripts need one. */
function joined(before: string, after: string): string {
  const han = /[\p{Script=Han}\u3000-\u303F\uFF00-\uFFEF]/u;
  const blank = han.test(before.at(-1) ?? '') && han.test(after.at(0) ?? '') ? '' : ' ';
  return `${before.trimEnd()}${blank}${after}`;
}
