import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { env } from 'onnxruntime-node';
import { setUpCuda } from '../src/cli/doctor/setup-cuda.ts';
import { localeLanguage } from '../src/cli/io.ts';
import { nativeFolder } from '../src/engine/qwen3/load/installed-devices.ts';
import { runProgram } from '../src/engine/qwen3/load/missing-libraries.ts';

/**
 * `npm run setup:cuda`: fetches onnxruntime's CUDA libraries, which its package leaves out and `npm ci` here does not
 * fetch, and says what else CUDA needs on this machine. Exit code 1 where something is missing.
 */
async function fetchLibraries(): Promise<void> {
  const package_ = createRequire(import.meta.url).resolve('onnxruntime-node/package.json');
  // Of the values that the script documents, only `true` makes it fetch where npm runs it; the environment is read first.
  const proxy = process.env.HTTPS_PROXY ?? process.env.https_proxy;
  await promisify(execFile)(process.execPath, [join(dirname(package_), 'script', 'install.js')], {
    env: {
      ...process.env,
      ONNXRUNTIME_NODE_INSTALL: 'true',
      ...(proxy ? { GLOBAL_AGENT_HTTPS_PROXY: proxy, GLOBAL_AGENT_HTTP_PROXY: proxy } : {}),
    },
  });
}

process.exitCode = await setUpCuda({
  platform: `${process.platform}/${process.arch}`,
  folder: nativeFolder(),
  run: runProgram,
  language: localeLanguage(process.env),
  version: env.versions.node ?? env.versions.common,
  fetchLibraries,
  print: (line) => console.log(line),
});
