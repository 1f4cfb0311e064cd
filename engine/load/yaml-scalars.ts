import type { DiagnosticCode } from "../model.ts";

type Words = {
  readonly code: DiagnosticCode;
  readonly summary: string;
  readonly detail?: string;
  readonly hint: string;
};

/** All that YAML 1.2 core reads as a number when it stands without quotes. */
const NUMBER =
  /^(?:0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/u;
const WORD = /^(?:true|True|TRUE|false|False|FALSE|null|Null|NULL|~)$/u;
const LONGEST_NUMBER = 400;

/** What is wrong with a key that stands without quotes: keys are text, and `1001` or `true` are none. */
export const plainKeyFault = (source: string): Words | undefined => {
  const first = source.charCodeAt(0);
  const maybeNumber = first < 0x3a;
  if (maybeNumber && source.length <= LONGEST_NUMBER && NUMBER.test(source)) {
    return {
      code: "unquoted-number",
      summary: `the key ${source} is a number, and keys are text`,
      hint: `quote it: "${source}":`,
    };
  }
  if (!WORD.test(source)) return undefined;
  const meaning = source === "~" || source.toLowerCase() === "null" ? "no value" : "true or false";
  return {
    code: "invalid-value",
    summary: `the key ${source} stands for ${meaning}, and keys are text`,
    hint: `quote it: "${source}":`,
  };
};

/** What is wrong with a number without quotes: only one that is read as it is written can be kept. */
export const numberFault = (source: string, value: number): Words | undefined => {
  const short = source.length > 40 ? `${source.slice(0, 40)}…` : source;
  const hint = `quote it: "${short}"`;
  if (!Number.isFinite(value))
    return { code: "invalid-value", summary: `${short} is not a number that can be used`, hint };
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    const detail = "A number of more than 15 digits loses digits when it is read. An id is a text.";
    return { code: "unquoted-number", summary: `the number ${short} is too large to be kept as it is`, detail, hint };
  }
  if (String(value) === source) return undefined;
  return {
    code: "unquoted-number",
    summary: `${short} would be read as the number ${value}`,
    hint: `${hint}, or write ${value}`,
  };
};
