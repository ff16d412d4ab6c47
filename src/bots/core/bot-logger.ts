/** The part of a pino logger that the bots use. Texts of users and secrets never go in. */
export interface BotLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Says nothing. */
export const silentLogger: BotLogger = { debug() {}, info() {}, warn() {}, error() {} };
