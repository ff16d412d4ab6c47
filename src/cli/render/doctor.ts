import stringWidth from 'string-width';
import { formatBytes } from '../../hub/format-bytes.ts';
import { doctorMessages } from '../../messages/doctor.ts';
import type {
  DoctorReport,
  Finding,
  MachineReport,
  ModelFacts,
  NvidiaGpu,
  RerankerFacts,
} from '../doctor/report.ts';
import { hang } from './hang.ts';
import { padEnd } from './pad.ts';
import { printable } from './printable.ts';
import { say } from './say.ts';
import type { Role, Style } from './style.ts';

type Row = readonly [label: string, text: string, role?: Role];

/** The widest label; both parts of the report stand in the same columns. */
const LABEL_WIDTH = 13;

/** The machine and the settings, which are known at once. */
export function renderMachine(machine: MachineReport, style: Style): string[] {
  const messages = doctorMessages[style.language];
  const { system, runtime, graphics, settings } = machine;
  const { total, free } = system.memory;
  const providers = runtime.providers.map(({ name, installed }) =>
    installed ? name : say(messages.notInstalled, { name }),
  );
  const rows: Row[] = [
    [messages.node, say(messages.nodeDetail, { node: system.node, platform: system.platform })],
    [messages.processor, say(messages.processorDetail, { processor: system.processor, cores: system.cores })],
    [messages.memory, say(messages.memoryDetail, { total: formatBytes(total), free: formatBytes(free) })],
    [messages.runtime, `${runtime.version}: ${providers.join(', ')}`],
    ...(graphics.nvidia.length === 0
      ? [[messages.gpu, messages.noGpu, 'faint'] as const]
      : graphics.nvidia.map((gpu): Row => [messages.gpu, gpuText(gpu, style)])),
    ...(graphics.vulkan?.length === 0 ? [[messages.vulkan, messages.noAdapter, 'faint'] as const] : []),
    ...(graphics.vulkan ?? []).map(
      ({ name, software }): Row => [
        messages.vulkan,
        software ? say(messages.softwareDetail, { name }) : printable(name),
      ],
    ),
  ];
  return [
    `${style.paint('heading', 'meaning-radar')} ${system.version}`,
    '',
    ...columns(rows, style),
    '',
    ...columns(
      Object.entries(settings).map(([name, value]): Row => [name, printable(value)]),
      style,
    ),
    '',
  ];
}

/** A GPU in a few words. */
export function gpuText({ name, memory, driver, computeCapability }: NvidiaGpu, style: Style): string {
  const messages = doctorMessages[style.language];
  const gpu = say(messages.gpuDetail, { name, memory: formatBytes(memory), driver });
  return computeCapability ? say(messages.gpuCapability, { gpu, capability: computeCapability }) : gpu;
}

/** What was tried, how fast it was, and what to do. */
export function renderModels(report: DoctorReport, style: Style): string[] {
  const messages = doctorMessages[style.language];
  const { model, reranker, problems, hints, settings } = report;
  const rows: Row[] = model ? modelRows(model, style) : [[messages.model, messages.cannotOpen, 'error']];
  if (reranker) rows.push(rerankerRow(reranker, style));
  else if (settings.KB_RERANKER !== undefined) rows.push([messages.reranker, messages.cannotOpen, 'error']);
  return [
    ...columns(rows, style),
    '',
    ...findings(problems, 'error', style),
    ...findings(hints, 'warning', style),
    ...(problems.length === 0 ? hang('', messages.works, style, 'strong') : []),
  ];
}

function modelRows(model: ModelFacts, style: Style): Row[] {
  const messages = doctorMessages[style.language];
  const { name, dimensions, engine, device, precision, folder, size, question, lines } = model;
  const time = milliseconds(model.loadMs);
  const rate = Math.round((1000 * lines.texts) / lines.ms).toLocaleString('en');
  return [
    [messages.model, say(messages.modelDetail, { model: name, dimensions })],
    ...(folder === undefined
      ? []
      : [[messages.folder, say(messages.folderDetail, { folder, size: formatBytes(size ?? 0) })] as const]),
    engine === undefined
      ? [messages.device, printable([device, precision].filter(Boolean).join(', '))]
      : [messages.engine, printable(engine)],
    [
      messages.load,
      engine === undefined
        ? say(messages.loadDetail, { time, memory: formatBytes(model.residentMemory) })
        : say(messages.remoteLoadDetail, { time }),
    ],
    [
      messages.question,
      say(messages.questionDetail, { time: milliseconds(question.ms), tokens: question.tokens }),
    ],
    [
      say(messages.lines, { count: lines.texts }),
      say(messages.linesDetail, { time: milliseconds(lines.ms), tokens: lines.tokens, rate }),
    ],
  ];
}

function rerankerRow({ name, device, documents }: RerankerFacts, style: Style): Row {
  const messages = doctorMessages[style.language];
  const text = say(messages.rerankerDetail, {
    reranker: name,
    device: device ?? messages.elsewhere,
    count: documents.texts,
    time: milliseconds(documents.ms),
  });
  return [messages.reranker, text];
}

function columns(rows: readonly Row[], style: Style): string[] {
  const width = Math.max(LABEL_WIDTH, ...rows.map(([label]) => stringWidth(label)));
  return rows.flatMap(([label, text, role]) =>
    hang(`${style.paint('faint', padEnd(label, width))}  `, text, style, role),
  );
}

function findings(list: readonly Finding[], role: Role, style: Style): string[] {
  return list.flatMap(({ message }) => hang(style.paint(role, '! '), printable(message), style, role));
}

/** `1.4 ms`, `23 ms`, `2.3 s`. */
function milliseconds(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`;
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}
