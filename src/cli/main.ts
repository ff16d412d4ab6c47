import { runCli } from './run-cli.ts';

// A reader that has seen enough (`kb list | head`) closes the pipe: that is no failure.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
    throw error;
  });
}

const { stdin, stdout, stderr, env, argv } = process;
process.exitCode = await runCli(argv.slice(2), { stdin, stdout, stderr, env });
