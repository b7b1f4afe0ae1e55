/** The number of a file among those of a folder: names in order are rows in order. */
export function partNumber(number: number): string {
  return String(number).padStart(5, "0");
}

/** What a file of a folder is called where nobody says so. */
export function partName(number: number, format: string): string {
  return `part-${partNumber(number)}.${format}`;
}
