import { checkBoolean, checkInteger, checkOneOf, checkOptions } from "../../check.js";
import type { Expression, TimeUnit } from "../../generated/frames.js";
import { Namespace } from "./namespace.js";
import { constant, type ExprLike, operand } from "./wire.js";

/** What a pattern is. */
export interface PatternOptions {
  /** Whether it stands for itself, or else is a regular expression (of Rust: without look-around). Default: false. */
  readonly literal?: boolean | undefined;
}

/** How text is read as a date or time. */
export interface ParseOptions {
  /** In the manner of `strftime`, such as `%d.%m.%Y`. Default: guessed from the text. */
  readonly format?: string | undefined;
  /** Whether text that is none is an error, or else null. Default: true. */
  readonly strict?: boolean | undefined;
}

/** What there is to do with text. Lengths and positions count characters, not bytes. */
export class StrExpr<E> extends Namespace<E> {
  /** Whether the pattern is in it. */
  contains(pattern: ExprLike, options: PatternOptions = {}): E {
    return this.call("strContains", operand(pattern, "pattern"), isLiteral(options));
  }

  /** Whether it begins so. */
  startsWith(prefix: ExprLike): E {
    return this.call("strStartsWith", operand(prefix, "prefix"));
  }

  /** Whether it ends so. */
  endsWith(suffix: ExprLike): E {
    return this.call("strEndsWith", operand(suffix, "suffix"));
  }

  /** The byte where the pattern begins; null if it is not there. */
  find(pattern: ExprLike, options: PatternOptions = {}): E {
    return this.call("strFind", operand(pattern, "pattern"), isLiteral(options));
  }

  /** How often the pattern is in it. */
  countMatches(pattern: ExprLike, options: PatternOptions = {}): E {
    return this.call("strCountMatches", operand(pattern, "pattern"), isLiteral(options));
  }

  /** How many characters it has. */
  lengths(): E {
    return this.call("strLength");
  }

  /** How many bytes it has. */
  lengthBytes(): E {
    return this.call("strLengthBytes");
  }

  toLowerCase(): E {
    return this.call("strToLowercase");
  }

  toUpperCase(): E {
    return this.call("strToUppercase");
  }

  /** Without these characters at both ends; without white space if none are given. */
  strip(characters: ExprLike = null): E {
    return this.call("strStrip", operand(characters, "characters"));
  }

  /** Without these characters at the start. */
  stripStart(characters: ExprLike = null): E {
    return this.call("strStripStart", operand(characters, "characters"));
  }

  /** Without these characters at the end. */
  stripEnd(characters: ExprLike = null): E {
    return this.call("strStripEnd", operand(characters, "characters"));
  }

  /** Without this text at the start. */
  stripPrefix(prefix: ExprLike): E {
    return this.call("strStripPrefix", operand(prefix, "prefix"));
  }

  /** Without this text at the end. */
  stripSuffix(suffix: ExprLike): E {
    return this.call("strStripSuffix", operand(suffix, "suffix"));
  }

  /** With something else for the first match; `$1` in it is what the first group matched. */
  replace(pattern: ExprLike, value: ExprLike, options: PatternOptions = {}): E {
    return this.call("strReplace", operand(pattern, "pattern"), operand(value, "value"), isLiteral(options));
  }

  /** With something else for every match. */
  replaceAll(pattern: ExprLike, value: ExprLike, options: PatternOptions = {}): E {
    return this.call(
      "strReplaceAll",
      operand(pattern, "pattern"),
      operand(value, "value"),
      isLiteral(options),
    );
  }

  /** The parts between separators, as a list. */
  split(separator: ExprLike): E {
    return this.call("strSplit", operand(separator, "separator"));
  }

  /** Some neighbouring characters; a negative offset counts from the end. */
  slice(offset: ExprLike, length: ExprLike = null): E {
    return this.call("strSlice", operand(offset, "offset"), operand(length, "length"));
  }

  /** What a group of the regular expression matches; group 0 is all of it. Null if there is no match. */
  extract(pattern: ExprLike, group = 1): E {
    return this.call("strExtract", operand(pattern, "pattern"), constant(checkInteger(group, "group", 0)));
  }

  /** All that the regular expression matches, as a list. */
  extractAll(pattern: ExprLike): E {
    return this.call("strExtractAll", operand(pattern, "pattern"));
  }

  /** At least so long, with a character in front. */
  padStart(length: ExprLike, character = " "): E {
    return this.call("strPadStart", operand(length, "length"), constant(character));
  }

  /** At least so long, with a character behind. */
  padEnd(length: ExprLike, character = " "): E {
    return this.call("strPadEnd", operand(length, "length"), constant(character));
  }

  /** At least so long, with zeros between the sign and the digits. */
  zfill(length: ExprLike): E {
    return this.call("strZfill", operand(length, "length"));
  }

  /** All of the column as one text. */
  join(separator = ""): E {
    return this.call("strJoin", constant(separator));
  }

  /** As dates. */
  toDate(options: ParseOptions = {}): E {
    return this.call("strToDate", ...readParse(options, ["format", "strict"]));
  }

  /** As times of day. */
  toTime(options: ParseOptions = {}): E {
    return this.call("strToTime", ...readParse(options, ["format", "strict"]));
  }

  /** As points in time, which count microseconds unless `unit` says otherwise. */
  toDatetime(options: ParseOptions & { readonly unit?: TimeUnit | undefined } = {}): E {
    const parse = readParse(options, ["format", "strict", "unit"]);
    const unit = checkOneOf(options.unit ?? "us", "options.unit", ["ns", "us", "ms"] as const);
    return this.call("strToDatetime", ...parse, constant(unit));
  }
}

function isLiteral(options: PatternOptions): Expression {
  checkOptions(options, "options", ["literal"]);
  return constant(checkBoolean(options.literal ?? false, "options.literal"));
}

function readParse(options: ParseOptions, allowed: readonly string[]): Expression[] {
  checkOptions(options, "options", allowed);
  const strict = checkBoolean(options.strict ?? true, "options.strict");
  return [constant(options.format ?? null), constant(strict)];
}
