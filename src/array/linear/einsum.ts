import { checkOptions, invalid } from "../../check.js";
import { BrambleError } from "../../errors.js";
import type { Node } from "../../graph/index.js";
import { diagonal } from "../arrange/diagonal.js";
import { arrayNode } from "../arrange/operands.js";
import { checkDType } from "../create.js";
import { promoteOperands } from "../operand.js";
import type { Labelled } from "./contract.js";
import { sumOfProducts } from "./products.js";

/** The axes of operands and of the result, in letters; a dot stands for the axes that have none. */
interface Subscripts {
  readonly inputs: readonly string[];
  readonly output: string;
}

/** Sums of products in Einstein's notation. */
export function einsum(subscripts: unknown, operands: readonly unknown[], options: unknown): Node {
  checkOptions(options, "options", ["dtype"]);
  const { dtype } = options as { readonly dtype?: unknown };
  const { inputs, output } = parse(subscripts, operands.length);
  const nodes = operands.map((operand, number) => arrayNode(operand, `operands[${number}]`));
  const most = Math.max(
    ...nodes.map((node, number) => node.shape.length - (inputs[number] ?? "").replace(".", "").length),
  );
  const named = nodes.map((node, number) =>
    withoutRepeats(node, spread(inputs[number] ?? "", node.shape.length, number)),
  );
  return sumOfProducts({
    label: "einsum",
    operands: named,
    output: lettersOf(output).flatMap((letter) => (letter === "." ? hiddenLabels(most) : [letter])),
    dtype: dtype === undefined ? promoteOperands(nodes).dtype : checkDType(dtype, "options.dtype"),
  });
}

function parse(subscripts: unknown, count: number): Subscripts {
  const refuse = (expected: string): BrambleError => invalid(expected, "subscripts", subscripts);
  if (typeof subscripts !== "string") throw refuse('letters for each array, such as "ij,jk->ik"');
  const text = subscripts.replaceAll(/\s/g, "").replaceAll("...", ".");
  const [left = "", right, ...more] = text.split("->");
  const inputs = left.split(",");
  if (more.length > 0 || ![...inputs, right ?? ""].every((part) => /^[a-zA-Z]*\.?[a-zA-Z]*$/.test(part))) {
    throw refuse('letters for each array, such as "ij,jk->ik", and "..." for other axes');
  }
  if (inputs.length !== count) throw refuse(`letters for ${count} arrays`);
  const output = right ?? implicitOutput(inputs);
  const letters = lettersOf(output);
  if (new Set(letters).size < letters.length) throw refuse("each letter once in the result");
  const stray = letters.find((letter) => letter !== "." && !inputs.some((part) => part.includes(letter)));
  if (stray !== undefined) throw refuse(`no letter ${stray} in the result that no array has`);
  if (!output.includes(".") && right !== undefined && inputs.some((part) => part.includes("."))) {
    throw refuse('"..." in the result too');
  }
  return { inputs, output };
}

/** Letters are those of ASCII: a unit each. */
function lettersOf(text: string): string[] {
  return text.split("");
}

/** The letters that occur once, in the order of the alphabet. */
function implicitOutput(inputs: readonly string[]): string {
  const all = lettersOf(inputs.join("")).filter((letter) => letter !== ".");
  const once = all.filter((letter) => all.indexOf(letter) === all.lastIndexOf(letter));
  const hidden = inputs.some((part) => part.includes(".")) ? "." : "";
  return hidden + once.sort((a, b) => (a < b ? -1 : 1)).join("");
}

/** Names for axes that have no letter, counted from the last one. */
function hiddenLabels(count: number): string[] {
  return Array.from({ length: Math.max(0, count) }, (_, number) => `.${count - number}`);
}

/** A name for each axis of an operand. */
function spread(letters: string, ndim: number, operand: number): string[] {
  const hidden = ndim - letters.replace(".", "").length;
  if (hidden < 0 || (hidden > 0 && !letters.includes("."))) {
    throw new BrambleError(
      "SHAPE_MISMATCH",
      `\`operands[${operand}]\` has ${ndim} axes, but \`subscripts\` names ${letters.length} of them`,
    );
  }
  return lettersOf(letters).flatMap((letter) => (letter === "." ? hiddenLabels(hidden) : [letter]));
}

/** Where an array has a letter twice its diagonal counts. */
function withoutRepeats(node: Node, labels: readonly string[]): Labelled {
  const second = labels.findIndex((label, number) => labels.indexOf(label) < number);
  if (second === -1) return { node, labels };
  const first = labels.indexOf(labels[second] ?? "");
  if (node.shape[first] !== node.shape[second]) {
    throw new BrambleError(
      "SHAPE_MISMATCH",
      `A letter stands for axes of ${node.shape[first]} and ${node.shape[second]} elements`,
    );
  }
  const others = labels.filter((_, number) => number !== first && number !== second);
  return withoutRepeats(diagonal(node, 0, first, second), [...others, labels[second] ?? ""]);
}
