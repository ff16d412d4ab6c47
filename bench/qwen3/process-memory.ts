import { readFileSync } from 'node:fs';

/** Memory of a process, in MiB. */
export interface ProcessMemory {
  /** All that is resident, the pages of mapped files counted. */
  readonly resident: number;
  /** What no file stands behind: memory that only ends with the process. */
  readonly anonymous: number;
}

/** Linux only. Throws where the process has ended. */
export function processMemory(pid: number): ProcessMemory & { readonly peakResident: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const field = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0) / 1024;
  return { resident: field('VmRSS'), anonymous: field('RssAnon'), peakResident: field('VmHWM') };
}

/** Looks at a process every few milliseconds for the most anonymous memory, which the kernel keeps no record of. */
export function watchAnonymous(pid: number): { peak(): number; stop(): void } {
  let peak = 0;
  const look = () => {
    try {
      peak = Math.max(peak, processMemory(pid).anonymous);
    } catch {
      clearInterval(timer);
    }
  };
  const timer = setInterval(look, 25);
  return {
    peak: () => {
      look();
      return peak;
    },
    stop: () => clearInterval(timer),
  };
}
