const PART = /^[A-Za-z0-9_](?:[\w.-]{0,94}[A-Za-z0-9_])?$/;

/**
 * Whether a text is a model's id, `owner/name`, as both hubs allow it. Such an id is also safe as two parts of a path:
 * neither part begins with a dot or goes up.
 */
export function isModelId(text: string): boolean {
  const parts = text.split('/');
  return parts.length === 2 && parts.every((part) => PART.test(part) && !/\.\.|--/.test(part));
}
