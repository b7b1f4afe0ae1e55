import { describeCases } from "../support/numpy-cases.js";
import { WORD_CALLS } from "../support/word-calls.js";

describeCases("words", WORD_CALLS);
