/** What was opened, to be closed in the reverse order, whatever happens on the way. */
export interface CloseStack {
  /** Remembers how to close something that was just opened. */
  defer(name: string, close: () => Promise<void> | void): void;
  /** Closes everything, the latest first; one that fails does not keep the others open. A second call waits for the first. */
  close(): Promise<void>;
}

/** `onError` hears of everything that could not be closed. */
export function createCloseStack(onError: (name: string, error: unknown) => void): CloseStack {
  const open: { name: string; close: () => Promise<void> | void }[] = [];
  let closing: Promise<void> | undefined;

  async function closeAll(): Promise<void> {
    for (let entry = open.pop(); entry; entry = open.pop()) {
      try {
        await entry.close();
      } catch (error) {
        onError(entry.name, error);
      }
    }
  }

  return {
    defer: (name, close) => {
      open.push({ name, close });
    },
    close: () => {
      closing ??= closeAll();
      return closing;
    },
  };
}
