/**
 * Letters as strokes, for pictures without fonts: of each character its lines, each a list of points. A point is two
 * digits, across from 0 to 4 and up from 0 to 9; letters stand on 2 and reach to 8, small ones to 6. A line of one
 * point is a dot.
 */
const STROKES: Readonly<Record<string, string>> = {
  " ": "",
  "!": "2824 22",
  '"': "1816 3836",
  "#": "1218 3238 0444 0646",
  $: "473818070615354443321203 2921",
  "%": "0248 1827160718 3443322334",
  "&": "4216172837360403122244",
  "'": "2826",
  "(": "39272331",
  ")": "19272311",
  "*": "2723 0644 0446",
  "+": "2723 0545",
  ",": "2311",
  "-": "0545",
  ".": "22",
  "/": "0149",
  0: "180703123243473818",
  1: "172822 1232",
  2: "07183847460242",
  3: "0718384746354443321203 1535",
  4: "32380444",
  5: "480805354443321203",
  6: "473818070312324344351504",
  7: "084812",
  8: "15060718384746351504031232434435",
  9: "031232434738180706153546",
  ":": "26 23",
  ";": "26 2311",
  "<": "480542",
  "=": "0646 0444",
  ">": "084502",
  "?": "07183847462524 22",
  "@": "433212030718384744343626152434",
  A: "022842 1535",
  B: "02083847463505 3544433202",
  C: "4738180703123243",
  D: "02082846442202",
  E: "48080242 0535",
  F: "480802 0535",
  G: "47381807031232434525",
  H: "0208 4248 0545",
  I: "1232 1838 2228",
  J: "4843321203",
  K: "0208 4804 1542",
  L: "080242",
  M: "0208254842",
  N: "02084248",
  O: "180703123243473818",
  P: "02083847463505",
  Q: "180703123243473818 2442",
  R: "02083847463505 2542",
  S: "473818070615354443321203",
  T: "0848 2822",
  U: "080312324348",
  V: "082248",
  W: "0812253248",
  X: "0248 0842",
  Y: "082548 2522",
  Z: "08480242",
  "[": "39292131",
  "\\": "0941",
  "]": "19292111",
  "^": "162836",
  _: "0141",
  "`": "1827",
  a: "4642 4536160503123243",
  b: "0802 0516364543321203",
  c: "4536160503123243",
  d: "4842 4536160503123243",
  e: "04444536160503123243",
  f: "48382722 1636",
  g: "4641301001 4536160503123243",
  h: "0802 0516364542",
  i: "162622 1232 28",
  j: "2636312010 38",
  k: "0802 4604 2542",
  l: "182822 1232",
  m: "0602 05162522 25364542",
  n: "0602 0516364542",
  o: "160503123243453616",
  p: "0600 0516364543321203",
  q: "4640 4536160503123243",
  r: "0602 042646",
  s: "4616051434433202",
  t: "28233242 1646",
  u: "0603123243 4642",
  v: "062246",
  w: "0612253246",
  x: "0642 0246",
  y: "0622 461000",
  z: "06460242",
  "{": "39282615242231",
  "|": "2921",
  "}": "19282635242211",
  "~": "05163445",
};

/** Stands for a character that has no strokes. */
const UNKNOWN = "0208484202";
/** Across one character and the gap behind it. */
const ADVANCE = 6;
/** Where letters stand, and from there to the top of large ones. */
const BASE = 2;
const CAPITAL = 6;

/** A line of text as strokes, accents left out. */
export interface TextPlace {
  /** The middle of the text. */
  readonly x: number;
  /** Where it stands. */
  readonly y: number;
  /** What it may take. */
  readonly width: number;
  /** Size of the font. */
  readonly size: number;
}

/** The lines that write a text; upwards is towards larger numbers. */
export function strokesOf(text: string, { x, y, width, size }: TextPlace): [x: number, y: number][][] {
  const characters = Array.from(text.normalize("NFD").replaceAll(/\p{Mark}/gu, ""));
  const unit = width / (characters.length * ADVANCE);
  // Capitals are about 0.7 of a font's size.
  const unitUp = (0.7 * size) / CAPITAL;
  return characters.flatMap((character, place) => {
    // The gap stands half before and half behind.
    const left = x - width / 2 + (place * ADVANCE + 1) * unit;
    const strokes = (STROKES[character] ?? UNKNOWN).split(" ").filter((stroke) => stroke !== "");
    return strokes.map((stroke) =>
      (stroke.match(/../g) ?? []).map((point): [number, number] => [
        left + Number(point[0]) * unit,
        y + (Number(point[1]) - BASE) * unitUp,
      ]),
    );
  });
}
