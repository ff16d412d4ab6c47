#!/usr/bin/env node
// Runs the compiled program. In a checkout it compiles first whenever the source is newer than what was compiled,
// so that one process answers `npm start` and gets its signals. An image has no source and starts at once.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, utimesSync } from 'node:fs';
import module from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, 'src');
const stamp = join(root, 'dist', '.tsbuildinfo');

function isStale() {
  if (!existsSync(source)) return false;
  if (!existsSync(stamp)) return true;
  const compiled = statSync(stamp).mtimeMs;
  // A folder's own time tells of files that were removed or renamed.
  return readdirSync(source, { recursive: true }).some(
    (name) => statSync(join(source, name)).mtimeMs > compiled,
  );
}

if (isStale()) {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const build = spawnSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json')], {
    stdio: ['ignore', 2, 2],
  });
  if (build.status !== 0) {
    console.error('kb: the program could not be compiled; run `npm ci` in its folder, then try again.');
    process.exit(1);
  }
  // An incremental build that finds nothing to write leaves the stamp as old as it was.
  utimesSync(stamp, new Date(), new Date());
}
// Node 22 and later keep the compiled code of the libraries from one start to the next.
module.enableCompileCache?.();
await import(pathToFileURL(join(root, 'dist', 'cli', 'main.js')).href);
