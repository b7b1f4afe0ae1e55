import { bytesText } from "../cli/output.js";
import { bad, type Files, type Finding, good, warning } from "./finding.js";

/** File systems that keep files in memory. */
const IN_MEMORY = ["tmpfs", "ramfs"];
/** File systems of other machines. */
const REMOTE = /^(?:nfs|cifs|smb|9p|fuse\.sshfs)/;
const LEAST_ROOM = 1e9;

/** Where a folder is. */
interface Mount {
  readonly point: string;
  /** Such as `ext4` or `tmpfs`. */
  readonly kind: string;
  /** Such as `/dev/mmcblk0p2`. */
  readonly device: string;
}

/**
 * Whether blocks can wait in a folder: one on a disk, with room.
 *
 * @param free - bytes that this user may write there; undefined if the system does not tell.
 */
export function checkSpillFolder(files: Files, folder: string, free: number | undefined): Finding {
  const mount = mountOf(files.read("/proc/self/mountinfo") ?? "", folder);
  const room = free === undefined ? "" : `, ${bytesText(free)} free`;
  const text = `${folder} (${mount === undefined ? "on an unknown disk" : `${mount.kind} on ${mount.device}`}${room})`;
  const elsewhere = "set another in bramble.yaml: memory.spillFolder";
  if (mount !== undefined && IN_MEMORY.includes(mount.kind))
    return bad("spill folder", text, `It is memory itself: ${elsewhere}`);
  if (free !== undefined && free < LEAST_ROOM)
    return bad("spill folder", text, `There is hardly any room: make some, or ${elsewhere}`);
  if (mount !== undefined && REMOTE.test(mount.kind))
    return warning("spill folder", text, `It is on another machine, and slow: ${elsewhere}`);
  if (mount?.device.startsWith("/dev/mmcblk"))
    return warning(
      "spill folder",
      text,
      `A memory card is slow and wears out: if there is a disk, ${elsewhere}`,
    );
  return good("spill folder", text);
}

/** The mount that a path lies in, of those in the text of `/proc/self/mountinfo`. */
function mountOf(mountinfo: string, path: string): Mount | undefined {
  let best: Mount | undefined;
  for (const line of mountinfo.split("\n")) {
    // Before the dash: numbers, root, mount point, options; after it: kind, device, options.
    const [before = "", after = ""] = line.split(" - ");
    const point = unescape(before.split(" ")[4] ?? "");
    const [kind = "", device = ""] = after.split(" ");
    const holds = point !== "" && `${path}/`.startsWith(point.endsWith("/") ? point : `${point}/`);
    // Of two at one place the later hides the other.
    if (holds && point.length >= (best?.point.length ?? 0)) best = { point, kind, device: unescape(device) };
  }
  return best;
}

/** The kernel writes spaces and the like in octal. */
function unescape(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
