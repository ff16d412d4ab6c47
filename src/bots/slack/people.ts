import type { webApi } from '@slack/bolt';
import type { Language } from '../../language.ts';
import type { BotLogger } from '../core/bot-logger.ts';

interface Person {
  readonly name: string;
  readonly language: Language;
}

const MOST = 5_000;

/** Names and languages of the workspace's people, asked for once each. */
export class People {
  readonly #client: webApi.WebClient;
  readonly #logger: BotLogger;
  readonly #known = new Map<string, Promise<Person | undefined>>();
  readonly #names = new Map<string, string>();

  constructor(client: webApi.WebClient, logger: BotLogger) {
    this.#client = client;
    this.#logger = logger;
  }

  /** The name that others see; undefined where Slack does not tell. */
  async nameOf(id: string): Promise<string | undefined> {
    return (await this.#person(id))?.name;
  }

  /** The name as far as it was asked for before, else the id. */
  knownName = (id: string): string => this.#names.get(id) ?? id;

  /** The language that a person has set Slack to. */
  async languageOf(id: string): Promise<Language> {
    return (await this.#person(id))?.language ?? 'en';
  }

  #person(id: string): Promise<Person | undefined> {
    const known = this.#known.get(id);
    if (known) return known;
    if (this.#known.size >= MOST) this.#known.clear();
    const asked = this.#ask(id);
    this.#known.set(id, asked);
    return asked;
  }

  async #ask(id: string): Promise<Person | undefined> {
    try {
      const { user } = await this.#client.users.info({ user: id, include_locale: true });
      const name = user?.profile?.display_name || user?.real_name || user?.name || id;
      this.#names.set(id, name);
      return { name, language: user?.locale?.startsWith('zh') ? 'zh' : 'en' };
    } catch (error) {
      this.#known.delete(id);
      this.#logger.debug({ err: error }, 'Slack: a user could not be looked up');
      return undefined;
    }
  }
}
