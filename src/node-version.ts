/** The oldest major version that has what we use. (`engines` in package.json asks for a later minor one.) */
const OLDEST = 20;

/** What is wrong with a Node, and what to do; undefined if it is new enough. */
export function complaintAboutNode(version: string, path: string): string | undefined {
  if (Number(version.split(".")[0]) >= OLDEST) return undefined;
  return (
    `Bramble needs Node 20.19 or later, and this is ${version} (${path}).\n` +
    "Get one from https://nodejs.org/dist/latest-v22.x: linux-arm64, linux-armv7l (32-bit Raspberry Pi OS) or linux-x64."
  );
}
