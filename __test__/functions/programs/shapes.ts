/** What a program's functions import. */
export class Square {
  readonly side: number;

  constructor(side: number) {
    this.side = side;
  }

  get area(): number {
    return this.side ** 2;
  }
}

// oxlint-disable-next-line import/no-default-export -- That defaults travel is what is tested.
export default function half(x: number): number {
  return x / 2;
}
