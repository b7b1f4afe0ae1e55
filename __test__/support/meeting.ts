/**
 * Makes a function that waits until callers of `count` names have come, by files in the folder; one that is alone
 * for half a minute goes on.
 */
export function meeting(folder: string, count: number): (name: string) => Promise<void> {
  return async (name) => {
    const { readdir, writeFile } = await import("node:fs/promises");
    await writeFile(`${folder}/${name}`, "");
    for (let tries = 0; tries < 3000 && (await readdir(folder)).length < count; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
}
