/** A graph to be drawn. */
export interface Drawing {
  readonly nodes: readonly DrawnNode[];
  /** Numbers of nodes: who is read, and who reads it. */
  readonly edges: readonly (readonly [from: number, to: number])[];
}

/** A node of a drawing. */
export interface DrawnNode {
  /** What is written in it; may have several lines. */
  readonly label: string;
  /** What is shown when somebody points at it. */
  readonly title: string;
  /** Nodes of the same group have the same colour. */
  readonly group: string;
  /** Whether a function of JavaScript does it. */
  readonly isCall: boolean;
  /** Whether it is what was asked for. */
  readonly isOutput: boolean;
}
