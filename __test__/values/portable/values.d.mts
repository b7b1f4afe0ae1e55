/** Values of many kinds, by name. */
export function portableValues(): Record<string, unknown>;
