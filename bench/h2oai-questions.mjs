// The questions of h2oai's db-benchmark: ten about groups, five about joins.

/**
 * @typedef {object} Question
 * @property {string} name for `--only`, and in the program of each contestant
 * @property {string} title what db-benchmark calls it
 * @property {string[]} checked the columns of the answer whose sums must be the same, beside the number of rows
 */

/** @type {Question[]} */
export const QUESTIONS = [
  { name: "groups-1", title: "sum v1 by id1", checked: ["v1"] },
  { name: "groups-2", title: "sum v1 by id1:id2", checked: ["v1"] },
  { name: "groups-3", title: "sum v1 mean v3 by id3", checked: ["v1", "v3"] },
  { name: "groups-4", title: "mean v1:v3 by id4", checked: ["v1", "v2", "v3"] },
  { name: "groups-5", title: "sum v1:v3 by id6", checked: ["v1", "v2", "v3"] },
  { name: "groups-6", title: "median v3 sd v3 by id4 id5", checked: ["median", "sd"] },
  { name: "groups-7", title: "max v1 - min v2 by id3", checked: ["range"] },
  { name: "groups-8", title: "largest two v3 by id6", checked: ["v3"] },
  { name: "groups-9", title: "regression v1 v2 by id2 id4", checked: ["r2"] },
  { name: "groups-10", title: "sum v3 count by id1:id6", checked: ["v3", "count"] },
  { name: "join-1", title: "small inner on int", checked: ["v1", "v2"] },
  { name: "join-2", title: "medium inner on int", checked: ["v1", "v2"] },
  { name: "join-3", title: "medium outer on int", checked: ["v1", "v2"] },
  { name: "join-4", title: "medium inner on text", checked: ["v1", "v2"] },
  { name: "join-5", title: "big inner on int", checked: ["v1", "v2"] },
];
