/**
 * A process that adds lines to a store, for tests of several processes and of crashes:
 * `node --import tsx line-writer.ts FOLDER NAME FROM TO [STEP]`. Prints each line's text when its add was
 * acknowledged. With STEP it prints `at STEP` before going on past that step of its third change, and waits.
 */
import { openStore } from '../../src/store/lance/open-store.ts';
import { WordVectors } from './word-vectors.ts';

const [location = '', name = '', from = '0', to = '0', stopAt] = process.argv.slice(2);
let changes = 0;
const store = await openStore({
  location,
  source: new WordVectors(),
  onCommitStep: async (step) => {
    if (step === 'vectors-written') changes++;
    if (step !== stopAt || changes < 3) return;
    console.log(`at ${step}`);
    await new Promise((resolve) => setTimeout(resolve, 60_000));
  },
});
console.log('ready');
// Begins when told, so that several processes write at the same time.
await new Promise((resolve) => process.stdin.once('data', resolve));
for (let i = Number(from); i < Number(to); i++) {
  const { added } = await store.lines.add([`line ${i}`], { id: name, source: 'terminal' });
  console.log(`${added.length === 1 ? 'added' : 'duplicate'} line ${i}`);
}
await store.close();
process.exit(0);
