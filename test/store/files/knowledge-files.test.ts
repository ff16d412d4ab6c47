import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseKnowledge } from '../../../src/store/files/parse-knowledge.ts';
import { readKnowledgeFile, readKnowledgeFiles } from '../../../src/store/files/read-knowledge-files.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

describe('a text file', () => {
  it('has a line in each line, but for comments and empty ones, whatever ends them', () => {
    const text = '\uFEFFone\r\n# comment\r\n\r\n  # too\n two # not\rthree\n';
    expect(parseKnowledge(text, 'txt')).toEqual(['one', ' two # not', 'three']);
  });

  it('may be empty', () => {
    expect(parseKnowledge('', 'txt')).toEqual([]);
  });
});

describe('a Markdown file', () => {
  it('has a line in each list item, with the lines that continue it', () => {
    const text = [
      '# Leave',
      'Some words before.',
      '- Twenty days',
      '  of leave a year.',
      '* 年假需提前',
      '  三天申请。',
      '+ nested:',
      '    1. first',
      '    2) second',
      '',
      'A paragraph.',
      '- # 5 is a number',
      '-not an item',
      '- ',
      '10. tenth',
      '> quoted',
    ].join('\r\n');
    expect(parseKnowledge(text, 'md')).toEqual([
      'Twenty days of leave a year.',
      '年假需提前三天申请。',
      'nested:',
      'first',
      'second',
      '# 5 is a number -not an item',
      'tenth',
    ]);
  });

  it('has none in code, rules, headings or tables', () => {
    const text = ['```', '- in code', '```', '- - -', '* * *', '| - a |', '---', '- real', '## next'].join(
      '\n',
    );
    expect(parseKnowledge(text, 'md')).toEqual(['real']);
  });
});

describe('a folder of knowledge', () => {
  it('is read with its folders, by name, without hidden files and links that lead out', async () => {
    const outside = await temporaryFolder();
    await writeFile(join(outside, 'secret.txt'), 'secret');
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'sub'));
    await mkdir(join(folder, '.git'));
    await writeFile(join(folder, 'b.TXT'), 'b\n');
    await writeFile(join(folder, 'a.md'), '- a\n');
    await writeFile(join(folder, 'sub', 'c.txt'), 'c\n');
    await writeFile(join(folder, '.hidden.txt'), 'no');
    await writeFile(join(folder, '.git', 'd.txt'), 'no');
    await writeFile(join(folder, 'e.csv'), 'no');
    await symlink(join(outside, 'secret.txt'), join(folder, 'link.txt'));
    await symlink(outside, join(folder, 'linked'));
    await symlink(folder, join(folder, 'sub', 'loop'));
    await symlink(join(folder, 'b.TXT'), join(folder, 'inside.txt'));
    await symlink(join(folder, 'nowhere'), join(folder, 'dead.txt'));
    const files = await readKnowledgeFiles(folder);
    expect(files.map(({ name, lines }) => [name, lines])).toEqual([
      ['a.md', ['a']],
      ['b.TXT', ['b']],
      ['inside.txt', ['b']],
      ['sub/c.txt', ['c']],
    ]);
    // Of "a file of the two bytes b and newline", by sha256sum.
    expect(files[1]?.digest).toBe('0263829989b6fd954f72baaf2fc64bc2e2f01d692d4de72986ea808f6e99813f');
  });

  it('that is missing is empty', async () => {
    expect(await readKnowledgeFiles(join(await temporaryFolder(), 'none'))).toEqual([]);
  });

  it('with a file that is not UTF-8 is refused by that name', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'gbk.txt'), Buffer.from([0xc4, 0xe3, 0xba, 0xc3]));
    await expect(readKnowledgeFiles(folder)).rejects.toMatchObject({
      code: 'file',
      message: expect.stringMatching(/gbk\.txt.*UTF-8/),
    });
  });
});

describe('one file', () => {
  it('that is missing or of another kind is refused', async () => {
    const folder = await temporaryFolder();
    const refused = (detail: RegExp) => ({ code: 'file', message: expect.stringMatching(detail) });
    await expect(readKnowledgeFile(join(folder, 'no.txt'))).rejects.toMatchObject(refused(/does not exist/));
    await writeFile(join(folder, 'a.csv'), 'x');
    await expect(readKnowledgeFile(join(folder, 'a.csv'))).rejects.toMatchObject(refused(/\.txt or \.md/));
    await expect(readKnowledgeFiles(join(folder, 'a.csv'))).rejects.toMatchObject({ code: 'file' });
  });
});
