import {
  chmodSync,
  existsSync,
  fsyncSync,
  lstatSync,
  openSync,
  closeSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { BrambleError } from "../../../errors.js";
import { fileError } from "../../../local-file.js";
import { makeFolder } from "../../../make-folder.js";

let count = 0;

/** Where something new will be, and where it is until it is complete: readers see the old or the new. */
export class Place {
  readonly path: string;
  readonly temporary: string;
  readonly #isFolder: boolean;

  /** Makes an empty file or folder at the temporary path. */
  constructor(path: string, { isFolder, overwrite }: { isFolder: boolean; overwrite: boolean }) {
    this.path = path;
    this.#isFolder = isFolder;
    count += 1;
    this.temporary = join(dirname(path), `.${basename(path)}.${process.pid}-js${count}.tmp`);
    this.attempt(() => this.#check(overwrite));
    this.attempt(() => {
      if (isFolder) makeFolder(this.temporary);
      else closeSync(openSync(this.temporary, "wx"));
    });
  }

  #check(overwrite: boolean): void {
    const { path } = this;
    const there = lstatSync(path, { throwIfNoEntry: false });
    if (there !== undefined && there.isDirectory() !== this.#isFolder) {
      const found = there.isDirectory() ? "a directory" : "a file";
      throw new BrambleError("FILE_ACCESS", `${path} is ${found}, which is not replaced`);
    }
    if (there !== undefined && !overwrite) {
      throw new BrambleError("FILE_EXISTS", `${path} exists already; pass \`overwrite: true\` to replace it`);
    }
    if (!this.#isFolder && !existsSync(dirname(path))) {
      throw new BrambleError(
        "FILE_NOT_FOUND",
        `${path} cannot be written: there is no folder ${dirname(path)}`,
      );
    }
  }

  /** Does something with the file system; its refusals become our errors. */
  attempt<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw fileError(error, this.path, "written");
    }
  }

  /** Gives it its name. */
  commit(): void {
    this.attempt(() => (this.#isFolder ? this.#commitFolder() : this.#commitFile()));
  }

  #commitFile(): void {
    if (existsSync(this.path)) {
      // The old file must not be lost to a power cut that the new one does not survive.
      const descriptor = openSync(this.temporary, "r+");
      fsyncSync(descriptor);
      closeSync(descriptor);
      chmodSync(this.temporary, statSync(this.path).mode);
    }
    renameSync(this.temporary, this.path);
  }

  #commitFolder(): void {
    if (!existsSync(this.path)) return renameSync(this.temporary, this.path);
    const aside = `${this.temporary}.old`;
    renameSync(this.path, aside);
    try {
      renameSync(this.temporary, this.path);
    } catch (error) {
      renameSync(aside, this.path);
      throw error;
    }
    rmSync(aside, { recursive: true });
  }

  /** Takes away what is at the temporary path, if anything is. */
  abort(): void {
    rmSync(this.temporary, { recursive: true, force: true });
  }
}
