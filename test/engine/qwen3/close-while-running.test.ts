import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { writeRandomCheckpoint } from '../../support/qwen3/random-checkpoint.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const script = fileURLToPath(new URL('../../support/qwen3/close-while-running.ts', import.meta.url));

it('closes while a batch runs that nobody waits for any more, and the process lives', async () => {
  const folder = await temporaryFolder();
  await writeRandomCheckpoint(join(folder, 'checkpoint'), {});
  const args = ['--import', 'tsx', script, join(folder, 'checkpoint'), join(folder, 'cache')];
  // Rejects where the process is aborted: a thread that is stopped inside a native call does that.
  const { stdout } = await promisify(execFile)(process.execPath, args);
  expect(stdout).toBe('left\nclosed\n');
});
