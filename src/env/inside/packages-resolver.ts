// The same for Nodes whose hooks live in a thread of their own (20, and 22 before 22.15).

type Resolve = (specifier: string, context: object) => Promise<{ url: string }>;

let parentURL = "";

/** Called once, with what `register` was given. */
export function initialize(data: string): void {
  parentURL = data;
}

/** Called for every import. */
export async function resolve(specifier: string, context: object, next: Resolve): Promise<{ url: string }> {
  try {
    return await next(specifier, context);
  } catch (error) {
    // Neither a path nor a URL nor an import of the package itself.
    if (/^(?:[./#]|[\w-]+:)/.test(specifier)) throw error;
    try {
      return await next(specifier, { ...context, parentURL });
    } catch {
      throw error;
    }
  }
}
