/** Writes the checkpoints of {@link fixtureVariants}, one folder each: `npx tsx write-fixture-checkpoints.ts FOLDER`. */
import { join } from 'node:path';
import { fixtureVariants } from './fixture-variants.ts';
import { writeRandomCheckpoint } from './random-checkpoint.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('Name the folder to write to.');
for (const [name, options] of Object.entries(fixtureVariants)) {
  await writeRandomCheckpoint(join(folder, name), options);
}
