import type { Region } from "./credential-regions.ts";
import { isEnvName, isHarmless, isKey, looksSecret, OPEN_KEYS, type Vocabulary } from "./harmless.ts";

/** `names`: of providers. `secret`: only a reference to a variable is shown. `open`: everything is. */
type Mode = "names" | "keys" | "secret" | "open";
/** What stands inside, until the bracket closes, or (without bracket) until a line begins at the column or before it. */
type Level = { readonly mode: Mode; readonly column: number | undefined };

/** Follows keys, values and brackets, and tells of each whether it may be shown. */
export type Levels = {
  /** A line begins at this column. */
  line(column: number): void;
  mark(mark: string): void;
  showsKey(key: string, column: number): boolean;
  showsValue(value: string): boolean;
};

/** At the beginning of a section of providers, or of one key that holds a secret. */
export const createLevels = (kind: Region["kind"], words: Vocabulary): Levels => {
  const outermost: Mode = kind === "providers" ? "names" : "keys";
  const levels: Level[] = [];
  let brackets = 0;
  let key: string | undefined;
  /** What stands behind the last key, until a bracket or a comma. */
  let pending: Mode | undefined = kind === "providers" ? "names" : undefined;
  const inside = (): Mode => levels.at(-1)?.mode ?? outermost;
  const around = (): Mode => (pending === "secret" ? pending : inside());

  const open = (): void => {
    const below = inside() === "names" && levels.length > 0 ? "keys" : inside();
    levels.push({ mode: pending ?? below, column: undefined });
    brackets += 1;
    pending = undefined;
  };
  const close = (): void => {
    if (brackets === 0) return;
    while (levels.at(-1)?.column !== undefined) levels.pop();
    levels.pop();
    brackets -= 1;
  };
  return {
    line: (column) => {
      if (brackets > 0) return;
      while ((levels.at(-1)?.column ?? -1) >= column) levels.pop();
      pending = undefined;
    },
    mark: (mark) => {
      if (mark === "{" || mark === "[") open();
      else if (mark === "}" || mark === "]") close();
      else if (mark === ",") pending = undefined;
    },
    showsKey: (written, column) => {
      const mode = around();
      key = written;
      pending = modeBehind(written, mode, words);
      if (brackets === 0) levels.push({ mode: pending, column });
      return isShownKey(written, mode, words);
    },
    showsValue: (written) => {
      const mode = around();
      const isSecret = key !== undefined && words.secretKeys.has(key);
      if (kind === "elsewhere") return !looksSecret(written);
      if (mode === "open" && !isSecret) return true;
      if (words.known.has(written) && mode !== "secret" && key !== "env") {
        key = written;
        if (words.secretKeys.has(written)) pending = "secret";
        return true;
      }
      const shown = mode === "secret" ? isEnvName(written) : isHarmless(written, key, words);
      // A type, a variable and an address are one word: what follows is something else.
      if (!isSecret) key = undefined;
      return shown;
    },
  };
};

const isShownKey = (key: string, mode: Mode, words: Vocabulary): boolean => {
  if (mode === "open") return true;
  return isKey(key, words);
};

const modeBehind = (key: string, mode: Mode, words: Vocabulary): Mode => {
  if (mode === "secret" || words.secretKeys.has(key)) return "secret";
  if (mode === "open" || OPEN_KEYS.has(key)) return "open";
  return key === "providers" ? "names" : "keys";
};
