#!/usr/bin/env node
// Runs the compiled program; compiles it first in a checkout that has not been built yet.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const main = join(root, 'dist', 'cli', 'main.js');
if (!existsSync(main)) {
  const build = spawnSync('npm', ['run', 'build', '--silent'], { cwd: root, stdio: 'inherit' });
  if (build.status !== 0) {
    console.error('kb: the build failed; run `npm ci` in the project folder, then `npm run build`.');
    process.exit(1);
  }
}
await import(pathToFileURL(main).href);
