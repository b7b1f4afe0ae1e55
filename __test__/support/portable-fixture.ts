import { basename } from "node:path";

/** A module of a project, for functions to import. */
export const UNIT = "m";

/** Exported and imported by functions. */
export function withUnit(x: number): string {
  return `${x} ${UNIT} ${basename("/a/b")}`;
}

/** A class of another module. */
export class Point {
  readonly x: number;
  readonly y: number;
  constructor(x: number, y: number) {
    this.x = x;
    this.y = y;
  }
  get norm(): number {
    return Math.hypot(this.x, this.y);
  }
}
