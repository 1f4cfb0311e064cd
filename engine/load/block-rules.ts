import type { Block, BlockRules, Grant, Json } from "../model.ts";
import type { ProviderLanguage } from "../provider.ts";
import { sameJson } from "../util/stable-json.ts";

/** How the services of these languages compare blocks. Blocks are shared by many grants: each is worked out once. */
export const blockRulesOf = (languages: ReadonlyMap<string, ProviderLanguage>): BlockRules => {
  const known = new WeakMap<Block, Json>();
  return {
    canonical: (type, block) => {
      const before = known.get(block);
      if (before !== undefined) return before;
      const made = block.type === "existing" ? "existing" : [canonicalValue(languages.get(type), block.value)];
      known.set(block, made);
      return made;
    },
    areNamed: (type) => languages.get(type)?.facts.rolesAreObjects === true,
  };
};

const canonicalValue = (language: ProviderLanguage | undefined, value: Json): Json =>
  language?.canonicalBlock?.(value) ?? value;

/** Whether two grants give the same on a service of this type. */
export const givesSame = (
  rules: BlockRules,
  type: string,
  a: Pick<Grant, "role" | "block">,
  b: Pick<Grant, "role" | "block">,
): boolean => {
  if (a.role !== undefined && a.role === b.role) return true;
  if (rules.areNamed(type)) return false;
  return sameJson(rules.canonical(type, a.block), rules.canonical(type, b.block));
};
