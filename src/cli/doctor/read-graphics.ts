import type { RunProgram } from '../../engine/qwen3/load/missing-libraries.ts';
import type { GraphicsFacts, NvidiaGpu, VulkanAdapter } from './report.ts';

const MIB = 1024 * 1024;
const FIELDS = ['name', 'driver_version', 'memory.total'];

/** The GPUs that NVIDIA's and Vulkan's own programs show; nothing where they are not installed. */
export async function readGraphics(run: RunProgram): Promise<GraphicsFacts> {
  const [nvidia, vulkan] = await Promise.all([readNvidia(run), readVulkan(run)]);
  return { nvidia, ...(vulkan ? { vulkan } : {}) };
}

/** Empty where no driver answers. */
export async function readNvidia(run: RunProgram): Promise<NvidiaGpu[]> {
  const query = (fields: readonly string[]) =>
    run('nvidia-smi', [`--query-gpu=${fields.join(',')}`, '--format=csv,noheader,nounits']);
  // Old drivers do not know the last field, and refuse it.
  const table = await query([...FIELDS, 'compute_cap']).catch(() => query(FIELDS).catch(() => ''));
  return table.split('\n').flatMap((row) => {
    const [name, driver, memory, computeCapability] = row.split(',').map((cell) => cell.trim());
    if (!name || !driver || !/^[\d.]+$/.test(driver)) return [];
    return [
      {
        name,
        driver,
        memory: Number(memory) * MIB || 0,
        ...(computeCapability ? { computeCapability } : {}),
      },
    ];
  });
}

async function readVulkan(run: RunProgram): Promise<VulkanAdapter[] | undefined> {
  try {
    const summary = await run('vulkaninfo', ['--summary']);
    return summary
      .split(/^GPU\d+:/m)
      .slice(1)
      .flatMap((adapter) => {
        const field = (name: string) =>
          new RegExp(`^\\s*${name}\\s*=\\s*(.+)$`, 'm').exec(adapter)?.[1]?.trim();
        const name = field('deviceName');
        return name ? [{ name, software: field('deviceType') === 'PHYSICAL_DEVICE_TYPE_CPU' }] : [];
      });
  } catch {
    return undefined;
  }
}
