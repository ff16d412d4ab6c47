import type { PassedOver } from '../../engine/qwen3/load/load-on-device.ts';

/** Something that does not work, or could be better, with what to do about it, in the reader's language. */
export interface Finding {
  readonly code: string;
  readonly message: string;
}

export interface SystemFacts {
  readonly version: string;
  readonly node: string;
  /** `linux/x64`. */
  readonly platform: string;
  readonly processor: string;
  readonly cores: number;
  /** Bytes. */
  readonly memory: { readonly total: number; readonly free: number };
}

export interface RuntimeFacts {
  readonly version: string;
  /** What onnxruntime was built with; `installed` is false where its libraries have still to be fetched. */
  readonly providers: readonly { readonly name: string; readonly installed: boolean }[];
}

export interface NvidiaGpu {
  readonly name: string;
  readonly driver: string;
  /** Bytes. */
  readonly memory: number;
  /** Such as `8.9`; absent where the driver does not say. */
  readonly computeCapability?: string;
}

export interface VulkanAdapter {
  readonly name: string;
  /** It is computed by the CPU. */
  readonly software: boolean;
}

export interface GraphicsFacts {
  readonly nvidia: readonly NvidiaGpu[];
  /** Absent where nothing can tell. */
  readonly vulkan?: readonly VulkanAdapter[];
}

/** How long one kind of work took. */
export interface Timing {
  readonly texts: number;
  readonly tokens: number;
  readonly ms: number;
}

/** A model that was opened and used once. */
export interface ModelFacts {
  readonly name: string;
  readonly dimensions: number;
  /** The engine's address where the model runs elsewhere. */
  readonly engine?: string;
  readonly device?: string;
  readonly precision?: string;
  readonly passedOver: readonly PassedOver[];
  readonly folder?: string;
  /** Bytes of the folder. */
  readonly size?: number;
  readonly loadMs: number;
  /** Bytes of the process in main memory once the model is loaded. */
  readonly residentMemory: number;
  readonly question: Timing;
  readonly lines: Timing;
}

/** A reranker that was opened and used once. */
export interface RerankerFacts {
  readonly name: string;
  readonly device?: string;
  readonly loadMs: number;
  readonly documents: Timing;
}

/** What can be said before anything is tried. */
export interface MachineReport {
  readonly system: SystemFacts;
  readonly runtime: RuntimeFacts;
  readonly graphics: GraphicsFacts;
  readonly settings: Readonly<Record<string, string>>;
}

/** What `kb doctor` finds. */
export interface DoctorReport extends MachineReport {
  /** Absent where it cannot be used; a problem says why. */
  readonly model?: ModelFacts;
  readonly reranker?: RerankerFacts;
  /** What does not work as it is set. */
  readonly problems: readonly Finding[];
  /** What works but could be better. */
  readonly hints: readonly Finding[];
}
