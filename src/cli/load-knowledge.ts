import type { Logger } from 'pino';
import { readKnowledgeFiles } from '../store/files/read-knowledge-files.ts';
import type { ImportOptions, ImportReport, KnowledgeBase } from '../store/knowledge-base.ts';

/** One name for whatever `KB_KNOWLEDGE` points to: after a change of the setting the new folder takes the old one's place. */
const KNOWLEDGE_FOLDER = 'knowledge';

export interface LoadKnowledgeOptions extends ImportOptions {
  readonly logger: Logger;
}

/** Brings the lines up to date with a folder of FAQ files; what could not be taken is told in the log. */
export async function loadKnowledge(
  lines: KnowledgeBase,
  folder: string,
  options: LoadKnowledgeOptions,
): Promise<ImportReport> {
  const { logger, ...importOptions } = options;
  const files = await readKnowledgeFiles(folder);
  const report = await lines.importFiles(files, { ...importOptions, folder: KNOWLEDGE_FOLDER });
  const { rejected, ...counts } = report;
  logger.debug({ folder, ...counts, rejected: rejected.length }, 'Knowledge loaded');
  if (rejected.length > 0)
    logger.warn(
      { folder, rejected: rejected.length },
      'Some lines of the knowledge folder are empty or too long',
    );
  return report;
}
