import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { BenchCheckpoint } from './checkpoint.ts';

/** Where the peers' pinned versions and Python programs lie. */
const source = fileURLToPath(new URL('peers/', import.meta.url));

/** Something that is there, or why it is not. */
export type Found = { readonly path: string } | { readonly absent: string };

/** What the peers need below the cache folder, installed and made where it is not there yet. */
export interface Peers {
  /** The Python of the virtual environment. */
  readonly python: Found;
  /** The folder with the peers' `node_modules`. */
  readonly packages: Found;
  /** The folder that transformers.js reads. */
  readonly onnx: Found;
  /** The file that llama.cpp reads. */
  readonly gguf: Found;
}

export async function preparePeers(cache: string, { folder, key }: BenchCheckpoint): Promise<Peers> {
  const python = await found('Python packages', () => installPython(join(cache, 'venv')));
  const packages = await found('npm packages', () => installPackages(join(cache, 'peers')));
  const made = (name: string, program: string) =>
    found(name, async () => {
      if ('absent' in python) throw new Error(python.absent);
      const path = join(cache, name);
      const partial = `${path}.part`;
      if (existsSync(path)) return path;
      await rm(partial, { recursive: true, force: true });
      await run(python.path, [join(source, program), folder, partial]);
      await rename(partial, path);
      return path;
    });
  return {
    python,
    packages,
    onnx: await made(`onnx-${key}`, 'export_onnx.py'),
    gguf: await made(`${key}.gguf`, 'write_gguf.py'),
  };
}

async function installPython(folder: string): Promise<string> {
  const python = join(folder, 'bin', 'python');
  await onceFor(folder, ['requirements.txt'], async () => {
    await run('python3', ['-m', 'venv', folder]);
    await run(python, ['-m', 'pip', 'install', '--quiet', '-r', join(source, 'requirements.txt')]);
  });
  return python;
}

async function installPackages(folder: string): Promise<string> {
  const files = ['package.json', 'package-lock.json', '.npmrc'];
  await onceFor(folder, files, async () => {
    await mkdir(folder, { recursive: true });
    await run('npm', ['ci'], folder);
  });
  return folder;
}

/** Does it where the folder does not hold these very versions of the files, which it is given. */
async function onceFor(
  folder: string,
  files: readonly string[],
  install: () => Promise<void>,
): Promise<void> {
  const done = join(folder, '.installed');
  const wanted = (await Promise.all(files.map((file) => readFile(join(source, file), 'utf8')))).join('\n');
  if (existsSync(done) && (await readFile(done, 'utf8')) === wanted) return;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const file of files) await copyFile(join(source, file), join(folder, file));
  await install();
  await writeFile(done, wanted);
}

async function found(name: string, make: () => Promise<string>): Promise<Found> {
  try {
    return { path: await make() };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { absent: `${name}: ${detail.trim().split('\n').slice(-2).join(' ').slice(-300)}` };
  }
}

async function run(program: string, args: readonly string[], cwd?: string): Promise<void> {
  console.error(`  ${program} ${args.join(' ')}`);
  const options = { maxBuffer: 1 << 26, ...(cwd === undefined ? {} : { cwd }) };
  await promisify(execFile)(program, args, options);
}
