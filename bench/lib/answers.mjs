// Whether all who took part agree.

const TOLERANCE = 1e-9;

/**
 * @param {{ name: string, answers: number[][] }[]} entries every answer that each contestant gave; an empty one
 *   says nothing
 * @returns {string[]} what is wrong, for people
 */
export function disagreements(entries) {
  const spoken = entries.flatMap(({ name, answers }) => answers.map((answer) => ({ name, answer })));
  const [reference, ...others] = spoken.filter(({ answer }) => answer.length > 0);
  const wrong = others.filter(({ answer }) => !agree(answer, reference.answer));
  const messages = wrong.map(
    ({ name, answer }) =>
      `${name} answers ${summary(answer)}, ${reference.name} ${summary(reference.answer)}`,
  );
  return [...new Set(messages)];
}

function agree(a, b) {
  return a.length === b.length && a.every((value, index) => isClose(value, b[index]));
}

function isClose(a, b) {
  return Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
}

function summary(answer) {
  return answer.length > 4 ? `${answer.slice(0, 4).join(", ")}, …` : answer.join(", ");
}
