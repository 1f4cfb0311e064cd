import type { Guards } from "../model.ts";
import { quote } from "../util/quote.ts";
import { type Item, member, members, placeOf } from "./item.ts";
import type { Loading } from "./loading.ts";

/** What holds where no file says anything. */
const DEFAULT_GUARDS: Guards = {
  removals: { percent: 30, floor: 10 },
  deletions: 3,
  emptied: 5,
  lastHolder: true,
  gains: undefined,
  creations: undefined,
};

/** The guards; ordinary files may only tighten the defaults, files of the trusted side may loosen them. */
export const readGuards = (section: Item | undefined, trusted: boolean, loading: Loading): Guards => {
  if (section === undefined) return DEFAULT_GUARDS;
  if (!trusted) checkTight(section, loading);
  const removals = member(section, "removals");
  const gains = member(section, "gains");
  const defaults = DEFAULT_GUARDS;
  return {
    removals: {
      percent: numberOf(removals, "percent") ?? defaults.removals.percent,
      floor: numberOf(removals, "floor") ?? defaults.removals.floor,
    },
    deletions: numberOf(section, "deletions") ?? defaults.deletions,
    emptied: numberOf(section, "emptied") ?? defaults.emptied,
    lastHolder: member(section, "lastHolder")?.value !== false,
    gains: gains === undefined ? undefined : readGains(gains),
    creations: numberOf(section, "creations"),
  };
};

const numberOf = (item: Item | undefined, key: string): number | undefined => {
  const value = item === undefined ? undefined : member(item, key)?.value;
  return typeof value === "number" ? value : undefined;
};

const readGains = (item: Item): Guards["gains"] => {
  const gains: { everyone?: number; percent?: number; floor?: number } = {};
  for (const key of ["everyone", "percent", "floor"] as const) {
    const value = numberOf(item, key);
    if (value !== undefined) gains[key] = value;
  }
  return gains;
};

const checkTight = (section: Item, loading: Loading): void => {
  const { removals, deletions, emptied } = DEFAULT_GUARDS;
  const written = member(section, "removals");
  if (written !== undefined) checkLimits(written, removals, loading);
  checkLimits(section, { deletions, emptied }, loading);
  const last = member(section, "lastHolder");
  if (last?.value === false)
    loading.error(
      "guard-loosened",
      '"lastHolder" can be switched off in a file given with --policy only',
      placeOf(last),
      {
        hint: "take the line away",
      },
    );
};

const checkLimits = (section: Item, limits: { readonly [key: string]: number }, loading: Loading): void => {
  for (const [key, item] of members(section)) {
    const limit = limits[key];
    if (limit === undefined || typeof item.value !== "number" || item.value <= limit) continue;
    const summary = `${quote(key)} may be at most ${limit} here: ordinary files can only tighten a guard`;
    loading.error("guard-loosened", summary, placeOf(item), {
      hint: "write a smaller number, or loosen it in a file given with --policy",
    });
  }
};
