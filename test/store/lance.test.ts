import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { openStore } from '../../src/store/lance/open-store.ts';
import { knowledgeBaseContract } from './knowledge-base.contract.ts';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

knowledgeBaseContract('LanceDB', async (options) => {
  const location = await mkdtemp(join(tmpdir(), 'meaning-radar-'));
  folders.push(location);
  return (await openStore({ location, ...options })).lines;
});
